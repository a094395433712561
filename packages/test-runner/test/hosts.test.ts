import { mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { runSuite, SuiteHosts, type SuiteOutcome } from '../src/index.ts'

/** What one run could leave behind for the next: variables, listeners, the environment, errors, and a thread that works on. */
const TEST = `import { exercise, expect, test } from '@backprop/testkit'
import { inject } from 'vitest'

declare module 'vitest' {
  interface ProvidedContext {
    deed: string
  }
}

const before = JSON.stringify([globalThis.deed, process.env.DEED, Array.prototype.deed, process.listenerCount('beforeExit')])
const deed = inject('deed')
globalThis.deed = process.env.DEED = Array.prototype.deed = deed
process.on('beforeExit', () => {})

exercise('first', () => {
  test('host', ({ annotate }) => annotate(String(process.pid), 'note'))
  test('finds', ({ annotate }) => annotate(before, 'note'))
  test('is given', ({ annotate }) => annotate(deed, 'note'))
  test('does', () => {
    if (deed === 'fails') expect(1).toBe(2)
    if (deed === 'rejects') void Promise.reject(new Error('unawaited'))
    if (deed === 'hangs') for (;;);
    if (deed === 'dies') process.kill(process.pid, 'SIGKILL')
  })
})
exercise('second', () => test('comes last', () => {}))
`

let root: string
let scratch: string
let hosts: SuiteHosts
beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'hosts zoë ')))
  scratch = join(root, 'scratch')
  for (const folder of ['scratch', 'test', 'node_modules/@backprop']) mkdirSync(join(root, folder), { recursive: true })
  symlinkSync(resolve(import.meta.dirname, '../../testkit'), join(root, 'node_modules/@backprop/testkit'), 'junction')
  symlinkSync(resolve(import.meta.dirname, '../node_modules/vitest'), join(root, 'node_modules/vitest'), 'junction')
  writeFileSync(join(root, 'test/b.test.ts'), TEST)
  // Larger, and never fails: Vitest would start with this one, or with the one that failed before.
  writeFileSync(
    join(root, 'test/a.test.ts'),
    `import { test } from 'vitest'\ntest('alone', () => {})\n//${' '.repeat(9999)}`,
  )
  hosts = new SuiteHosts(2, scratch)
})
afterEach(async () => {
  await hosts.close()
  rmSync(root, { recursive: true, force: true })
})

const suite = (deed: string) => ({
  root,
  include: ['test/*.test.ts'],
  testSeconds: 60,
  isolate: false,
  provide: { deed },
})
const run = (deed: string, options = {}) => hosts.run({ ...suite(deed), wallSeconds: 60, ...options })

/** Everything in an outcome but times and the process. */
const facts = ({ usedSeconds: _, results, ...rest }: SuiteOutcome) => ({
  ...rest,
  results: results.filter(({ name }) => name !== 'host').map(({ ms: _, ...result }) => result),
})
const hostOf = ({ results }: SuiteOutcome) => results.find(({ name }) => name === 'host')?.notes[0]

describe('hosts that stay open', () => {
  test('run one suite after the other, and none of them can tell which came before it', async () => {
    const alone = new Map<string, ReturnType<typeof facts>>()
    for (const deed of ['passes', 'fails', 'rejects'])
      alone.set(deed, facts(await runSuite({ ...suite(deed), wallSeconds: 60, scratch })))
    expect(alone.get('passes')).toMatchObject({ end: 'done', broken: [], output: '' })
    expect(alone.get('rejects')?.broken, 'a run can leave something behind').toMatchObject([{ message: 'unawaited' }])
    const pids = new Set<string | undefined>()
    for (const deed of ['passes', 'fails', 'passes', 'rejects', 'passes', 'passes', 'fails', 'rejects', 'fails']) {
      const outcome = await run(deed)
      expect(facts(outcome), deed).toEqual(alone.get(deed))
      pids.add(hostOf(outcome))
    }
    expect(pids.size).toBe(1)
  })

  test('keep what a thread has compiled for the threads after it', async () => {
    await run('passes')
    await run('passes')
    const [host] = readdirSync(scratch)
    // Node gives each file of compiled code a name; Vitest alone has dozens of modules.
    expect(readdirSync(join(scratch, host, 'compiled'), { recursive: true }).length).toBeGreaterThan(20)
  })

  test('select tests for one run at a time', async () => {
    const chosen = async (options: object) =>
      (await run('passes', options)).results.filter(({ state }) => state === 'passed').map(({ name }) => name)
    expect(await chosen({ exercise: 'second' })).toEqual(['comes last'])
    expect(await chosen({ exercise: 'first', test: 'does' })).toEqual(['does'])
    expect(await chosen({ listOnly: true })).toEqual([])
    expect(await chosen({ skip: [{ exercise: 'first', name: 'does' }] })).not.toContain('does')
    expect(await chosen({})).toEqual(['alone', 'host', 'finds', 'is given', 'does', 'comes last'])
  })

  test('are not used again after a run that had to be ended, and serve runs that overlap', async () => {
    const [first, second] = (await Promise.all([run('passes'), run('passes')])).map(hostOf)
    expect(second).not.toBe(first)
    expect(await run('hangs', { wallSeconds: 1 })).toMatchObject({ end: 'too-slow' })
    expect(await run('dies')).toMatchObject({ end: 'crashed', crashedIn: { exercise: 'first', name: 'does' } })
    const third = await run('passes')
    expect(third).toMatchObject({ end: 'done', broken: [] })
    expect([first, second]).not.toContain(hostOf(third))
  })

  test('are ended, and leave nothing behind', async () => {
    const pid = Number(hostOf(await run('passes')))
    expect(readdirSync(scratch)).toHaveLength(1)
    await hosts.close()
    expect(() => process.kill(pid, 0)).toThrow('ESRCH')
    expect(readdirSync(scratch)).toEqual([])
  })
})
