import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { chart } from '../example/chart.ts'
import { toSvg } from '../src/index.ts'

const read = (file: string) => readFile(join(import.meta.dirname, '..', file), 'utf8')

test('the README shows the code of its example', async () => {
  expect(await read('README.md')).toContain(`\`\`\`ts\n${await read('example/chart.ts')}\`\`\``)
})

test('and the picture that this code draws: `pnpm --filter @backprop/plots picture` makes it anew', async () => {
  expect(await read('example/chart.svg')).toBe(toSvg(chart))
})
