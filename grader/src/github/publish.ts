import { join } from 'node:path'
import { readFetched } from '../class/fetched.ts'
import { readJournal } from '../class/journal.ts'
import { UsageError } from '../errors.ts'
import { Api, ApiBusy, type ApiOptions, ApiRefused } from './api.ts'
import { type CheckRun, postCheckRun, type Posted } from './check-run.ts'
import { type Postable, postableOf, type WhereToLook } from './postable.ts'

export interface PublishOptions extends ApiOptions, WhereToLook {
  readonly sleep: (seconds: number) => Promise<void>
  readonly onDone?: (result: Published) => void
}

export interface Published {
  readonly name: string
  /** `skipped`: there is nothing that may be posted. */
  readonly status: Posted | 'skipped' | 'failed'
  /** Why it was skipped, failed, or says that there is no score. */
  readonly reason: string
}

/** GitHub asks for writing requests to come one at a time, a second apart. */
const SECONDS_BETWEEN_WRITES = 1
const LIMITS = { attempts: 5, waitSeconds: 15 * 60 }

/** Posts each student's result to its commit, one after the other. A result that can't be posted gets a reason. */
export async function publishAll(options: PublishOptions): Promise<readonly Published[]> {
  const { reports, fetched, onDone, signal } = options
  const record = await readFetched(fetched)
  if (!record) throw new UsageError(`"${fetched}" has no fetch.json. Give the folder of "grade fetch" with --fetched.`)
  const journal = await readJournal(join(reports, 'journal.jsonl'))
  if (!journal) throw new UsageError(`"${reports}" has no journal. Give the folder of "grade class" with --class.`)
  const rows = new Map([...journal.before, ...journal.rows].map(([name, row]) => [name.normalize('NFC'), row]))
  const api = new Api(options)
  const results: Published[] = []
  let over: string | null = null
  let wrote = false
  for (const submission of record.submissions) {
    signal.throwIfAborted()
    const { name } = submission
    const grade = await postableOf(submission, rows.get(name), journal.settings.labs, options)
    const sent: Sent =
      typeof grade === 'string'
        ? { status: 'skipped', reason: grade }
        : over !== null
          ? { status: 'failed', reason: over }
          : await sendAll(api, grade, options, wrote)
    if (sent.forAll) over = sent.reason
    wrote ||= hasWritten(sent)
    const result = { name, status: sent.status, reason: sent.reason }
    results.push(result)
    onDone?.(result)
  }
  return results
}

interface Sent extends Pick<Published, 'status' | 'reason'> {
  /** The same will happen to all other students. */
  readonly forAll?: true
}

const hasWritten = ({ status }: Sent): boolean => status === 'posted' || status === 'updated'

/** Posts all check runs of one student, up to the first that fails. Returns the outcome that matters most. */
async function sendAll(api: Api, grade: Postable, options: PublishOptions, wrote: boolean): Promise<Sent> {
  let all: Sent['status'] = 'unchanged'
  for (const run of grade.runs) {
    const sent = await send(api, grade, run, options, wrote)
    if (sent.status === 'failed') return sent
    wrote ||= hasWritten(sent)
    if (RANK[sent.status] > RANK[all]) all = sent.status
  }
  return { status: all, reason: grade.problem }
}
const RANK: Readonly<Record<Sent['status'], number>> = { skipped: 0, unchanged: 1, updated: 2, posted: 3, failed: 4 }

/** Tries until it succeeds or another try can't help. Each try looks again at the existing check runs. */
async function send(
  api: Api,
  { repository, commit }: Postable,
  run: CheckRun,
  { sleep }: PublishOptions,
  wrote: boolean,
): Promise<Sent> {
  if (wrote) await sleep(SECONDS_BETWEEN_WRITES)
  for (let attempt = 1; ; attempt++) {
    try {
      return { status: await postCheckRun(api, repository, commit, run), reason: '' }
    } catch (error) {
      if (error instanceof ApiRefused)
        return { ...failed(error.message), ...(error.status === 401 ? { forAll: true } : {}) }
      if (!(error instanceof ApiBusy)) throw error
      const seconds = error.seconds ?? 2 ** attempt
      if (seconds > LIMITS.waitSeconds)
        return {
          ...failed(`GitHub asks to wait ${Math.ceil(seconds / 60)} minutes: publish again later`),
          forAll: true,
        }
      if (attempt === LIMITS.attempts) return failed(`${error.message}, ${attempt} times`)
      await sleep(seconds)
    }
  }
}

const failed = (reason: string): Sent => ({ status: 'failed', reason })
