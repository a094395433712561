import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect, test } from 'vitest'

/** The README of a package shows its example, and the example does what it says. */

const PACKAGES = resolve(import.meta.dirname, '../packages')

const EXAMPLES: [file: string, exports: object][] = [
  ['core/example/line.ts', { line: [expect.closeTo(2, 3), expect.closeTo(1, 3)] }],
  ['nn/example/xor.ts', { scores: { accuracy: 1, loss: expect.any(Number) as number } }],
  ['datasets/example/spiral.ts', { sizes: [64, 64, 32], heldOut: expect.arrayContaining([-1, 1]) as number[] }],
  ['report/example/export.ts', { points: 3, table: expect.stringContaining('"refusing an empty batch"') as string }],
  ['course/example/first-lab.ts', { id: '01-perceptron', points: 100, section: expect.stringContaining('README.md') as string }], // prettier-ignore
]

test.each(EXAMPLES)('%s is in the README, and runs', async (file, exports) => {
  const path = join(PACKAGES, file)
  const readme = readFileSync(join(PACKAGES, file.split('/')[0], 'README.md'), 'utf8')
  expect(readme).toContain(`\`\`\`ts\n${readFileSync(path, 'utf8')}\`\`\``)
  expect(await import(path)).toMatchObject(exports)
})
