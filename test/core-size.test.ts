import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const CORE = join(import.meta.dirname, '..', 'packages', 'core', 'src')

test('the core can be read in an evening: under 2,400 lines of code, no file over 250', () => {
  const files = readdirSync(CORE, { recursive: true, encoding: 'utf8' }).filter(file => file.endsWith('.ts'))
  const lines = files.map(file => codeLines(readFileSync(join(CORE, file), 'utf8')))
  expect(lines.length).toBeGreaterThan(20)
  expect(lines.reduce((total, count) => total + count)).toBeLessThan(2400)
  expect(Math.max(...lines)).toBeLessThanOrEqual(250)
})

/** Lines that contain code: comments must never count against a file. */
const codeLines = (text: string): number =>
  text
    .replace(/\/\*\*?[\s\S]*?\*\//g, '')
    .split('\n')
    .filter(line => !/^\s*(\/\/.*)?$/.test(line)).length
