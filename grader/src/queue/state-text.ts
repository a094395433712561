import { safeBlock, safeLine } from '@backprop/safe-text'
import type { Demands } from './grades.ts'
import { connectedIn } from './open-workers.ts'
import type { QueueState } from './postgres/queue-state.ts'
import { type Connected, misfitOf } from './workers.ts'

/** What "pnpm grade queue" prints. */
export function stateText(state: QueueState, now: Date): string {
  const connected = connectedIn(state)
  const { queued, active, done, doneInLastMinute, running, waiting, setAside } = state
  const since = (then: Date) => ago(now.getTime() - then.getTime())
  return [
    `Workers: ${connected.length}`,
    ...connected.map(worker => `  ${safeLine(workerLine(worker))}`),
    `Waiting: ${queued}`,
    ...waiting.map(({ demands, count }) => `  ${safeLine(waitingLine(demands, count, connected))}`),
    `Running: ${active}`,
    ...running.map(
      ({ key, lab, worker, since: then }) => `  ${safeLine(`${lab} ${shortKey(key)}  ${worker}, for ${since(then)}`)}`,
    ),
    `Set aside: ${setAside.length}${setAside.length > 0 ? '. To try them again: pnpm grade queue requeue KEY, or --failed' : ''}`,
    ...setAside.flatMap(({ key, lab, log }) => [
      `  ${safeLine(`${lab} ${shortKey(key)}`)}`,
      ...safeBlock(log)
        .split('\n')
        .map(line => `      ${line}`),
    ]),
    `Done: ${done}, ${doneInLastMinute} of them in the last minute`,
  ].join('\n')
}

/** Enough of a key to name a job. */
export const shortKey = (key: string): string => key.slice(0, 16)

export const labsOf = (count: number): string => (count === 1 ? '1 lab' : `${count} labs`)

const workerLine = ({ name, able }: Connected): string =>
  `${name}  tier ${able.tier}, ${able.backend}, Node ${able.node}, course version ${able.grader.slice(0, 8)}, ` +
  `${labsOf(Object.keys(able.suites).length)}, ${able.seedKey === null ? 'no seed key' : `seed key ${able.seedKey}`}`

function waitingLine(demands: Demands, count: number, workers: readonly Connected[]): string {
  const line = `${demands.lab}: ${count}`
  const reasons = new Set<string>()
  for (const { name, able } of workers) {
    const words = misfitOf(demands, able)
    if (!words) return line
    reasons.add(`${name} has ${words.what}`)
  }
  return reasons.size === 0 ? line : `${line}, and no worker can take them: ${[...reasons].join('; ')}`
}

/** How long something took: 12 s, 3 min, 2 h. */
function ago(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000))
  if (seconds < 100) return `${seconds} s`
  const minutes = Math.round(seconds / 60)
  return minutes < 100 ? `${minutes} min` : `${Math.round(minutes / 60)} h`
}
