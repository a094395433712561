import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'

test('the README shows the example, which runs beside this test', async () => {
  const example = await readFile(join(import.meta.dirname, 'example.test.ts'), 'utf8')
  expect(await readFile(join(import.meta.dirname, '../README.md'), 'utf8')).toContain(`\`\`\`ts\n${example}\`\`\``)
})
