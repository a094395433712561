import { existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { NAN_MADE, type WarmRun, WarmSuite } from '../src/index.ts'

const TEST = `import { exercise, expect, test } from '@backprop/testkit'
import { twice } from '../src/a.ts'
exercise('first', () => test('is quick', () => {}))
exercise('twice', () => test('of three', () => expect(twice(3)).toBeNear(6)))
exercise('other', () => test('is not asked for', () => expect(1).toBe(2)))
`

let root: string
let suite: WarmSuite
// One suite for all tests, as for all saves of a student: each run writes the file first, and a killed process is replaced.
beforeAll(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'warm zoë ')))
  for (const folder of ['src', 'test', 'node_modules/@backprop']) mkdirSync(join(root, folder), { recursive: true })
  symlinkSync(resolve(import.meta.dirname, '../../testkit'), join(root, 'node_modules/@backprop/testkit'), 'junction')
  writeFileSync(join(root, 'package.json'), '{ "type": "module" }')
  writeFileSync(join(root, 'test/a.test.ts'), TEST)
  suite = new WarmSuite({ root, include: ['test/*.test.ts'], testSeconds: 30, heapMB: 1024 })
})
afterAll(() => {
  suite.close()
  rmSync(root, { recursive: true, force: true })
})

/** Enough to tell that the code loops, even on a busy machine. */
const LOOPS = { stallSeconds: 5 }

const run = async (body: string, options: Partial<WarmRun> = {}) => {
  const file = join(root, 'src/a.ts')
  writeFileSync(file, `export function twice(x: number): number {\n  ${body}\n}\n`)
  const outcome = await suite.run({ exercise: 'twice', changed: [file], stallSeconds: 60, ...options })
  return { ...outcome, results: outcome.results.filter(({ state }) => state !== 'skipped') }
}

describe('a warm suite', () => {
  test('runs what the file holds now, and only the exercise', async () => {
    for (const [body, state] of [
      ['return 2 * x', 'passed'],
      ['return x', 'failed'],
      ['return x + x', 'passed'],
    ]) {
      const { end, results } = await run(body)
      expect({ end, states: results.map(each => each.state) }).toEqual({ end: 'done', states: [state] })
    }
    expect((await run("console.log('x is', x)\n  return 2 * x")).printed, 'what it prints').toBe('x is 3\n')
  })

  test('an endless loop is stopped at its line, with its test and the results before it; the next run has a new process', async () => {
    const { end, during, tests, results } = await run('let sum = 0\n  for (;;) sum += x', {
      exercise: undefined,
      ...LOOPS,
    })
    expect(end).toBe('too-slow')
    expect(during?.test).toEqual({ exercise: 'twice', name: 'of three' })
    expect(during?.places[0]).toMatchObject({ name: 'twice', file: join(root, 'src/a.ts'), line: 3 })
    expect(tests).toHaveLength(3)
    expect(results.map(({ name, state }) => `${name}: ${state}`)).toEqual(['is quick: passed'])
    expect((await run('return 2 * x')).results.map(each => each.state)).toEqual(['passed'])
  })

  test('garbage is no sign of a loop that takes too much memory', async () => {
    const { end, during } = await run('for (;;) x += Array.from({ length: 1e6 }, () => [x, x]).length', LOOPS)
    expect({ end, megabytes: during?.megabytes }).toEqual({ end: 'too-slow', megabytes: undefined })
  })

  test('code that gets little processor time may take longer, and code that waits may not', async () => {
    const wait = (ms: number) => `Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ${ms})`
    // 10 ms of work in 100 ms, for 3.3 seconds
    const work = 'for (let i = 0; i < 1e5; i += 1) x += Math.sin(i)'
    const slice = `for (const at = process.cpuUsage().user; process.cpuUsage().user < at + 10_000; ) ${work}`
    const heldUp = `const was = x\nfor (let k = 0; k < 33; k += 1) {\n${slice}\n${wait(90)}\n}\nreturn 2 * was`
    expect((await run(heldUp, { stallSeconds: 3 })).results.map(each => each.state)).toEqual(['passed'])
    expect((await run(`${wait(60_000)}\nreturn 2 * x`, { stallSeconds: 2 })).end).toBe('too-slow')
  })

  test('a loop at the top of a file is in no test', async () => {
    const { end, during } = await run('return x\n}\nfor (;;) {', LOOPS)
    expect({ end, test: during?.test }).toEqual({ end: 'too-slow', test: undefined })
    expect(during?.places[0]).toMatchObject({ file: join(root, 'src/a.ts'), line: 4 })
  })

  test('a run that is no longer wanted ends, and the one after it waits for that', async () => {
    const unwanted = new AbortController()
    const mark = join(root, 'begun')
    const loop = `process.getBuiltinModule('node:fs').writeFileSync(${JSON.stringify(mark)}, '')\n  for (;;);`
    const first = run(loop, { signal: unwanted.signal })
    // Before that, the file must not change.
    await expect.poll(() => existsSync(mark), { timeout: 60_000 }).toBe(true)
    unwanted.abort()
    const second = run('return 2 * x')
    expect((await first).end).toBe('stopped')
    expect((await second).results.map(each => each.state)).toEqual(['passed'])
  })

  test('stops where a NaN is made, when asked to, and not afterwards', async () => {
    const body = 'const list = [1]\n  return list[x] * 2'
    const [traced] = (await run(body, { traceNaN: true })).results
    expect(traced.failures[0]).toMatchObject({ name: NAN_MADE, message: 'list[x] * 2 is undefined * 2, which is NaN' })
    expect(traced.failures[0].stack).toContain('src/a.ts:3:')
    expect((await run(body)).results[0].failures[0].name).toBe('AssertionError')
  })
})
