import { spawn } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { COURSE_ROOT, findLabs } from '../src/course.ts'
import { makeClass } from './class/generate.ts'
import { timeless } from './class/timeless.ts'

/** The command as an instructor starts it, on lab 01, killed and interrupted for real. */

const root = mkdtempSync(join(tmpdir(), 'class cli '))
const submissions = join(root, 'group 1')
const [lab] = await findLabs('01')
const students = await makeClass(submissions, lab, 6)
symlinkSync(students[0].name, join(submissions, 'a link'), 'junction')
const COUNT = students.length + 1
afterAll(() => rmSync(root, { recursive: true, force: true }))

interface Ended {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** A signal that is sent so many milliseconds after so many results. */
interface Stop {
  readonly results: number
  readonly ms: number
  readonly signal: NodeJS.Signals
}

/** Runs the command into a folder of reports. */
function grade(reports: string, args: readonly string[] = [], stop?: Stop): Promise<Ended> {
  const program = [
    join(COURSE_ROOT, 'packages/launch/launch.mjs'),
    join(COURSE_ROOT, 'grader/src/pnpm-grade.ts'),
    'class',
  ]
  const given = ['--submissions', submissions, '--labs', '1', '--jobs', '2', '--report', join(root, reports), ...args]
  const env = { ...process.env, TMPDIR: temporary }
  const child = spawn(process.execPath, [...program, ...given], { cwd: root, env })
  let [stdout, stderr] = ['', '']
  let sent = false
  const watch = () => {
    if (!stop || sent || linesOf(stderr) < stop.results) return
    sent = true
    setTimeout(() => child.kill(stop.signal), stop.ms)
  }
  watch()
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk.toString()
    watch()
  })
  return new Promise(resolve => child.on('close', code => resolve({ code, stdout, stderr })))
}

const temporary = mkdtempSync(join(tmpdir(), 'class-tmp-'))
const linesOf = (stderr: string) => stderr.match(/^\d+\/\d+ /gm)?.length ?? 0

/** All that is handed out, without the times. */
function results(reports: string): Record<string, string> {
  const files = readdirSync(join(root, reports), { recursive: true, encoding: 'utf8' })
  const wanted = files.filter(file => /^(students|logs)\W.*\.\w+$|^class\.(csv|json)$/.test(file)).sort()
  return Object.fromEntries(wanted.map(file => [file, timeless(readFileSync(join(root, reports, file), 'utf8'))]))
}

describe('pnpm grade class', { timeout: 400_000 }, () => {
  test('killed three times at any moment and resumed, it gives the same grades as in one go', async () => {
    const unbroken = await grade('unbroken')
    expect(unbroken, unbroken.stderr).toMatchObject({ code: 2 })
    expect(unbroken.stdout).toContain(`${students.length} of ${COUNT} graded, 1 without a score.`)
    expect(unbroken.stdout).toContain(
      '✗ a link: grader error: it is a link, not a folder: put the folder itself there\n',
    )
    expect(unbroken.stderr).not.toContain('\u001b')

    let done = 0
    for (const [i, results] of [1, 0, 1].entries()) {
      const ms = Math.round((results === 0 ? 2500 : 600) * Math.random())
      const stop = { results, ms, signal: 'SIGKILL' } as const
      const { code, stderr } = await grade('killed', i === 0 ? [] : ['--resume'], stop)
      expect(code, `killed ${ms} ms after ${results} results`).toBeNull()
      const first = /^(\d+)\//m.exec(stderr)?.[1]
      if (first) expect(Number(first), 'it goes on from where it was').toBeGreaterThan(done)
      done += linesOf(stderr)
    }
    const { code, stdout } = await grade('killed', ['--resume'])
    expect(code).toBe(2)
    expect(stdout.replaceAll('killed', 'unbroken')).toBe(unbroken.stdout)
    expect(results('killed')).toEqual(results('unbroken'))

    const journal = readFileSync(join(root, 'killed/journal.jsonl'), 'utf8').split('\n')
    expect(
      journal.filter(line => line.startsWith('{"row"')),
      'each once',
    ).toHaveLength(COUNT)
    await nothingIsLeft()
  })

  test('resumed after its end it writes the same tables again, and runs nothing', async () => {
    const before = results('unbroken')
    const { code, stderr } = await grade('unbroken', ['--resume'])
    expect({ code, lines: linesOf(stderr) }).toEqual({ code: 2, lines: 0 })
    expect(results('unbroken')).toEqual(before)
    const other = await grade('unbroken', ['--resume', '--seed', '3'])
    expect(other).toMatchObject({ code: 2, stdout: '' })
    expect(other.stderr).toContain('it was started without --seed, and now runs with --seed 3')
  })

  test('--json prints class.json on stdout and nothing else; lost points are exit code 1', async () => {
    const { name } = students[0]
    const { code, stdout } = await grade('unbroken', ['--only', students[1].name, '--json'])
    expect(code).toBe(1)
    expect(stdout).toBe(readFileSync(join(root, 'unbroken/class.json'), 'utf8'))
    expect((await grade('unbroken', ['--only', name])).code, 'full marks').toBe(0)
  })

  test.skipIf(process.platform === 'win32' /* has no SIGINT to send */)(
    'Ctrl-C stops it immediately, and it can be resumed',
    async () => {
      const { code, stderr } = await grade('stopped', [], { results: 3, ms: 0, signal: 'SIGINT' })
      expect(code).toBe(130)
      expect(stderr).toContain(
        'What is graded is kept: continue with the same command and --resume.\nStopped. Nothing was left running here.\n',
      )
      await nothingIsLeft()
      const resumed = await grade('stopped', ['--resume'])
      expect(resumed.code).toBe(2)
      expect(linesOf(resumed.stderr)).toBe(COUNT - linesOf(stderr))
      expect(results('stopped')).toEqual(results('unbroken'))
    },
  )

  test.each([
    [['--jobs', '0'], "option '--jobs <n>' argument '0' is invalid. Expected a whole number from 1 to 1000."],
    [['--seed', 'x'], "option '--seed <n>' argument 'x' is invalid. Expected a whole number"],
    [['--labs', '1,77'], 'There is no lab "77".'],
    [['--only', 'missing'], 'there is no folder "missing"'],
  ])('%j is a sentence and exit code 2', async (args, sentence) => {
    const { code, stdout, stderr } = await grade('unbroken', args)
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toContain(sentence)
  })
})

/** The processes of a killed run have to notice, and then to tidy up. */
const nothingIsLeft = (): Promise<void> =>
  expect.poll(() => readdirSync(temporary), { timeout: 60_000, message: 'the temporary folder' }).toEqual([])
