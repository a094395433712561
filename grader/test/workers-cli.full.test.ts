import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { gradeClass } from '../src/cli/class-command.ts'
import { queue } from '../src/cli/queue-command.ts'
import { COURSE_ROOT, findLabs } from '../src/course.ts'
import { WORKER_BACKEND } from '../src/pipeline/machine.ts'
import type { QueueState } from '../src/queue/postgres/queue-state.ts'
import { makeKeys } from '../src/signing/keys.ts'
import { makeClass } from './class/generate.ts'
import { POSTGRES, TestServer } from './queue/server.ts'
import { run } from './running.ts'

/** `grade worker`, `grade class --database` and `grade queue` as processes, with a PostgreSQL server in between. */

const [lab] = await findLabs('01')
/** How long one thing may take on a busy machine. */
const SOON = { timeout: 120_000 }
const PROGRAM = [join(COURSE_ROOT, 'packages/launch/launch.mjs'), join(COURSE_ROOT, 'grader/src/pnpm-grade.ts')]

class WorkerProcess {
  readonly #child: ChildProcess
  readonly ended: Promise<number | null>
  stderr = ''

  constructor(address: string, name: string, env: Record<string, string> = {}) {
    const args = [...PROGRAM, 'worker', '--jobs', '1', '--labs', '1', '--name', name, '--allow-weak-isolation']
    this.#child = spawn(process.execPath, args, {
      env: { ...process.env, BACKPROP_DATABASE: address, ...env },
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    this.#child.stderr?.on('data', (chunk: Buffer) => (this.stderr += chunk.toString()))
    this.ended = new Promise(resolve => this.#child.once('exit', resolve))
  }

  kill(signal: NodeJS.Signals): void {
    this.#child.kill(signal)
  }
}

describe.skipIf(POSTGRES === null)('workers as processes (skipped without a PostgreSQL server)', () => {
  const folder = mkdtempSync(join(tmpdir(), 'workers-'))
  const [submissions, passfile] = [join(folder, 'submissions'), join(folder, 'worker.pgpass')]
  const { privatePem, publicPem } = makeKeys()
  let server: TestServer
  let workers: WorkerProcess[] = []
  beforeAll(async () => {
    server = await TestServer.start()
    await server.sql('CREATE ROLE teacher LOGIN CREATEROLE')
    await server.sql('CREATE DATABASE grader OWNER teacher')
    await makeClass(submissions, lab, 4)
  })
  afterEach(async () => {
    for (const worker of workers) worker.kill('SIGKILL')
    await Promise.all(workers.map(({ ended }) => ended))
    workers = []
  })
  afterAll(async () => {
    await server.stop()
    rmSync(folder, { recursive: true, force: true })
  })

  const teacher = () => server.url('grader', { user: 'teacher' })
  const start = (name: string, env: Record<string, string> = {}): WorkerProcess => {
    const worker = new WorkerProcess(server.url('grader', { user: 'grader_worker' }), name, {
      PGPASSFILE: passfile,
      ...env,
    })
    workers.push(worker)
    return worker
  }
  const inQueue = (args: readonly string[] = []) => run(queue, args, { env: { BACKPROP_DATABASE: teacher() } })
  const state = async () => JSON.parse((await inQueue(['--json'])).stdout) as QueueState
  const gradeInto = (reports: string, args: readonly string[], env: Record<string, string> = {}) => {
    const all = [
      '--submissions',
      submissions,
      '--labs',
      '1',
      '--report',
      join(folder, reports),
      '--accept-missing',
      '4',
    ]
    return run(gradeClass, [...all, ...args], { env })
  }
  const tableOf = (reports: string) =>
    readFileSync(join(folder, reports, 'class.csv'), 'utf8').replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'TIME')

  test('queue init makes the tables, and a role whose password only its file has', async () => {
    await expect(inQueue()).rejects.toThrow('expected version')
    await expect(inQueue(['init', '--role', 'grader_worker'])).rejects.toThrow(
      'There is no role "grader_worker". Name a file with --passfile to make it: its password will be there, for PGPASSFILE.',
    )
    const { stdout } = await inQueue(['init', '--role', 'grader_worker', '--passfile', passfile])
    const [, , , role, password] = readFileSync(passfile, 'utf8').trim().split(':')
    expect(role).toBe('grader_worker')
    expect(password).toMatch(/^[\w-]{32}$/)
    expect(stdout).not.toContain(password)
    expect(stdout).toContain(`Made the role "grader_worker". Its password is in ${passfile}`)
    expect(stdout).toContain('The role "grader_worker" may take and finish jobs, and nothing else.\n')
    if (process.platform !== 'win32') expect(statSync(passfile).mode & 0o777).toBe(0o600)
    // From now on the server asks for it.
    const rules = join(server.folder, 'data/pg_hba.conf')
    writeFileSync(rules, `host all grader_worker 127.0.0.1/32 scram-sha-256\n${readFileSync(rules, 'utf8')}`)
    await server.sql('SELECT pg_reload_conf()')
    const stranger = start('stranger', { PGPASSFILE: '/nonexistent' })
    expect(await stranger.ended).toBe(2)
    expect(stranger.stderr).toMatch(/^grader_worker@127\.0\.0\.1:\d+\/grader asks for a password\./m)
    for (const more of [[], ['--passfile', passfile]]) {
      const again = await inQueue(['init', '--role', 'grader_worker', ...more])
      expect(again.stdout).not.toContain('Made the role')
    }
    await expect(inQueue(['init', '--role', 'grader_worker', '--passfile', `${passfile}-2`])).rejects.toThrow(
      'There is a role "grader_worker" already, and its password cannot be read: leave out --passfile, or name another role.',
    )
  })

  test('two workers grade a class as one machine does, and a signature counts for more than a connection', async () => {
    await gradeInto('alone', ['--backend', WORKER_BACKEND])
    const [one, two] = ['one', 'two'].map(name => start(name, { BACKPROP_WORKER_KEY: privatePem }))
    // Both are there before the first job: a machine that is quick, or first, could do them all.
    await expect.poll(async () => (await state()).workers.length, SOON).toBe(2)
    const env = { BACKPROP_DATABASE: teacher(), BACKPROP_WORKER_KEY: publicPem }
    const { code, stderr } = await gradeInto('together', [], env)
    expect(code).toBe(1)
    expect(tableOf('together')).toBe(tableOf('alone'))
    expect(stderr).toMatch(/, [12] workers?\n/)
    const { stdout } = await inQueue()
    expect(stdout).toMatch(/^Workers: 2\n {2}one {2}tier [ABCD], wasm, Node \d+, course version [0-9a-f]{8}, 1 lab, /)
    expect(stdout).toMatch(/\nWaiting: 0\nRunning: 0\nSet aside: 0\nDone: \d/)
    for (const worker of [one, two]) worker.kill('SIGTERM')
    expect(await Promise.all([one.ended, two.ended])).toEqual([0, 0])
    for (const { stderr } of [one, two]) {
      expect(stderr).toMatch(/^✓ 01-perceptron [0-9a-f]{12} {2}\d+\.\d s$/m)
      expect(stderr).toContain('Stopping: the jobs at hand are finished first.\nStopped.\n')
    }
  })

  test('a worker finishes the job at hand when it is stopped, and gives it back when it is stopped again', async () => {
    const waiting = new AbortController()
    const env = { BACKPROP_DATABASE: teacher() }
    const args = ['--submissions', submissions, '--labs', '1', '--report', join(folder, 'stopped'), '--seed', '7']
    const ended = run(gradeClass, [...args, '--accept-missing', '4'], { env, signal: waiting.signal })
    const [patient, done] = [start('patient'), (await state()).done]
    await expect.poll(async () => (await state()).running.length, SOON).toBe(1)
    patient.kill('SIGTERM')
    expect(await patient.ended).toBe(0)
    expect((await state()).done).toBe(done + 1)

    const hasty = start('hasty')
    await expect.poll(async () => (await state()).running.length, SOON).toBe(1)
    hasty.kill('SIGTERM')
    // One that comes within half a second of the first, as the worker hears them, is the same Ctrl-C.
    await expect.poll(() => hasty.stderr, SOON).toContain('Stopping: the jobs at hand are finished first.')
    await sleep(700)
    hasty.kill('SIGTERM')
    expect(await hasty.ended).toBe(0)
    expect(hasty.stderr).toMatch(/^– 01-perceptron [0-9a-f]{12} {2}given back$/m)
    expect((await state()).done).toBe(done + 1)
    waiting.abort()
    await expect(ended).rejects.toThrow()
    const { queued } = await state()
    expect(queued).toBeGreaterThan(0)
  })

  test.each([
    [['--failed'], '--failed is for "pnpm grade queue requeue".'],
    [['--role', 'x'], '--role is for "pnpm grade queue init".'],
    [['init', '--passfile', 'x'], '--passfile holds the password of a role: name it with --role.'],
    [['init', '--json'], '--json is for "pnpm grade queue".'],
    [['requeue'], 'Which jobs? Give their keys, or --failed for all that were set aside.'],
    [['requeue', '0123456789abcdef'], 'No job with the key "0123456789abcdef" was set aside.'],
  ])('queue %j is a mistake', (args, message) => expect(inQueue(args)).rejects.toThrow(message))
})
