import { execFile } from 'node:child_process'
import { resolve } from 'node:path'
import { expect, test } from '@backprop/testkit'

const PROGRAM = ['../../launch/launch.mjs', '../src/playground.ts'].map(path => resolve(import.meta.dirname, path))

/** What `pnpm playground` answers to these words. */
const type = (...words: string[]): Promise<{ code: unknown; stdout: string; stderr: string }> =>
  new Promise(done => {
    execFile(process.execPath, [...PROGRAM, ...words], (error, stdout, stderr) =>
      done({ code: error?.code ?? 0, stdout, stderr }),
    )
  })

test('wrong usage is a sentence and exit code 2; --help is neither', async () => {
  expect(await type('--port', 'x')).toEqual({
    code: 2,
    stdout: '',
    stderr:
      "option '--port <number>' argument 'x' is invalid. expected a number from 0 to 65535.\nSee: pnpm playground --help\n",
  })
  expect(await type('--build', import.meta.dirname)).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('contains other files, and building the site would delete them') as string,
  })
  expect(await type('--help')).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('Usage: pnpm playground') as string,
  })
})
