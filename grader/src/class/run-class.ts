import type { KeyObject } from 'node:crypto'
import { chmodSync, mkdtempSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import type { Lab } from '@backprop/course'
import { makeFolders } from '@backprop/files'
import { safeLine } from '@backprop/safe-text'
import { SuiteHosts } from '@backprop/test-runner'
import { isArchiveName } from '../archive/unpack.ts'
import type { Context } from '../context.ts'
import { UsageError } from '../errors.ts'
import { GRADING, lock, refuseLocked } from '../lock.ts'
import { graderVersion } from '../pipeline/grader-version.ts'
import { mostIdleHosts } from '../pipeline/idle-hosts.ts'
import {
  chooseMachine,
  differenceOf,
  intakeMachine,
  type Machine,
  type MachineOptions,
  weakest,
} from '../pipeline/machine.ts'
import { type PreparedLab, prepareLab } from '../pipeline/prepare-lab.ts'
import { type Draws, drawsFor, isEphemeral, namesOf, SEED_KEY } from '../pipeline/seed-key.ts'
import type { Demands } from '../queue/grades.ts'
import type { Workers } from '../queue/workers.ts'
import type { People } from '../roster/people.ts'
import { makeWorkFolder } from '../sandbox/tiers/host.ts'
import { keyId, signingKey } from '../signing/keys.ts'
import { type TermFiles, TermRules } from '../term/term-rules.ts'
import { demandWritable } from '../writable.ts'
import { atMost } from './at-most.ts'
import { Cache } from './cache.ts'
import type { Changes } from './changes.ts'
import { ClassProgress } from './class-progress.ts'
import type { ClassReport } from './class-report.ts'
import { conclude } from './conclude.ts'
import { demandsOf, tiersOfWorkers } from './demands.ts'
import { fetchedByName } from './fetched.ts'
import { FolderGrades } from './folder-grades.ts'
import { gradeAll } from './grade-all.ts'
import type { ClassRun } from './grade-student.ts'
import { Journal, type Past, readJournal, type RunSettings } from './journal.ts'
import { makeOutputPaths, type OutputPaths } from './output-paths.ts'
import { lastRoster } from './read-class.ts'
import { requireSameKey, requireSameSettings } from './run-settings.ts'
import { inFairOrder, select } from './select.ts'
import { isInShard, type Shard, shardName } from './shards/shard.ts'
import type { StudentResult } from './student-result.ts'
import { listStudents, type Student } from './students.ts'
import { watchWorkers } from './watch-workers.ts'
import { WorkerGrades } from './worker-grades.ts'

export interface ClassOptions extends MachineOptions {
  readonly submissions: string
  readonly labs: readonly Lab[]
  readonly jobs: number
  readonly reports: string
  readonly resume: boolean
  /** `failed`, `changed` or a name; see `select`. */
  readonly only: string | null
  /** Grades only this part of the class; see `mergeShards`. */
  readonly shard?: Shard
  readonly seed?: number
  /** Without one, that of the last run into this folder. */
  readonly roster?: People
  /** Grade the class instead of this machine. The caller closes them. */
  readonly workers?: Workers
  /** Deadlines, overrides and what else makes final points of those of the tests. */
  readonly term?: TermFiles
}

export interface ClassOutcome {
  readonly report: ClassReport
  /** Whose points are others than before; null for the first run into a folder. */
  readonly changes: Changes | null
  /** Results of the students selected for this run. */
  readonly rows: readonly StudentResult[]
}

type Io = Pick<Context, 'stderr' | 'now' | 'signal' | 'env'>

/** Grades a folder of submissions, so that it can be killed at any moment and resumed. */
export async function runClass(options: ClassOptions, io: Io): Promise<ClassOutcome> {
  await refuseLocked(options.submissions, { doing: 'fetching into', option: '--submissions' })
  const { students, skipped } = await listStudents(options.submissions, options.reports)
  if (skipped.length > 0) io.stderr.write(`Skipped (not student folders): ${someOf(skipped)}\n`)
  if (skipped.some(isArchiveName))
    io.stderr.write('Archives become folders with "pnpm grade collect": see its --help.\n')
  await demandWritable(options.reports, '--report')
  await makeFolders(options.reports)
  const unlock = await lock(options.reports, GRADING, io.now)
  try {
    return await runLocked(options, students, io)
  } finally {
    unlock()
  }
}

function someOf(names: readonly string[]): string {
  const some = names.slice(0, 10).map(name => safeLine(name))
  return names.length > 10 ? `${some.join(', ')} and ${names.length - 10} more` : some.join(', ')
}

async function runLocked(options: ClassOptions, students: readonly Student[], io: Io): Promise<ClassOutcome> {
  const { labs, reports, only, resume, workers, shard = null } = options
  requireParts(only, shard)
  if (workers && shard) throw new UsageError('--database already spreads the class over machines: leave out --shard.')
  const key = await signingKey(io.env)
  const draws = await drawsFor(options, io)
  const signed = key !== null
  const machine = workers ? await intakeMachine(options.backend) : await chooseMachine({ ...options, signed })
  if (workers) requireShared(draws)
  const people = options.roster ?? (await lastRoster(reports))
  const names = students.map(({ name }) => name)
  const rules = options.term ? TermRules.for(options.term, names, people) : null
  const paths = await makeOutputPaths(reports)
  const past = await readJournal(paths.journal)
  await removeScratch(past)
  const prepared = await Promise.all(labs.map(prepareLab))
  const settings = await settingsOf(options, { ...machine, key, draws, prepared })
  if (past && resume) requireSameSettings(past.settings, settings, reports)
  if (past && only !== null) requireSameKey(past.settings, settings, reports)
  const before = past ? earlierResults(past, settings, { only, resume }) : new Map<string, StudentResult>()
  if (only === 'failed' && before.size === 0) throw new UsageError(nothingBefore(reports))

  const mine = students.filter(({ name }) => isInShard(name, shard))
  const selected = await select(only, mine, before, prepared)
  const rows = new Map(resume ? past?.rows : null)
  const journal =
    past && resume
      ? await Journal.goOn(paths.journal, past)
      : await Journal.begin(paths.journal, settings, before.values(), paths.staging)
  let used: Machine
  try {
    const rest = inFairOrder(selected, before).filter(({ name }) => !rows.has(name))
    const { grader, backend } = settings
    const tiers = workers ? tiersOfWorkers({ ...options, signed }) : [machine.tier.id]
    const demands = demandsOf({ grader, backend, tiers, signer: workers?.signer ?? null, draws })
    const all = selected.length
    const work = { options, prepared, machine, draws, key, demands, paths, journal, io, all }
    used = (await gradeRest(rest, rows, work)) ?? machine
    if (shard) await journal.add({ finished: shardName(shard) })
  } finally {
    await journal.close()
  }
  const graded = mine.flatMap(({ name }) => rows.get(name) ?? before.get(name) ?? [])
  const { tier, backend, node } = used
  const {
    report,
    changes,
    rows: last,
  } = await conclude(graded, {
    ...{ labs, names, people, rules, key, paths, now: io.now, submissions: options.submissions },
    environment: { tier: tier.id, tierReason: tier.reason, backend, node },
    drawn: namesOf(draws),
    isPart: shard !== null,
    hasTerm: (options.term?.term ?? null) !== null,
  })
  const isSelected = new Set(selected.map(({ name }) => name))
  return { report, changes, rows: last.filter(({ student }) => isSelected.has(student) && rows.has(student)) }
}

/** Says why a run without workers would not find their grades in the cache. */
function tellOthers(machines: readonly Machine[], here: Machine, { stderr }: Pick<Io, 'stderr'>): void {
  const why = machines.map(machine => differenceOf(here, machine)).find(difference => difference !== null)
  if (why) stderr.write(`Without --database, this machine would grade again: ${safeLine(why)}.\n`)
}

/** A key for one run alone is in this process alone. */
function requireShared(draws: Draws): void {
  const { seedKey } = namesOf(draws)
  if (seedKey === null || !isEphemeral(seedKey)) return
  throw new UsageError(
    `Workers cannot draw from a key that only this run has: set ${SEED_KEY} to the same key here and for all workers.`,
  )
}

/** One student is in one part: the other machines would have nothing to do. */
function requireParts(only: string | null, shard: Shard | null): void {
  if ((shard?.count ?? 1) === 1 || only === null || only === 'failed' || only === 'changed') return
  throw new UsageError(`--shard is for a class on many machines: leave it out to grade only "${safeLine(only)}".`)
}

interface Work {
  readonly options: ClassOptions
  readonly prepared: readonly PreparedLab[]
  readonly machine: Machine
  readonly draws: Draws
  readonly key: KeyObject | null
  readonly demands: (lab: PreparedLab) => Demands
  readonly paths: OutputPaths
  readonly journal: Journal
  readonly io: Io
  readonly all: number
}

/**
 * Grades the remaining students, adding each result to `rows` when it is in the journal. Returns what to say of the
 * machines that graded them; null if there were none.
 */
async function gradeRest(
  rest: readonly Student[],
  rows: Map<string, StudentResult>,
  work: Work,
): Promise<Machine | null> {
  const { options, prepared: labs, machine, draws, key, demands, paths, journal, io, all } = work
  const { workers, jobs } = options
  const fetched = await fetchedByName(options.submissions)
  const cache = new Cache(paths.cache, paths.staging)
  const scratch = makeWorkFolder()
  const makeFolder = () => {
    const folder = mkdtempSync(join(scratch, 'lab-'))
    chmodSync(folder, 0o755) // the child may run as another user
    return folder
  }
  const { now, signal } = io
  const suites = new SuiteHosts(mostIdleHosts(jobs), scratch)
  const pace = { all, done: all - rest.length, labs: workers ? labs.length : null }
  const progress = new ClassProgress(io.stderr, pace)
  const asked = workers && new WorkerGrades(workers.grades, cache, machine)
  const run: ClassRun = {
    ...{ labs, machine, draws, demands, key, fetched, paths, now, signal, makeFolder },
    grades: asked ?? new FolderGrades({ labs, machine, draws, suites, now, makeFolder }, cache),
    isPatient: workers !== undefined,
    intake: atMost(workers ? INTAKES : jobs),
    onLab: wasGraded => progress.addLab(wasGraded),
  }
  const unwatch = workers && asked ? watchWorkers(workers, () => asked.waitingFor, progress) : undefined
  const machines: Machine[] = []
  try {
    await journal.add({ scratch })
    await gradeAll(rest, run, jobs, async ({ name }, result) => {
      await journal.add({ row: result.row })
      rows.set(name, result.row)
      machines.push(result.machine)
      progress.add(result)
    })
    await cache.prune(now())
    if (workers) tellOthers(machines, machine, io)
    return weakest(machines)
  } finally {
    await unwatch?.()
    progress.end()
    await suites.close()
    await rm(scratch, { recursive: true, force: true })
  }
}

/** How many submissions are read at a time while workers grade others: it takes open files and memory. */
const INTAKES = 8

async function settingsOf(
  options: ClassOptions,
  { tier, backend, key, draws, prepared }: Machine & Pick<Work, 'key' | 'draws' | 'prepared'>,
): Promise<RunSettings> {
  const { submissions, labs, only, official } = options
  return {
    submissions,
    labs: labs.map(({ manifest }) => manifest.id),
    only,
    ...namesOf(draws),
    official: official === true,
    backend,
    tier: tier.id,
    node: process.version,
    signingKey: key && keyId(key),
    suites: Object.fromEntries(prepared.map(({ lab, suiteHash }) => [lab.manifest.id, suiteHash])),
    grader: await graderVersion(),
    shard: options.shard ? shardName(options.shard) : null,
    workers: options.workers !== undefined,
  }
}

/**
 * The last results before this run: a resumed run continues from where it began, a new one from where the last one ended.
 * Results of other labs count only if each student is compared.
 */
function earlierResults(
  past: Past,
  settings: RunSettings,
  { only, resume }: Pick<ClassOptions, 'only' | 'resume'>,
): ReadonlyMap<string, StudentResult> {
  if (resume) return past.before
  if (only === 'changed' || past.settings.labs.join() === settings.labs.join())
    return new Map([...past.before, ...past.rows])
  if (only === null) return new Map()
  throw new UsageError(
    `--only adds to the last results, which are of --labs ${past.settings.labs.join(',')}: give the same labs.`,
  )
}

const nothingBefore = (reports: string) =>
  `There is no earlier result in "${reports}" for --only failed to start from: grade the class without --only first.`

/** Removes temporary folders of a killed run, and only folders that `makeWorkFolder` may have made. */
async function removeScratch(past: Past | null): Promise<void> {
  for (const folder of past?.scratch ?? []) {
    const isOurs = /^backprop-\w+$/.test(basename(folder)) && [tmpdir(), '/tmp'].includes(dirname(folder))
    if (isOurs) await rm(folder, { recursive: true, force: true })
  }
}
