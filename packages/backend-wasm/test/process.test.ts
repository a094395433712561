import { execFile } from 'node:child_process'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { expect, test } from '@backprop/testkit'

const index = fileURLToPath(new URL('../src/index.ts', import.meta.url))

/** Runs a program in a separate Node process. */
async function run(flags: readonly string[], program: string): Promise<unknown> {
  const text = `import { wasm } from ${JSON.stringify(pathToFileURL(index).href)}\n${program}`
  const { stdout, stderr } = await promisify(execFile)(process.execPath, [...flags, '--input-type=module', '-e', text])
  expect(stderr).toBe('')
  return JSON.parse(stdout)
}

const product = `
  const on = await wasm({ threads: 2, share: "always"})
  const n = 200
  const x = { slot: on.write(new Float32Array(n * n).fill(1)), shape: [n, n], strides: [n, 1], offset: 0 }
  console.log(JSON.stringify({ description: on.description, first: on.readSync(on.matmul(x, x))[0] }))
`

test('a process ends even if its threads were not closed', async () => {
  expect(await run([], product)).toEqual({
    description: expect.stringMatching(/, 2 threads$/) as string,
    first: 200,
  })
})

test('if workers are forbidden there is one thread, and no error', async () => {
  expect(await run(['--permission', '--allow-fs-read=*'], product)).toEqual({
    description: expect.stringMatching(/, one thread \(this process may not start workers\)$/) as string,
    first: 200,
  })
})
