import { join } from 'node:path'
import { readJournal } from '../class/journal.ts'
import { UsageError } from '../errors.ts'
import { Api, ApiBusy, ApiRefused, type ApiOptions } from './api.ts'
import { checkRunOf, postCheckRun, type Posted } from './check-run.ts'
import { readFetched } from './fetched.ts'
import { postableOf, type Postable, type WhereToLook } from './postable.ts'

export interface PublishOptions extends ApiOptions, WhereToLook {
  readonly sleep: (seconds: number) => Promise<void>
  readonly onDone?: (result: Published) => void
}

export interface Published {
  readonly name: string
  /** `skipped`: there is nothing that may be posted. */
  readonly status: Posted | 'skipped' | 'failed'
  readonly reason: string
}

/** GitHub asks that requests that write come one at a time, a second apart. */
const BETWEEN_WRITES = 1
const MOST = { attempts: 5, waitSeconds: 15 * 60 }

/** Posts each student's result to the commit that it belongs to, one after the other. Where there is none, it says why. */
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
    const grade = await postableOf(submission, rows.get(name), options)
    const sent: Sent =
      typeof grade === 'string'
        ? { status: 'skipped', reason: grade }
        : over !== null
          ? { status: 'failed', reason: over }
          : await send(api, grade, options, wrote)
    if (sent.forAll) over = sent.reason
    wrote ||= sent.status === 'posted' || sent.status === 'updated'
    const result = { name, status: sent.status, reason: sent.reason }
    results.push(result)
    onDone?.(result)
  }
  return results
}

interface Sent extends Pick<Published, 'status' | 'reason'> {
  /** Nobody else's turn will go better. */
  readonly forAll?: true
}

/** Tries until it is done, or asking again will not help. Each try looks afresh at what is there. */
async function send(
  api: Api,
  { repository, commit, report }: Postable,
  { sleep }: PublishOptions,
  wrote: boolean,
): Promise<Sent> {
  if (wrote) await sleep(BETWEEN_WRITES)
  for (let attempt = 1; ; attempt++) {
    try {
      return { status: await postCheckRun(api, repository, commit, checkRunOf(report)), reason: '' }
    } catch (error) {
      if (error instanceof ApiRefused)
        return { ...failed(error.message), ...(error.status === 401 ? { forAll: true } : {}) }
      if (!(error instanceof ApiBusy)) throw error
      const seconds = error.seconds ?? 2 ** attempt
      if (seconds > MOST.waitSeconds)
        return { ...failed(`GitHub asks to wait ${Math.ceil(seconds / 60)} minutes: come again later`), forAll: true }
      if (attempt === MOST.attempts) return failed(`${error.message}, ${attempt} times`)
      await sleep(seconds)
    }
  }
}

const failed = (reason: string): Sent => ({ status: 'failed', reason })
