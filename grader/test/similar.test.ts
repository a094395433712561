import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { rng } from '@backprop/core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { similar } from '../src/cli/similar-command.ts'
import { compare } from '../src/similar/compare.ts'
import { clustersOf } from '../src/similar/groups.ts'
import type { SimilarReport } from '../src/similar/similar-report.ts'
import { run } from './running.ts'
import { labOne } from './similar/calibration.ts'
import { DISGUISES } from './similar/disguises.ts'
import { fileOf, independentAnswers } from './similar/independent.ts'

const { stub } = await labOne()
const independent = (seed: number) => fileOf(independentAnswers(rng(seed)), stub)
const home = mkdtempSync(join(tmpdir(), 'backprop-similar-'))
afterAll(() => rmSync(home, { recursive: true, force: true }))

function handIn(folder: string, name: string, text: string): void {
  const file = join(home, folder, name, 'src/perceptron.ts')
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, text)
}

const HOSTILE = '<b>Bo\u202e'

describe('a class with copies', () => {
  const out = join(home, 'out')
  const read = (name: string) => readFileSync(join(out, name), 'utf8')
  let report: SimilarReport
  let printed: string

  beforeAll(async () => {
    for (let i = 0; i < 20; i++) handIn('class', `s${i}`, independent(i + 1))
    handIn('class', HOSTILE, DISGUISES['all of these'](independent(3), rng(7)))
    handIn('class', 'same', independent(5))
    handIn('class', 'idle', stub)
    handIn('class', 'broken', 'export function (')
    handIn('class', 'deep', `export const a = ${'['.repeat(20_000)}`.replace(/\[{9000}/g, '$&\n'))
    mkdirSync(join(home, 'class/empty'))
    handIn('2025', 's9', DISGUISES['names changed'](independent(10), rng(8)))
    handIn('2025', 'x', DISGUISES['names changed'](independent(10), rng(9)))
    const args = ['--submissions', join(home, 'class'), '--lab', '1', '--out', out, '--earlier', join(home, '2025')]
    const { code, stdout } = await run(similar, args, { now: () => new Date('2026-11-21T12:00:00Z') })
    expect(code).toBe(0)
    printed = stdout
    report = JSON.parse(read('similar.json')) as SimilarReport
  })

  test('names the copies, and no pair of strangers', () => {
    const pairs = report.pairs.map(({ left, right }) =>
      [left, right].map(each => `${each.earlier ?? ''}/${each.name}`).sort(),
    )
    expect(pairs.sort()).toEqual([[`/${HOSTILE}`, '/s2'].sort(), ['/s9', '2025/s9'], ['/s9', '2025/x']].sort())
    expect(report.groups).toEqual([[{ name: 's9', earlier: null }, { name: 's9', earlier: '2025' }, { name: 'x', earlier: '2025' }]]) // prettier-ignore
  })

  test('names identical files apart', () => {
    const authors = [{ name: 's4', earlier: null }, { name: 'same', earlier: null }] // prettier-ignore
    expect(report.identical).toEqual([{ files: ['src/perceptron.ts'], authors }])
    expect(read('similar.csv')).toContain('"s4",,"same",,,,,"identical: src/perceptron.ts"')
  })

  test('says who was not compared, and why', () => {
    const why = Object.fromEntries(report.leftOut.map(({ name, why }) => [name, why]))
    expect(Object.keys(why)).toEqual(['broken', 'deep', 'empty', 'idle'])
    expect(why.broken).toMatch(/^src\/perceptron\.ts: it is not TypeScript: Unexpected token \(1:16\)/)
    expect(why.deep).toMatch(/^src\/perceptron\.ts: it is nested more deeply than can be read/)
    expect(why.empty).toMatch(/missing/)
    expect(why.idle).toBe('not started: nothing differs from what was handed out.')
  })

  test('fragments are the same code on both sides, lines and all', () => {
    for (const { fragments, longest, sharedTokens } of report.pairs) {
      expect(longest).toBe(fragments[0].tokens)
      expect(sharedTokens).toBe(fragments.reduce((sum, { tokens }) => sum + tokens, 0))
    }
    const pair = report.pairs.find(({ right }) => right.name === 'x')
    const text = readFileSync(join(home, 'class/s9/src/perceptron.ts'), 'utf8')
    const [{ left }] = pair?.fragments ?? []
    const lines = text.slice(0, left.end).split('\n')
    expect([left.firstLine, left.lastLine]).toEqual([text.slice(0, left.start).split('\n').length, lines.length])
  })

  test('the page is not an accusation, loads nothing, and leads from each fragment to the other side', () => {
    const page = read('similar.html')
    expect(page).toContain('This page is not an accusation')
    expect(page).toContain("default-src 'none'")
    expect(page).not.toMatch(/<script|https?:|<b>Bo|\u202e/)
    const targets = Array.from(page.matchAll(/href="#([^"]+)"/g), ([, id]) => id)
    const ids = Array.from(page.matchAll(/ id="([^"]+)"/g), ([, id]) => id)
    expect(new Set(ids).size).toBe(ids.length)
    expect(targets.filter(id => !ids.includes(id))).toEqual([])
    expect(targets).toContain('p1-right-1')
    expect(page).toContain('perhaps this is one student who repeats the course')
  })

  test('prints what it found', () => {
    expect(printed).toContain('3 pairs are at least 50 % similar.')
    expect(printed).toContain('= s4, same: identical src/perceptron.ts')
    expect(printed).toContain('Similar is not copied')
    expect(printed).not.toContain('\u202e')
  })
})

describe('mistakes in the command', () => {
  test.each([
    [
      ['--lab', '1', '--submissions', join(home, 'nowhere')],
      /There is no folder .* Give the folder of submissions with --submissions/,
    ],
    [['--lab', '99', '--submissions', home], /There is no lab "99"\. The labs are: 01-perceptron/],
    [['--lab', '1', '--submissions', home, '--threshold', '0'], /Expected a whole number from 1 to 100/],
    [['--submissions', home], /--lab <id>' not specified\nSee: pnpm grade similar --help/],
  ])('%j', async (args, message) => {
    await expect(run(similar, [...args, '--out', join(home, 'none')])).rejects.toThrow(message)
  })

  test('all labs at once', async () => {
    const args = ['--lab', 'all', '--submissions', home, '--out', join(home, 'none')]
    await expect(run(similar, args)).rejects.toThrow('--lab: one lab at a time, such as --lab 1.')
  })

  test('a single submission', async () => {
    handIn('lonely', 'ada', independent(1))
    handIn('lonely', 'bo', stub)
    const args = ['--lab', '1', '--submissions', join(home, 'lonely'), '--out', join(home, 'none')]
    await expect(run(similar, args)).rejects.toThrow(
      'Only 1 of 2 submissions can be compared for 01-perceptron, and it takes two: bo: not started',
    )
  })
})

describe('similarity', () => {
  const of = (...all: number[][]) => all.map(prints => ({ earlier: null, prints }))

  test('of two alone is the share of the smaller one', () => {
    expect(compare(of([1, 2, 3, 4], [3, 4, 5, 6, 7, 8])).atLeast(0)).toEqual([{ left: 0, right: 1, similarity: 0.5 }])
  })

  test('does not grow by what all have', () => {
    const common = [1, 2, 3, 4, 5, 6, 7, 8, 9]
    const all = of(...[10, 20, 30, 40, 50, 60].map(own => [...common, own, own + 1]), [...common, 10, 11])
    const found = compare(all).atLeast(0.5)
    expect(found.map(({ left, right }) => [left, right])).toEqual([[0, 6]])
  })

  test('of a short submission is that of one half as long as the middle one', () => {
    const long = (from: number) => Array.from({ length: 100 }, (_, i) => from + i)
    const [{ similarity }] = compare(of(long(0), long(1000), long(2000), [0, 1, 2, 3, 4])).atLeast(0.01)
    expect(similarity).toBeCloseTo(5 / 50, 1)
  })

  test('earlier years are not compared with each other', () => {
    const earlier = { earlier: '2025', prints: [1, 2] }
    expect(compare([{ earlier: null, prints: [1] }, earlier, earlier]).pairs).toBe(2)
  })

  test('groups are linked by pairs', () => {
    const pairs = [[1, 2], [5, 6], [2, 3], [7, 5], [9, 8], [3, 5]].map(([left, right]) => ({ left, right })) // prettier-ignore
    expect(clustersOf(pairs)).toEqual([
      [1, 2, 3, 5, 6, 7],
      [8, 9],
    ])
  })
})
