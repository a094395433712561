import { mkdir, rm, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import type { Lab, LabManifest, Limits } from '@backprop/course'
import { problemsOf, Refused } from '@backprop/course/submission'
import { type Outcome, score, type ScoredLab } from '@backprop/report'
import type { DeviceReceipt, SuiteOutcome } from '@backprop/test-runner'
import { takeLabIn, type Taken } from '../intake/take-lab-in.ts'
import { type Usable, usableOf } from '../intake/usable.ts'
import type { LogEntry } from '../report/ungraded.ts'
import type { BackendName } from '../sandbox/device/backends.ts'
import { type DrawKey, drawKeyOf, drawKeyOfSeed } from '../sandbox/draws.ts'
import { type Box, boxOf, type Staged } from '../sandbox/open-session.ts'
import { importingModules, type SealedFiles, usesTensors, writeSealed } from '../sandbox/sealed.ts'
import { factsSoFar, makeWorkFolder, nodeFor } from '../sandbox/tiers/host.ts'
import { isConfined, type TierId } from '../sandbox/tiers/tiers.ts'
import { type PreparedLab, prepareLab } from './prepare-lab.ts'
import { type HiddenRunOptions, runHidden } from './run-hidden.ts'
import { allTests, judge, lostDevice } from './score/judge.ts'
import { type Draws, ephemeralKey } from './seed-key.ts'

export interface GradeOptions extends HiddenRunOptions {
  /** `lab`, prepared for several submissions; by default it is prepared just for this one. */
  readonly prepared?: PreparedLab
  /** A student's repository, or one lab's folder. */
  readonly submission: string
  readonly tier: TierId
  /** The backend of labs that use tensors; `plain` by default. */
  readonly backend?: BackendName
  /** Factor on time limits where tensors are computed; see `slownessOf`. */
  readonly slowness?: number
  /** Keep the tensors on this side of the wall even if the child could hold them; for tests. */
  readonly brokered?: boolean
  /** Accept a software GPU too; for tests. */
  readonly allowSoftware?: boolean
  /** Where the draws come from; by default a key just for this grading. */
  readonly draws?: Draws
  /** Run the suite even on stubs, which are otherwise recognized and not run. */
  readonly evenIfUntouched?: boolean
  /** Makes the folder that the child sees, which is removed afterwards; by default in the system's temporary folder. */
  readonly makeFolder?: () => string
  /** Include in the results what crossed the wall. */
  readonly record?: boolean
}

/** Without the folder: the files are already taken. */
export type RunLabOptions = Omit<GradeOptions, 'submission'>

export interface GradedLab extends ScoredLab {
  /** What is wrong with the files, worded for the student. */
  readonly problem: string | null
  readonly treeHash: string | null
  readonly suiteHash: string
  /** The value of `--seed`. */
  readonly seed: number | null
  /** Tests in the suite but not in the manifest: they don't count, and `grade check` complains. */
  readonly unlisted: readonly string[]
  /** For the instructor: hidden tests that broke on an answer and count as failed. */
  readonly alerts: readonly string[]
  /** For the instructor: all failures in full. */
  readonly log: readonly LogEntry[]
  /** What the grader's device computed for the submission, if it did. */
  readonly receipt?: DeviceReceipt
}

/** Files that are worth running, and the suite to run on them. */
export interface Runnable {
  readonly graded: null
  readonly submission: Taken
  readonly prepared: PreparedLab
}

/** All stages for one lab of one submission: intake, bundle, sandbox, suite, score. Throws `GraderFault` if we fail. */
export async function gradeLab(options: GradeOptions): Promise<GradedLab> {
  const taken = await takeLab(options)
  return taken.graded ?? runLab(options, taken)
}

/** Only the first stage: what was handed in, and whether there is anything to run. */
export async function takeLab(
  options: Pick<GradeOptions, 'lab' | 'prepared' | 'submission' | 'draws' | 'evenIfUntouched' | 'makeFolder'>,
): Promise<Runnable | { readonly graded: GradedLab }> {
  const { lab } = options
  const { prepared = await prepareLab(lab) } = options
  const { suiteHash, stubs } = prepared
  let submission: Taken
  try {
    submission = await takeLabIn(options.submission, lab, options.makeFolder)
  } catch (error) {
    if (!(error instanceof Refused)) throw error
    const status = error.kind === 'missing' ? 'missing' : 'error'
    const outcomes = allTests(lab, status)
    return { graded: unrun(options, { outcomes, problem: error.message, treeHash: null, suiteHash }) }
  }
  const { files, refused, treeHash } = submission
  // Every file is still the stub that was handed out. It is generated from the solution: a lab may be done in place.
  const isUntouched = refused.size === 0 && [...files].every(([file, text]) => text === stubs.get(file))
  if (!options.evenIfUntouched && isUntouched) {
    const facts = { problem: problemsOf(lab.manifest, submission), treeHash, suiteHash }
    return { graded: unrun(options, { outcomes: allTests(lab, 'not-started'), ...facts }) }
  }
  return { graded: null, submission, prepared }
}

/** The other stages, for what `takeLab` took. */
export async function runLab(options: RunLabOptions, { submission, prepared }: Runnable): Promise<GradedLab> {
  const { lab, signal } = options
  const { treeHash } = submission
  const { suiteHash, stubs } = prepared
  // In a weak tier student code might write there, and the compiler would run it for the next submission.
  const scratch = isConfined(options.tier) ? options.suites?.scratch : undefined
  const { files, modules, unusable, problem } = await usableOf(prepared, submission, scratch)
  const facts = { problem, treeHash, suiteHash }
  const isStub = (file: string) => files.get(file) === stubs.get(file)
  if (unusable.size > 0 && lab.manifest.edit.every(file => unusable.has(file) || isStub(file)))
    return unrun(options, { outcomes: outcomesOfStubs(lab, stubs, unusable), ...facts })
  const workFolder = (options.makeFolder ?? makeWorkFolder)()
  try {
    const draws = drawKey(options, { treeHash, suiteHash })
    const staged = await stage(options, { modules, unusable, prepared }, workFolder, draws)
    let outcome = await runHidden(options, staged)
    signal?.throwIfAborted()
    // A lost device is not the student's fault: everything runs once more, on a newly opened device.
    if (lostDevice(outcome) !== null) outcome = await runHidden(options, staged)
    signal?.throwIfAborted()
    const { outcomes, log, alerts } = judge(lab, outcome)
    const unlisted = outcomes
      .filter(outcome => !isListed(lab, outcome))
      .map(({ exercise, test }) => `${exercise}/${test}`)
    return {
      ...score(options.only ? alone(lab.manifest) : lab.manifest, outcomes),
      ...facts,
      seed: seedIn(options.draws),
      unlisted,
      alerts,
      log,
      receipt: receiptOf(outcome),
    }
  } finally {
    await rm(workFolder, { recursive: true, force: true })
  }
}

/** What the device computed in all tests, which share it. */
function receiptOf({ results }: SuiteOutcome): DeviceReceipt | undefined {
  const receipts = results.flatMap(({ receipt }) => receipt ?? [])
  if (receipts.length === 0) return undefined
  const total = (of: 'commands' | 'work' | 'reads') => receipts.reduce((sum, receipt) => sum + receipt[of], 0)
  return { ...receipts[0], commands: total('commands'), work: total('work'), reads: total('reads') }
}

/** Run alone, an exercise is not blocked by those that it builds on, because they were not run. */
const alone = (manifest: LabManifest): LabManifest => ({
  ...manifest,
  exercises: manifest.exercises.map(each => ({ ...each, requires: [] })),
})

/** The result when nothing needs to run because the outcomes are already known. */
function unrun(
  { lab, draws }: Pick<GradeOptions, 'lab' | 'draws'>,
  why: Pick<GradedLab, 'problem' | 'treeHash' | 'suiteHash'> & { readonly outcomes: readonly Outcome[] },
): GradedLab {
  const { outcomes, ...facts } = why
  const nothing = { unlisted: [], alerts: [], log: [] }
  return { ...score(lab.manifest, outcomes), ...facts, seed: seedIn(draws), ...nothing }
}

const seedIn = (draws: Draws | undefined): number | null => (draws && 'seed' in draws ? draws.seed : null)

function drawKey(
  { lab, draws = ephemeralKey() }: Pick<GradeOptions, 'lab' | 'draws'>,
  hashes: Pick<PreparedLab, 'suiteHash'> & Pick<Taken, 'treeHash'>,
): DrawKey {
  return 'seed' in draws ? drawKeyOfSeed(draws.seed) : drawKeyOf(draws.secret, { lab: lab.manifest.id, ...hashes })
}

/** For files that are all stubs or unusable: the stubs say which exercises are in which file. */
function outcomesOfStubs(lab: Lab, stubs: Files, unusable: Files): Outcome[] {
  const problemIn = (exercise: string) =>
    [...unusable].find(([file]) => stubs.get(file)?.includes(`TODO(${exercise})`))?.[1]
  return allTests(lab, 'not-started').map(outcome => {
    const message = problemIn(outcome.exercise)
    return message === undefined ? outcome : { ...outcome, status: 'error', message }
  })
}

type Files = ReadonlyMap<string, string>

async function stage(
  { lab, tier, backend, slowness = 1, brokered, allowSoftware, record }: RunLabOptions,
  { modules, unusable, prepared }: Pick<Usable, 'modules' | 'unusable'> & Pick<Runnable, 'prepared'>,
  workFolder: string,
  draws: DrawKey,
): Promise<Staged> {
  const importing = importingModules(lab.manifest)
  const mine = (mayImport: boolean) => [...modules].filter(([name]) => importing.includes(name) === mayImport)
  await Promise.all([
    putInBox(boxOf(workFolder, true), mine(true), () => prepared.sealed(true)),
    putInBox(boxOf(workFolder, false), mine(false), () => prepared.sealed(false)),
  ])
  const tensors = usesTensors(lab.manifest.mayImport)
  const factor = tensors ? slowness : 1
  return {
    workFolder,
    node: nodeFor(workFolder),
    facts: factsSoFar(),
    tier,
    backend: (tensors && backend) || 'plain',
    brokered: tensors && brokered,
    tensors,
    allowSoftware,
    limits: stretched(lab.manifest.limits, factor),
    slowness: factor,
    draws,
    record,
    importing,
    promises: prepared.promises,
    unusable: Object.fromEntries([...unusable].map(([file, why]) => [basename(file, '.ts'), why])),
  }
}

/** More time for everything that computes; the same memory. */
const stretched = ({ memoryMB, ...seconds }: Limits, factor: number): Limits => ({
  memoryMB,
  loadSeconds: seconds.loadSeconds * factor,
  callSeconds: seconds.callSeconds * factor,
  cpuSeconds: seconds.cpuSeconds * factor,
  wallSeconds: seconds.wallSeconds * factor,
})

/** A folder for the modules with the same allowed imports: the packages as they may see them, and the modules. */
async function putInBox(
  { sealedDir, submissionDir }: Box,
  modules: readonly (readonly [name: string, code: string])[],
  sealed: () => Promise<SealedFiles>,
): Promise<void> {
  if (modules.length === 0) return
  await mkdir(submissionDir, { recursive: true })
  for (const [name, code] of modules) await writeFile(join(submissionDir, `${name}.mjs`), code)
  await writeSealed(await sealed(), sealedDir)
}

const isListed = ({ manifest }: Lab, { exercise, test }: Outcome) =>
  manifest.exercises.some(({ id, tests }) => id === exercise && tests.some(listed => listed.id === test))
