import type { SuiteHosts } from '@backprop/test-runner'
import { GraderFault } from '../errors.ts'
import type { Taken } from '../intake/take-lab-in.ts'
import { runLab } from '../pipeline/grade-lab.ts'
import type { Machine } from '../pipeline/machine.ts'
import type { PreparedLab } from '../pipeline/prepare-lab.ts'
import type { Draws } from '../pipeline/seed-key.ts'
import { type Demands, type Grade, type Job, jobKey } from './grades.ts'

/** What this machine grades jobs with. */
export interface Bench {
  readonly labs: readonly PreparedLab[]
  readonly machine: Machine
  readonly draws: Draws
  readonly suites: SuiteHosts
  readonly now: () => Date
  readonly makeFolder: () => string
}

/** Grades a job here, without asking whether the job's demands are met. Rejects with `GraderFault` if we fail. */
export async function gradeJob(job: Job, bench: Bench, signal: AbortSignal): Promise<Grade> {
  signal.throwIfAborted()
  const { machine, draws, suites, now, makeFolder } = bench
  const prepared = preparedFor(job, bench.labs)
  const begun = now().getTime()
  const { lab } = prepared
  const { tier, backend, slowness } = machine
  const options = { lab, prepared, tier: tier.id, backend, slowness, draws, signal, makeFolder, suites }
  const graded = await runLab(options, { graded: null, submission: submissionOf(job), prepared })
  const ended = now()
  return { graded, ms: Math.max(0, ended.getTime() - begun), gradedAt: ended.toISOString(), machine }
}

/** The lab of a job. A job may come from elsewhere: its paths become paths here, and its key names the grade. */
function preparedFor(job: Job, labs: readonly PreparedLab[]): PreparedLab {
  const { key, demands, files, refused, missing } = job
  if (key !== jobKey(job)) throw new GraderFault(`the key of a job for ${demands.lab} does not belong to its files.`)
  const prepared = labs.find(({ lab }) => lab.manifest.id === demands.lab)
  if (!prepared) throw new GraderFault(`a job asks for the lab "${demands.lab}", which is not graded here.`)
  const { edit } = prepared.lab.manifest
  const named = [...[...files, ...refused].map(([file]) => file), ...missing]
  const foreign = named.find(file => !edit.includes(file))
  if (foreign === undefined) return prepared
  throw new GraderFault(`a job for ${demands.lab} has a file "${foreign}", which students of this lab do not hand in.`)
}

const submissionOf = ({ treeHash, files, refused, missing }: Job): Taken => ({
  treeHash,
  files: new Map(files),
  refused: new Map(refused),
  missing: new Map(missing.map(file => [file, isMissing(file)])),
  isFlat: false,
})

/** What a job's grade says about a missing file. */
const isMissing = (file: string) => `${file} is missing.`

/** A job for a submission. It has no more than the files: nothing says whose they are. */
export function jobFor({ treeHash, files, refused, missing }: Taken, demands: Demands): Job {
  const key = jobKey({ demands, treeHash })
  return { key, demands, treeHash, files: [...files], refused: [...refused], missing: [...missing.keys()] }
}

/** The problem of a job's grade in the words of its submission, which name what was found instead of a missing file. */
export function reworded(problem: string | null, { missing }: Taken): string | null {
  const words = new Map([...missing].map(([file, why]) => [isMissing(file), why]))
  const lines = problem?.split('\n').map(line => words.get(line) ?? line)
  return lines?.join('\n') ?? null
}
