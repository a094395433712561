import { readdirSync, readlinkSync, statSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { canFork, ForkServers } from '../src/sandbox/fork-server.ts'
import { childrenOf, readProc } from '../src/sandbox/proc.ts'
import { tryTier } from '../src/sandbox/try-tier.ts'
import { sessionsWith } from './child-process.ts'

/** Students' processes that are copies of one that is ready. The rest of what they do is in session.test.ts. */

const start = sessionsWith(`
let calls = 0
const tried = attempt => { try { return String(attempt()) } catch (error) { return error.code ?? error.message } }
const ffi = process.getBuiltinModule('node:ffi')
export const count = () => ++calls
export const random = () => [Math.random(), process.getBuiltinModule('node:crypto').randomUUID()]
export const flags = () => process.permission.has('ffi')
export const library = () => tried(() => ffi.dlopen(null, { getpid: { return: 'i32', arguments: [] } }))
export const memory = () => tried(() => ffi.getInt8(1n))
export const evaluate = () => tried(() => eval('1'))
export const exit = code => process.exit(code)
export const churn = () => { let kept = []; for (let i = 0; i < 1e5; i++) { const list = Array.from({ length: 100 }, () => ({})); if (i % 100 === 0) kept = [...kept.slice(-200), list] } return kept.length }
export const wait = () => new Promise(() => {})
export const timer = () => new Promise(resolve => setTimeout(resolve, 5, 'on time'))
export const file = async path => tried(() => process.getBuiltinModule('node:fs').readFileSync(path))
export const hash = async () => Buffer.from(await crypto.subtle.digest('SHA-256', new Uint8Array(3))).toString('hex')
`)
interface Student {
  count(): Promise<number>
  random(): Promise<[number, string]>
  flags(): Promise<boolean>
  library(): Promise<string>
  memory(): Promise<string>
  evaluate(): Promise<string>
  exit(code: number): Promise<void>
  churn(): Promise<number>
  wait(): Promise<void>
  timer(): Promise<string>
  file(path: string): Promise<string>
  hash(): Promise<string>
}

const available = new Map<string, boolean>()
for (const tier of ['A', 'B'] as const) available.set(tier, canFork(tier) && (await tryTier(tier)).available)

describe.each((['A', 'B'] as const).filter(tier => available.get(tier)))('a copy in tier %s', tier => {
  const open = () => start(5, { tier, copied: true })
  const copy = async () => (await open()).remote<Student>()

  test('has nothing of another one', async () => {
    const [one, other] = [await copy(), await copy()]
    expect(await one.count()).toBe(1)
    expect(await one.count()).toBe(2)
    expect(await other.count()).toBe(1)
  })

  test('draws its own random numbers', async () => {
    const [[number, id], [otherNumber, otherId]] = [await (await copy()).random(), await (await copy()).random()]
    expect(number).not.toBe(otherNumber)
    expect(id).not.toBe(otherId)
  })

  test('cannot call the C library, read memory or evaluate text', async () => {
    const student = await copy()
    expect(await student.flags()).toBe(false)
    expect(await student.library()).toBe('ERR_ACCESS_DENIED')
    expect(await student.memory()).toBe('ERR_ACCESS_DENIED')
    expect(await student.file('/proc/self/maps')).toBe('ERR_ACCESS_DENIED')
    expect(await student.evaluate()).toContain('Code generation from strings disallowed')
  })

  test('has timers, and the threads that Node’s own code works in', async () => {
    const student = await copy()
    expect(await student.timer()).toBe('on time')
    expect(await student.hash()).toBe('709e80c88487a2411e1ee4dfb9f22a861492d20c4765150c0c794abd70f8147c')
  })

  test('is confined like a started process: one filter more than its server, and closed to others', async () => {
    const [server, one] = await serverAndCopy()
    expect(Number(statusOf(one, 'Seccomp_filters'))).toBe(Number(statusOf(server, 'Seccomp_filters')) + 1)
    // The system gives a process that may not be looked into to root.
    for (const pid of [server, one]) expect(statSync(`/proc/${pid}/mem`).uid).toBe(0)
  })

  test('has its own descriptors, and none of the server or of other copies', async () => {
    const [server, one, other] = await serverAndCopy()
    const [ofOne, ...others] = [one, server, other].map(channelsOf)
    expect(ofOne.filter(each => each.startsWith('socket:'))).toHaveLength(3)
    expect(ofOne.filter(each => others.flat().includes(each) && !channelsOf(process.pid).includes(each))).toEqual([])
  })

  test('ends when its session is closed, and with its server', async () => {
    const session = await open()
    const [server, one] = descendants()
    const waiting = session.remote<Student>().wait()
    process.kill(server, 'SIGKILL')
    await expect(waiting).rejects.toMatchObject({ kind: 'exit' })
    await session.close()
    const isThere = (pid: number) => statusOf(pid, 'State')?.startsWith('Z') === false
    await expect.poll(() => [server, one].filter(isThere), { timeout: 60_000 }).toEqual([])
  })

  // V8 has no other threads for it in a copy, and would wait for ever for some that it thinks are there.
  test('collects garbage, however often', async () => {
    const copies = [await copy(), await copy(), await copy()]
    expect(await Promise.all(copies.map(each => each.churn()))).toEqual([201, 201, 201])
  })

  test('tells how it ended', async () => {
    await expect((await copy()).exit(3)).rejects.toThrow('ended the process (exit code 3) before answering')
  })

  test('one server after another makes as many as are needed', async () => {
    for (let i = 0; i < 70; i++) {
      const session = await open()
      expect(await session.remote<Student>().count()).toBe(1)
      await session.close()
    }
  })

  /** The server, the copy that was made last, and the one before. */
  async function serverAndCopy(): Promise<[number, number, number]> {
    for (const session of [await open(), await open()]) await session.remote<Student>().count()
    const [server, other, one] = descendants()
    return [server, one, other]
  }
})

test('where no server starts there is no copy, and no second attempt', async () => {
  const forks = new ForkServers()
  const limits = { cpuSeconds: 1, memoryMB: 128 }
  const spec = { tier: 'A', node: '/bin/true', sealedDir: '/', submissionDir: '/', backend: 'plain', limits } as const
  if (available.get('A')) for (let i = 0; i < 2; i++) expect(await forks.fork(spec, 'a.mjs')).toBeNull()
  expect(await forks.fork({ ...spec, tier: 'D' }, 'a.mjs'), 'student code could reach the server').toBeNull()
})

/** A process that has copies, and these. */
function descendants(): number[] {
  const below = (pid: number): number[] => childrenOf(pid).flatMap(child => [child, ...below(child)])
  const all = below(process.pid)
  const server = all.find(pid => childrenOf(pid).length > 0 && below(pid).every(each => childrenOf(each).length === 0))
  if (server === undefined) throw new Error('there is no fork server')
  return [server, ...childrenOf(server)]
}

const statusOf = (pid: number, field: string): string | undefined =>
  new RegExp(`^${field}:\\s*(.*)$`, 'm').exec(readProc(`/proc/${pid}/status`))?.[1]

/** Sockets, pipes and counters of a process, by the numbers that the system gives them. */
const channelsOf = (pid: number): string[] => [
  ...new Set(
    readdirSync(`/proc/${pid}/fd`).flatMap(fd => {
      const target = readlinkSync(`/proc/${pid}/fd/${fd}`)
      const counter = /eventfd-id:.*/.exec(readProc(`/proc/${pid}/fdinfo/${fd}`))?.[0]
      return /^(socket|pipe):/.test(target) ? target : (counter ?? [])
    }),
  ),
]
