import { UsageError } from '../errors.ts'
import { SEED_KEY } from '../pipeline/seed-key.ts'
import { SIGNING_KEY } from '../signing/keys.ts'
import { short } from '../signing/sign.ts'
import type { RunSettings } from './journal.ts'

/** Refuses to resume a run with different settings: its class would be graded in two ways. */
export function requireSameSettings(then: RunSettings, now: RunSettings, reports: string): void {
  const [found] = differences(then, now)
  if (!found) return
  throw new UsageError(
    `The run in "${reports}" cannot be resumed: ${found}. Leave out --resume to start over; ` +
      'what was already graded with these settings is not graded again.',
  )
}

/** Refuses to add results that are signed differently from the existing ones. */
export function requireSameKey(then: RunSettings, now: RunSettings, reports: string): void {
  const [found] = keys(then, now)
  if (!found) return
  throw new UsageError(
    `Nothing can be added to the results in "${reports}": ${found}, or leave out --only to write all reports again; ` +
      'what was graded is not graded again.',
  )
}

function keys({ signingKey: then }: RunSettings, { signingKey: now }: RunSettings): string[] {
  if (then === now) return []
  if (then === null)
    return [
      `it was started without a key, and now ${SIGNING_KEY} holds ${short(now ?? '')}, which would sign only some reports: unset it`,
    ]
  return [
    `its reports are signed with key ${short(then)}, and ` +
      (now === null
        ? `${SIGNING_KEY} is not set: set it to that key`
        : `${SIGNING_KEY} holds ${short(now)}: set it to the first`),
  ]
}

/** Clauses about what differs, the most important first. */
function differences(then: RunSettings, now: RunSettings): string[] {
  const option = (name: string, a: string | number | null, b: string | number | null) =>
    a === b ? [] : [`it was started ${withOption(name, a)}, and now runs ${withOption(name, b)}`]
  const changed = now.labs.filter(lab => then.suites[lab] !== now.suites[lab])
  return [
    ...option('submissions', then.submissions, now.submissions),
    ...option('labs', then.labs.join(','), now.labs.join(',')),
    ...option('only', then.only, now.only),
    ...option('shard', then.shard, now.shard),
    ...(then.workers === now.workers
      ? []
      : [
          `it was started ${then.workers ? 'with' : 'without'} --database, and now runs ${now.workers ? 'with' : 'without'} it`,
        ]),
    ...option('seed', then.seed, now.seed),
    ...(then.seedKey === now.seedKey
      ? []
      : [`it was started ${withKey(then.seedKey)}, and now runs ${withKey(now.seedKey)}; see ${SEED_KEY}`]),
    ...option('backend', then.backend, now.backend),
    ...keys(then, now),
    ...(then.official === now.official ? [] : [`one of the two runs is official, and the other is not`]),
    ...(changed.length === 0
      ? []
      : [`the course has changed since then: the points or tests of ${changed.join(', ')}`]),
    ...(then.grader === now.grader ? [] : ['the grader has changed since then']),
    ...(then.tier === now.tier || now.workers
      ? []
      : [`it ran in isolation tier ${then.tier}, and this is ${now.tier}`]),
    ...(then.node === now.node ? [] : [`it ran on Node ${then.node}, and this is ${now.node}`]),
  ]
}

const withOption = (name: string, value: string | number | null) =>
  value === null ? `without --${name}` : `with --${name} ${value}`

const withKey = (key: string | null) => (key === null ? 'without a seed key' : `with seed key ${key}`)
