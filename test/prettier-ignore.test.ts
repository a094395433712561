import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { format, resolveConfig } from 'prettier'
import { expect, test } from 'vitest'

/** A comment that keeps Prettier away must change something: otherwise it only makes readers wonder. */

const ROOT = resolve(import.meta.dirname, '..')
const MARK = /(^[ \t]*\/\/ prettier-ignore\n)|( \/\/ prettier-ignore$)/gm

/** The lines of the comments without which Prettier would leave the text alone. */
async function idle(file: string, text: string): Promise<number[]> {
  const options = { ...(await resolveConfig(file)), filepath: file }
  const lines: number[] = []
  for (const { index, 0: mark } of text.matchAll(MARK)) {
    const without = text.slice(0, index) + text.slice(index + mark.length)
    if ((await format(without, options)) === without) lines.push(text.slice(0, index).split('\n').length)
  }
  return lines
}

test('each prettier-ignore has an effect', { timeout: 300_000 }, async () => {
  const files = execFileSync('git', ['grep', '-lz', '// prettier-ignore', '--', '*.ts'], {
    cwd: ROOT,
    encoding: 'utf8',
  })
  const found: string[] = []
  for (const file of files.split('\0').filter(name => name && name !== 'test/prettier-ignore.test.ts'))
    for (const line of await idle(join(ROOT, file), readFileSync(join(ROOT, file), 'utf8')))
      found.push(`${file}:${line}`)
  expect(found).toEqual([])
})

test('one that has none is found', async () => {
  const text = '// prettier-ignore\nconst a = 1\n// prettier-ignore\nconst b = [1,2]\nconst c = 3 // prettier-ignore\n'
  expect(await idle(join(ROOT, 'planted.ts'), text)).toEqual([1, 5])
})
