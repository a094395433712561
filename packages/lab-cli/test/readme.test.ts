import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const read = (file: string) => readFile(join(import.meta.dirname, '..', file), 'utf8')

test('the README shows an example that runs', async () => {
  expect(await read('README.md')).toContain(`\`\`\`ts\n${await read('example/check-exercise.ts')}\`\`\``)
  const { result } = await import('../example/check-exercise.ts')
  expect(result).toMatchObject({ exercise: 'score', status: 'not-started', passed: 0, total: 4 })
})
