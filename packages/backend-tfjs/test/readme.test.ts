import { execFile } from 'node:child_process'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from '@backprop/testkit'

const folder = join(import.meta.dirname, '..')

test('the example of the README prints the output below it', async () => {
  const readme = await readFile(join(folder, 'README.md'), 'utf8')
  const [, program, printed] = /```ts\n([^]*?)```\n\n```text\n([^]*?)```/.exec(readme) ?? []
  const file = join(folder, '.cache/readme/example.ts')
  await mkdir(join(file, '..'), { recursive: true })
  await writeFile(file, program)
  const { stdout } = await promisify(execFile)(process.execPath, [file])
  expect(stdout).toBe(printed)
})
