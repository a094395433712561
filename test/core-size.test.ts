import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const CORE = join(import.meta.dirname, '..', 'packages', 'core', 'src')

test('the core can be read in an evening: under 2,000 lines, no file over 250', () => {
  const files = readdirSync(CORE, { recursive: true, encoding: 'utf8' }).filter(file => file.endsWith('.ts'))
  const lines = files.map(file => readFileSync(join(CORE, file), 'utf8').split('\n').length - 1)
  expect(lines.length).toBeGreaterThan(20)
  expect(lines.reduce((total, count) => total + count)).toBeLessThan(2000)
  expect(Math.max(...lines)).toBeLessThanOrEqual(250)
})
