import { type ChildProcess, fork } from 'node:child_process'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { gradeLab } from '../src/pipeline/grade-lab.ts'
import { isRoot } from '../src/sandbox/tiers/host.ts'
import { Arena } from './attacks/arena.ts'
import { SECRETS } from './attacks/secrets.ts'
import { handIn } from './attacks/trial.ts'
import { neuron as lab } from './tiny-labs.ts'

/** What protects the grader's own processes, where the system does not: of the tiers below B. */

const isAlive = (pid: number) => {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

async function isGone(pid: number): Promise<boolean> {
  for (let tries = 0; tries < 200 && isAlive(pid); tries++) await sleep(50)
  return !isAlive(pid)
}

interface Orphan extends Disposable {
  readonly grader: ChildProcess
  readonly guard: number
  readonly student: number
  /** What it says next. */
  next(): Promise<unknown>
}

async function start(mode: string): Promise<Orphan> {
  const program = join(import.meta.dirname, 'attacks/orphan.ts')
  const grader = fork(fileURLToPath(import.meta.resolve('@backprop/launch')), [program, mode], {
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    execArgv: [],
  })
  const lines = createInterface({ input: grader.stdout! })[Symbol.asyncIterator]()
  const next = async () => JSON.parse((await lines.next()).value as string) as unknown
  const [guard, student, folder] = (await next()) as [number, number, string]
  const end = () => {
    for (const pid of [grader.pid, guard, student]) if (pid && isAlive(pid)) process.kill(pid, 'SIGKILL')
    if (folder) rmSync(folder, { recursive: true, force: true })
  }
  return { grader, guard, student, next, [Symbol.dispose]: end }
}

test.skipIf(process.platform === 'win32' || isRoot() /* whose children are another user */)(
  'a signal of a student’s process opens no debugger in the grader’s',
  async () => {
    await using arena = await Arena.open()
    const attack = SECRETS.find(({ id }) => id === 'inspect-parent')!
    const { points, log } = await gradeLab({ lab, submission: handIn(attack, arena), tier: 'D' })
    expect(points).toBe(0)
    expect(log.map(entry => entry.stack).join('\n')).not.toContain('PWNED')
  },
)

describe('the guard', () => {
  test('control: without it, an endless loop survives a grader that is killed', async () => {
    using orphan = await start('unguarded')
    orphan.grader.kill('SIGKILL')
    await sleep(1000)
    expect(isAlive(orphan.student)).toBe(true)
  })

  test('ends an endless loop when the grader is killed', async () => {
    using orphan = await start('loop')
    expect([isAlive(orphan.guard), isAlive(orphan.student)]).toEqual([true, true])
    orphan.grader.kill('SIGKILL')
    expect(await isGone(orphan.student)).toBe(true)
    expect(await isGone(orphan.guard)).toBe(true)
  })

  test.each([
    ['killGuard', /ended the process|took more than/],
    ['stopGuard', /took more than 1 s/],
  ])('student code that turns on it is ended too: %s', async (mode, words) => {
    using orphan = await start(mode)
    expect(await orphan.next()).toMatch(words)
    expect(await orphan.next()).toBe('closed')
    expect(await isGone(orphan.student)).toBe(true)
    expect(await isGone(orphan.guard)).toBe(true)
  })
})
