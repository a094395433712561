import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { lineChart, toSvg } from '../src/index.ts'
import { saveSvg, terminalOptions } from '../src/node.ts'

describe('saveSvg', () => {
  test('makes the folder, replaces the file, and leaves nothing else', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'plots ü '))
    onTestFinished(() => rm(folder, { recursive: true }))
    const file = join(folder, 'pictures', 'loss.svg')
    const chart = lineChart({ series: { loss: [2, 1] } })
    await saveSvg(file, chart)
    await saveSvg(file, chart, { theme: 'dark' })
    expect(await readFile(file, 'utf8')).toBe(toSvg(chart, { theme: 'dark' }))
    expect(await readdir(join(folder, 'pictures'))).toEqual(['loss.svg'])
  })
})

describe('terminalOptions', () => {
  const hasColors = () => true

  test('no colours, and 80 columns, where text goes to a file', () => {
    expect(terminalOptions({ columns: 200, hasColors })).toMatchObject({ columns: 80, colour: false })
  })

  test('a terminal has its own width, within reason, and colours unless its user refuses them', () => {
    expect(terminalOptions({ isTTY: true, columns: 72, hasColors })).toMatchObject({ columns: 72, colour: true })
    expect(terminalOptions({ isTTY: true, columns: 300, hasColors })).toMatchObject({ columns: 100 })
    expect(terminalOptions({ isTTY: true, columns: 20, hasColors: () => false })).toMatchObject({
      columns: 40,
      colour: false,
    })
  })
})
