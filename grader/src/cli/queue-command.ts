import { resolve } from 'node:path'
import { safeJson, safeLine } from '@backprop/safe-text'
import { Argument } from '@commander-js/extra-typings'
import { UsageError } from '../errors.ts'
import { type Database, openDatabase } from '../queue/postgres/database.ts'
import { queueState, retry } from '../queue/postgres/queue-state.ts'
import { initQueue } from '../queue/postgres/worker-role.ts'
import { shortKey, stateText } from '../queue/state-text.ts'
import { addressIn, command, DATABASE_OPTION, EXIT } from './command.ts'

export const queue = command({
  name: 'queue',
  summary: 'Show what waits for workers, try failed jobs again, or set up the database',
  syntax: parser =>
    parser
      .addArgument(new Argument('[action]', 'what to do instead of showing the queue').choices(['requeue', 'init']))
      .argument('[keys...]', 'requeue: jobs that were set aside, as the queue shows them')
      .addOption(DATABASE_OPTION)
      .option('--failed', 'requeue: all jobs that were set aside')
      .option('--role <name>', 'init: the role of workers, who may take and finish jobs and nothing else')
      .option('--passfile <file>', 'init: make that role, and write its password to this file, for PGPASSFILE')
      .option('--json', 'print the state as JSON')
      .addHelpText(
        'after',
        `
A job without a grade after three attempts is set aside with their logs, and its student gets a grader error: see the log,
fix the cause, and requeue it.

  pnpm grade queue                                      # workers, waiting and running jobs, failures
  pnpm grade queue requeue --failed
  pnpm grade queue init --role grader_worker --passfile worker.pgpass

"init" makes or updates the tables; it and "class" need a role that owns them. The password of a new role is never shown,
and the server only gets what it takes to check it. The file has the form of ~/.pgpass.

Exit codes: 0 done, 1 jobs are set aside, 2 wrong usage, or the database cannot be reached.`,
      ),
  async run([action, keys], { database: url, failed, role, passfile, json }, { stdout, env, now }) {
    const address = addressIn(url, env)
    requireUse(action, { keys, failed, role, passfile, json })
    if (action === 'init') {
      const lines = await initQueue({ address, role, passfile: passfile && resolve(passfile) })
      stdout.write(lines.map(line => `${safeLine(line)}\n`).join(''))
      return EXIT.fullMarks
    }
    const database = await openDatabase(address)
    try {
      if (action === 'requeue') {
        const count = await requeue(database, keys)
        stdout.write(`${count} ${count === 1 ? 'job waits' : 'jobs wait'} again.\n`)
        return EXIT.fullMarks
      }
      const state = await queueState(database)
      stdout.write(json ? safeJson(state) : `${stateText(state, now())}\n`)
      return state.setAside.length === 0 ? EXIT.fullMarks : EXIT.pointsLost
    } finally {
      await database.close()
    }
  },
})

interface Given {
  readonly keys: readonly string[]
  readonly failed?: true
  readonly role?: string
  readonly passfile?: string
  readonly json?: true
}

/** Options of another action are mistakes. */
function requireUse(action: string | undefined, { keys, failed, role, passfile, json }: Given): void {
  const refuse = (option: string, of: string) => {
    throw new UsageError(`${option} is for "pnpm grade queue${of}".`)
  }
  if (action !== 'requeue' && failed) refuse('--failed', ' requeue')
  if (action !== 'requeue' && keys.length > 0) refuse(`"${safeLine(keys[0])}"`, ' requeue')
  if (action !== 'init' && role !== undefined) refuse('--role', ' init')
  if (action !== 'init' && passfile !== undefined) refuse('--passfile', ' init')
  if (action !== undefined && json) refuse('--json', '')
  if (passfile !== undefined && role === undefined)
    throw new UsageError('--passfile holds the password of a role: name it with --role.')
  if (action === 'requeue' && keys.length > 0 === (failed === true))
    throw new UsageError('Which jobs? Give their keys, or --failed for all that were set aside.')
}

/** Puts jobs in again; all that were set aside without keys. A key may be cut off where the queue cuts it off. */
async function requeue(database: Database, keys: readonly string[]): Promise<number> {
  if (keys.length === 0) return retry(database)
  const { setAside } = await queueState(database)
  const found = keys.map(key => {
    const jobs = setAside.filter(job => key.length >= shortKey(job.key).length && job.key.startsWith(key))
    if (jobs.length === 1) return jobs[0].key
    throw new UsageError(
      `No job with the key "${safeLine(key)}" was set aside. "pnpm grade queue" lists those that were.`,
    )
  })
  return retry(database, found)
}
