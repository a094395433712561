import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { plain } from '@backprop/core'
import { describe, expect, test } from 'vitest'
import { drawKeyOfSeed } from '../src/sandbox/draws.ts'
import { canFork, ForkServers } from '../src/sandbox/fork-server.ts'
import { boxOf, openSession } from '../src/sandbox/open-session.ts'
import { childrenOf, readProc } from '../src/sandbox/proc.ts'
import { buildSealed } from '../src/sandbox/sealed.ts'
import type { Session } from '../src/sandbox/session.ts'
import { makeWorkFolder, nodeFor, which } from '../src/sandbox/tiers/host.ts'
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
const fs = process.getBuiltinModule('node:fs')
const opened = Array.from({ length: 256 }, (_, i) => i).filter(i => tried(() => fs.fstatSync(i)) !== 'EBADF')
export const pipes = () => opened.map(i => fs.fstatSync(i)).filter(f => f.isFIFO() || f.isSocket()).map(f => f.ino)
export const scribble = () => opened.filter(i => i > 4 && Number(tried(() => fs.writeSync(i, Buffer.alloc(16, 65)))) > 0)
export const listen = () => void process.on('SIGTERM', () => {})
export const priority = pid => tried(() => process.getBuiltinModule('node:os').getPriority(pid ?? process.ppid))
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
  pipes(): Promise<number[]>
  scribble(): Promise<void>
  listen(): Promise<void>
  priority(pid?: number): Promise<string>
  wait(): Promise<void>
  timer(): Promise<string>
  file(path: string): Promise<string>
  hash(): Promise<string>
}

/** It waits for a promise that nothing will settle. */
const startEndless = sessionsWith('await new Promise(() => {})')

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

  test('shares no pipe or socket with another one', async () => {
    const [one, other] = [await (await copy()).pipes(), await (await copy()).pipes()]
    expect(one.length).toBeGreaterThan(3)
    expect(one.filter(each => other.includes(each))).toEqual([])
  })

  test('that writes into everything it has reaches neither the server nor another one', async () => {
    const [one, other] = [await copy(), await copy()]
    // Its own event loop ends by that, as in a started process.
    await expect(one.scribble()).rejects.toMatchObject({ kind: 'exit' })
    // A server that believed it would end, and all copies with it.
    await sleep(100)
    for (const each of [other, await copy()]) expect(await each.timer()).toBe('on time')
  })

  test('may listen for signals, though its server has made others before', async () => {
    for (let i = 0; i < 3; i++) {
      const student = await copy()
      await student.listen()
      expect(await student.timer()).toBe('on time')
    }
  })

  test('knows no priority but its own, which another one could use to send it numbers', async () => {
    const student = await copy()
    expect(Number(await student.priority(0))).toBeGreaterThanOrEqual(0)
    expect(await student.priority()).toBe('ERR_SYSTEM_ERROR')
  })

  test('that has nothing left to do before it is ready ends like a started process', async () => {
    await expect(startEndless(5, { tier, copied: true })).rejects.toThrow('ended the process (exit code 0)')
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

  // V8 has no other threads for it in a copy, and would wait forever for some that it thinks are there.
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

test.skipIf(which('prlimit') === null)('where a server would need too many descriptors there is no copy', () => {
  const { href } = new URL('../src/sandbox/fork-server.ts', import.meta.url)
  const spec = { tier: 'B', node: process.execPath, sealedDir: '/', submissionDir: '/', backend: 'plain' }
  const launch = JSON.stringify({ ...spec, limits: { cpuSeconds: 1, memoryMB: 128 } })
  const code = `const { ForkServers } = await import('${href}')
    console.log(await new ForkServers().fork(${launch}, 'a.mjs'))`
  const few = ['--nofile=64', process.execPath, '--no-warnings', '--input-type=module', '-e', code]
  expect(execFileSync('prlimit', few, { encoding: 'utf8' })).toBe('null\n')
})

describe.skipIf(!available.get('B'))('a started process takes the place', () => {
  test('of a copy that ends before it can load anything', async () => {
    await using machine = await machineWhere('c.getppid() === server', 'false')
    for (let i = 0; i < 2; i++) expect(await machine.open().then(each => each.answer())).toBe(42)
  })

  test('of one that the system refuses, while another one works on', async () => {
    await using machine = await machineWhere('c.fork()', '(order[1] === 0 ? c.fork() : -1)')
    const copies = [await machine.open(), await machine.open(), await machine.open()]
    for (const each of copies) expect(await each.answer()).toBe(42)
  })
})

/** Opens sessions in tier B as a suite does it, with another text in the place of one in the runner. */
async function machineWhere(text: string, other: string) {
  const workFolder = makeWorkFolder()
  const { sealedDir, submissionDir } = boxOf(workFolder, false)
  await buildSealed({ mayImport: {} }, sealedDir)
  const runner = readFileSync(join(sealedDir, 'runner.mjs'), 'utf8')
  expect(runner).toContain(text)
  writeFileSync(join(sealedDir, 'runner.mjs'), runner.replace(text, other))
  mkdirSync(submissionDir)
  writeFileSync(join(submissionDir, 'a.mjs'), 'export const answer = () => 42')
  const limits = { loadSeconds: 20, callSeconds: 20, cpuSeconds: 20, wallSeconds: 60, memoryMB: 256 }
  const draws = drawKeyOfSeed(1)
  const node = nodeFor(workFolder)
  const staged = {
    workFolder,
    node,
    tier: 'B',
    backend: 'plain',
    tensors: false,
    importing: [],
    limits,
    draws,
  } as const
  const forks = new ForkServers()
  const sessions: Session[] = []
  return {
    async open() {
      const session = await openSession(staged, 'a', plain(), { callSeconds: 20, forks })
      sessions.push(session)
      return session.remote<{ answer(): Promise<number> }>()
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(sessions.map(each => each.close()))
      await forks.close()
      rmSync(workFolder, { recursive: true })
    },
  }
}

test.skipIf(!available.get('A'))('a server that no longer answers is ended', async () => {
  const folder = makeWorkFolder()
  const forks = new ForkServers(5)
  const [sealedDir, submissionDir] = [join(folder, 'sealed'), join(folder, 'submission')]
  try {
    await buildSealed({ mayImport: {} }, sealedDir)
    mkdirSync(submissionDir)
    const limits = { cpuSeconds: 5, memoryMB: 128 }
    const spec = { tier: 'A', node: nodeFor(folder), sealedDir, submissionDir, backend: 'plain', limits } as const
    expect(await forks.fork(spec, 'missing.mjs')).not.toBeNull()
    const [server] = descendants()
    process.kill(server, 'SIGSTOP')
    expect(await forks.fork(spec, 'missing.mjs')).toBeNull()
    await expect.poll(() => readProc(`/proc/${server}/status`), { timeout: 60_000 }).toBe('')
  } finally {
    await forks.close()
    rmSync(folder, { recursive: true })
  }
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
