import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { intakeMachine, type Machine } from '../src/pipeline/machine.ts'
import { prepareLab } from '../src/pipeline/prepare-lab.ts'
import { presentKey } from '../src/pipeline/seed-key.ts'
import { abilitiesOf } from '../src/queue/abilities.ts'
import type { Abilities } from '../src/queue/grades.ts'
import { workersOf } from '../src/queue/open-workers.ts'
import { type Database, openDatabase } from '../src/queue/postgres/database.ts'
import { migrate } from '../src/queue/postgres/migrate.ts'
import { queueState } from '../src/queue/postgres/queue-state.ts'
import { work } from '../src/queue/work.ts'
import { timeless } from './class/timeless.ts'
import { HALF, RIGHT, STUB, type TinyCourse, tinyCourse } from './class/tiny-course.ts'
import { WritableText } from './writable-text.ts'

/** `grade class --database` and `grade worker` on a lab of two tests. Suite, sandbox and queue are real; the database is embedded. */

const NEVER = new AbortController().signal
/** How long a class may take on a busy machine until it asks workers. */
const SOON = { timeout: 120_000 }
let machine: Machine
let database: Database
beforeAll(async () => {
  machine = await intakeMachine('plain')
  database = await openDatabase('pglite:')
  await migrate(database)
})
afterAll(() => database.close())
afterEach(() =>
  database.executeSql('TRUNCATE backprop.queue, backprop.result, backprop.worker, backprop_boss.job CASCADE'),
)

interface Started {
  readonly lines: string[]
  readonly stop: () => Promise<void>
}

/** Starts a worker, which is stopped after the test. */
async function startWorker(
  course: TinyCourse,
  name = 'one',
  other: Partial<Abilities> = {},
  on = machine,
): Promise<Started> {
  const [stop, lines] = [new AbortController(), [] as string[]]
  const [labs, seedKey] = [[await prepareLab(course.lab)], await presentKey(process.env)]
  const able = { ...(await abilitiesOf(on, labs, { seedKey, signingKey: null })), ...other }
  const ended = work(database, {
    ...{
      name,
      labs,
      machine: on,
      able,
      seedKey,
      signingKey: null,
      jobs: 2,
      idleSeconds: null,
      signal: stop.signal,
      again: NEVER,
    },
    ...{ now: () => new Date(), say: (line: string) => void lines.push(line) },
  })
  const stopped = () => {
    stop.abort()
    return ended
  }
  onTestFinished(stopped)
  return { lines, stop: stopped }
}

/** Grades the class by workers, into another folder than that of one machine. */
async function gradeByWorkers(course: TinyCourse, ...[options, io]: Parameters<TinyCourse['grade']>) {
  const workers = await workersOf(database, { labs: [course.lab], trusted: null, say: () => {} })
  try {
    return await course.grade({ reports: `${course.reports}-by-workers`, jobs: 300, workers, ...options }, io)
  } finally {
    await workers.close()
  }
}

/** When a page was written, and its list of the slowest. */
const TIMES = /\d{4}-\d\d-\d\d [\d:]+ UTC|<ul class="slowest">[^]*?<\/ul>/g

/** What is in a folder of reports, without the times, the journal, the cache, and what changed since the last run. */
function contentOf(reports: string): Record<string, string> {
  const files = readdirSync(reports, { recursive: true, withFileTypes: true }).filter(entry => entry.isFile())
  const paths = files.map(({ parentPath, name }) => join(parentPath, name).slice(reports.length + 1)).sort()
  const kept = paths.filter(path => !/^(cache|journal|changes)\b/.test(path))
  const textOf = (path: string) => timeless(readFileSync(join(reports, path), 'utf8'))
  return Object.fromEntries(kept.map(path => [path, textOf(path).replace(TIMES, 'TIME')]))
}

function handIn(course: TinyCourse): void {
  course.hand('ada', RIGHT)
  course.hand('bo', HALF)
  course.hand('cy', `${RIGHT}\n// by another student\n`)
  course.hand('dee', 'export function double( {')
  course.hand('stub', STUB)
  course.hand('zoë', RIGHT)
  mkdirSync(join(course.submissions, 'empty'))
  mkdirSync(join(course.submissions, 'misplaced'))
  writeFileSync(join(course.submissions, 'misplaced/tiny.ts'), RIGHT)
}

describe('a class that workers grade', () => {
  test('has the reports of one machine, byte for byte but for the times', async () => {
    const course = await tinyCourse()
    handIn(course)
    const alone = await course.grade()
    const { count } = course.runs()
    const [one, two] = [await startWorker(course), await startWorker(course, 'two')]
    const { report } = await gradeByWorkers(course)
    expect(report.students.map(({ student }) => student)).toEqual(alone.report.students.map(({ student }) => student))
    expect(contentOf(`${course.reports}-by-workers`)).toEqual(contentOf(course.reports))
    expect(course.runs().count, 'equal files are graded once').toBe(2 * count)
    expect([...one.lines, ...two.lines].join('\n')).toMatch(/^✓ 01-tiny [0-9a-f]{12} {2}\d+\.\d s$/m)
  })

  test('gives no name to the database or to the workers’ terminals', async () => {
    const course = await tinyCourse()
    course.hand('ada-lovelace', HALF)
    const { lines } = await startWorker(course)
    await gradeByWorkers(course)
    const rows = await database.rows('SELECT payload FROM backprop.job UNION ALL SELECT grade FROM backprop.result')
    expect(rows).not.toEqual([])
    expect(JSON.stringify([rows, lines])).not.toContain('lovelace')
  })

  test('is recalled from the cache, with and without workers', async () => {
    const course = await tinyCourse()
    handIn(course)
    const { stop } = await startWorker(course)
    const { stderr } = await gradeByWorkers(course)
    expect(stderr).not.toContain('would grade again')
    await stop()
    const { count } = course.runs()
    const before = contentOf(`${course.reports}-by-workers`)
    await database.executeSql('TRUNCATE backprop.queue, backprop.result, backprop.worker, backprop_boss.job CASCADE')
    await gradeByWorkers(course)
    expect((await queueState(database)).queued).toBe(0)
    expect(contentOf(`${course.reports}-by-workers`)).toEqual(before)
    await course.grade({ reports: `${course.reports}-by-workers` })
    expect(course.runs().count).toBe(count)
    expect(contentOf(`${course.reports}-by-workers`)).toEqual(before)
  })

  test('names the tier of the machines that graded, and of this one only where nothing had to run', async () => {
    const course = await tinyCourse()
    course.hand('ada', RIGHT)
    course.hand('stub', STUB)
    await startWorker(course, 'weak', {}, { ...machine, tier: { id: 'D', reason: 'no other tier' } })
    const { report } = await gradeByWorkers(course)
    expect(report.environment).toMatchObject({ tier: 'D', tierReason: 'no other tier' })
    expect(report.students).toMatchObject([
      { student: 'ada', tier: 'D' },
      { student: 'stub', tier: machine.tier.id },
    ])
  })

  test('says why one machine would not use what workers have graded', async () => {
    const course = await tinyCourse()
    handIn(course)
    await startWorker(course, 'one', {}, { ...machine, device: 'another processor' })
    const { stderr } = await gradeByWorkers(course)
    expect(stderr).toContain(
      `Without --database, this machine would grade again: it computes on ${machine.device}, and a worker on another processor.\n`,
    )
  })

  test('uses what one machine has graded before', async () => {
    const course = await tinyCourse()
    handIn(course)
    await course.grade()
    const { count } = course.runs()
    await gradeByWorkers(course, { reports: course.reports })
    expect(course.runs().count).toBe(count)
  })

  test('can be stopped, and resumed by workers only', async () => {
    const course = await tinyCourse()
    handIn(course)
    const stop = new AbortController()
    const workers = await workersOf(database, { labs: [course.lab], trusted: null, say: () => {} })
    const run = course.grade({ jobs: 300, workers }, { signal: stop.signal })
    await expect.poll(async () => (await queueState(database)).queued, SOON).toBeGreaterThan(0)
    stop.abort()
    await expect(run).rejects.toThrow()
    await workers.close()
    await expect(course.grade({ resume: true })).rejects.toThrow(
      'cannot be resumed: it was started with --database, and now runs without it.',
    )
    await startWorker(course)
    const { rows } = await gradeByWorkers(course, { resume: true, reports: course.reports })
    expect(rows.map(({ status }) => status)).toEqual(rows.map(() => 'graded'))
  })

  test('says why no worker takes a job, and goes on when one does', async () => {
    const course = await tinyCourse()
    course.hand('ada', RIGHT)
    const old = await startWorker(course, 'old', { grader: '0123456789', tier: 'D' })
    await startWorker(course, 'other-key', { seedKey: null })
    const said = new WritableText()
    const done = gradeByWorkers(course, {}, { said })
    await expect.poll(() => old.lines, SOON).not.toEqual([])
    await expect.poll(() => said.text, SOON).toContain('other-key has')
    await startWorker(course, 'current')
    const { stderr, rows } = await done
    expect(rows).toMatchObject([{ student: 'ada', points: 100 }])
    expect(old.lines).toEqual([
      expect.stringMatching(
        /^Jobs for 01-tiny are not taken: this machine has course version 01234567 instead of [0-9a-f]{8}: bring both machines to the same commit of the course, and run pnpm install there\.$/,
      ) as string,
    ])
    expect(stderr).toContain('2 workers are connected, and none can grade 01-tiny:\n')
    expect(stderr).toMatch(/^ {2}old has course version 01234567 instead of [0-9a-f]{8}: bring both/m)
    expect(stderr).toMatch(/^ {2}other-key has no seed key instead of seed key [0-9a-f]{16}: set BACKPROP_SEED_KEY/m)
  })

  test('needs a key that workers can have, and no parts', async () => {
    const course = await tinyCourse()
    course.hand('ada', RIGHT)
    await expect(gradeByWorkers(course, { shard: { index: 1, count: 2 } })).rejects.toThrow(
      '--database already spreads the class over machines: leave out --shard.',
    )
    const workers = await workersOf(database, { labs: [course.lab], trusted: null, say: () => {} })
    const env = { BACKPROP_SEED_KEY: 'ephemeral' }
    await expect(course.grade({ workers }, { env })).rejects.toThrow(
      'Workers cannot draw from a key that only this run has: set BACKPROP_SEED_KEY to the same key here and for all workers.',
    )
    await workers.close()
  })
})
