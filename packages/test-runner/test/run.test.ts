import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { CODE_STARTS, HostUnusable, type RunOptions, runSuite } from '../src/index.ts'

let root: string
let scratch: string
beforeAll(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'run-suite zoë ')))
  scratch = join(root, 'scratch')
  for (const name of ['scratch', 'closed', 'slow', 'stuck', 'quick']) mkdirSync(join(root, name))
  symlinkSync(join(import.meta.dirname, '../node_modules'), join(root, 'node_modules'), 'junction')
  for (const [folder, milliseconds] of Object.entries({ slow: 1500, stuck: 100_000 }))
    writeFileSync(
      join(root, folder, 'a.test.ts'),
      `import { test } from 'vitest'
test('a', async ({ annotate }) => {
  await new Promise(resolve => setTimeout(resolve, ${milliseconds}))
  await annotate('', '${CODE_STARTS}')
})`,
    )
  writeFileSync(join(root, 'quick/a.test.ts'), `import { test } from 'vitest'\ntest('a', () => {})`)
})
afterAll(() => rmSync(root, { recursive: true, force: true }))

const run = (folder: string, options: Partial<RunOptions> = {}) =>
  runSuite({ root, include: [`${folder}/*.test.ts`], testSeconds: 60, wallSeconds: 60, scratch, ...options })

const isUnix = process.platform !== 'win32'

describe('a suite in its own process', () => {
  describe.skipIf(!isUnix)('needs nothing of the home of the user', () => {
    const homes = {
      'is not there': () => join(root, 'nowhere'),
      'is a pipe that never answers': () => {
        const pipe = join(root, 'pipe')
        execFileSync('mkfifo', [pipe])
        return pipe
      },
      'is a file': () => join(root, 'quick/a.test.ts'),
      'has a pipe where Vitest keeps its data': () => {
        mkdirSync(join(root, 'home/.local/share/vitest'), { recursive: true })
        execFileSync('mkfifo', [join(root, 'home/.local/share/vitest/.vitest-secret-token')])
        return join(root, 'home')
      },
      'cannot be written': () => {
        chmodSync(join(root, 'closed'), 0o500)
        return join(root, 'closed')
      },
    }
    test.each(Object.entries(homes))('which %s', async (_, home) => {
      const HOME = home()
      const outcome = await run('quick', { env: { ...process.env, HOME, XDG_DATA_HOME: undefined } })
      expect(outcome).toMatchObject({ end: 'done', broken: [], results: [{ name: 'a', state: 'passed' }] })
      expect(readdirSync(scratch), 'nothing is left behind').toEqual([])
    })
  })

  test('finds the user’s GPU drivers and what was compiled for the GPU, and no other folder of the user', async () => {
    writeFileSync(
      join(root, 'quick/b.test.ts'),
      `import { test } from 'vitest'
test('b', ({ annotate }) => annotate(JSON.stringify(process.env), 'note'))`,
    )
    const { results } = await run('quick')
    const env = JSON.parse(results.find(({ name }) => name === 'b')?.notes[0] ?? '{}') as Record<string, string>
    for (const name of ['HOME', 'TMPDIR', 'XDG_DATA_HOME', 'XDG_CACHE_HOME', 'XDG_CONFIG_HOME', 'XDG_STATE_HOME'])
      expect(env[name], name).toContain(scratch)
    expect(env.XDG_DATA_DIRS).toContain(process.env.XDG_DATA_HOME ?? join(homedir(), '.local/share'))
    rmSync(join(root, 'quick/b.test.ts'))
  })

  test('says who called, however many calls the library makes in between', async () => {
    mkdirSync(join(root, 'deep'))
    writeFileSync(
      join(root, 'deep/a.test.ts'),
      `import { test } from 'vitest'
const library = (calls: number): never => {
  if (calls > 0) library(calls - 1)
  throw new RangeError('too small')
}
const student = () => library(20)
test('a', () => void student())`,
    )
    const { results } = await run('deep')
    expect(results[0].failures[0].stack).toMatch(/at student .*a\.test\.ts:6/)
  })

  test('is on the clock only from when it starts the code under test', async () => {
    expect(await run('slow', { wallSeconds: 1, clock: 'code-starts' })).toMatchObject({ end: 'done' })
    // On a busy machine a second becomes up to ten.
    expect(await run('stuck', { wallSeconds: 1, testSeconds: 200 })).toMatchObject({ end: 'too-slow', results: [] })
  })

  test('that does not get as far as the code under test is no fault of that code', async () => {
    const outcome = await run('quick', { heapMB: 2 })
    expect(outcome).toMatchObject({ end: 'unstarted', results: [] })
    expect(new HostUnusable(outcome).message).toMatch(/never got as far as the code under test.*It printed: \S/s)
  })
})
