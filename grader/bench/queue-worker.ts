import { setTimeout as sleep } from 'node:timers/promises'
import { openDatabase } from '../src/queue/postgres/database.ts'
import { serve } from '../src/queue/postgres/serve.ts'
import { gradeFor, textOf } from '../test/queue/jobs.ts'

/** A worker for `queue.ts`, `ADDRESS NAME`: it sleeps as long as the text of a job says, as in "sleep 100", and notes how long that was. */

const [address, name] = process.argv.slice(2)
await serve(
  await openDatabase(address),
  { name, about: null, refuses: () => null },
  async job => {
    const begun = performance.now()
    const ms = Number(textOf(job).split(' ')[1])
    if (ms > 0) await sleep(ms)
    return { ...gradeFor(job), ms: Math.round(performance.now() - begun) }
  },
  {
    jobs: 1,
    signal: new AbortController().signal,
    pollMs: 50,
    onEvent: ({ kind }) => process.stdout.write(`${kind}\n`),
  },
)
