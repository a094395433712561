import { safeLine } from '@backprop/safe-text'
import { z } from 'zod'
import { TIER_IDS } from '../sandbox/tiers/tiers.ts'
import { type Abilities, type Demands, type Grades, type Misfit, misfits } from './grades.ts'

/** A worker that is connected, as a class sees it. */
export interface Connected {
  readonly name: string
  readonly able: Abilities
}

/** Workers that grade a class. */
export interface Workers {
  readonly grades: Pick<Grades, 'of'>
  /** Id of the key that must have signed their grades; null trusts all of them. */
  readonly signer: string | null
  /** The workers that were heard of lately. */
  connected(): Promise<readonly Connected[]>
}

/** What a worker says of itself in the database; other versions of the course may say something else. */
export const AbilitiesJson = z.object({
  grader: z.string(),
  backend: z.string(),
  node: z.int(),
  suites: z.record(z.string(), z.string()),
  tier: z.enum(TIER_IDS),
  seedKey: z.string().nullable(),
  signer: z.string().nullable(),
}) satisfies z.ZodType<Abilities>

interface Words {
  readonly what: string
  readonly fix: string
}

const short = (id: string) => id.slice(0, 8)
const key = (id: string | null) => (id === null ? 'no seed key' : `seed key ${id}`)
const workerKey = (id: string | null) => (id === null ? 'no worker key' : `worker key ${short(id)}`)
const SAME_COMMIT = 'bring both machines to the same commit of the course, and run pnpm install there'

/** What a machine that can't do a job is or has, instead of what, and what to do about it. */
const WORDS: Readonly<Record<Misfit, (demands: Demands, able: Abilities) => Words>> = {
  grader: (demands, able) => ({
    what: `course version ${short(able.grader)} instead of ${short(demands.grader)}`,
    fix: SAME_COMMIT,
  }),
  lab: ({ lab }) => ({
    what: `no ${lab} among its labs`,
    fix: 'start a worker with that lab in --labs, or without --labs',
  }),
  suite: ({ lab }) => ({ what: `other tests or points for ${lab}`, fix: SAME_COMMIT }),
  node: (demands, able) => ({
    what: `Node ${able.node} instead of ${demands.node}`,
    fix: `start both with the same major version of Node`,
  }),
  backend: (demands, able) => ({
    what: `backend ${able.backend} instead of ${demands.backend}`,
    fix: `start a worker with --backend ${demands.backend}`,
  }),
  tier: (demands, able) => ({
    what: `isolation tier ${able.tier} instead of ${demands.tiers.join(' or ')}`,
    fix: 'run "pnpm grade doctor" on that machine',
  }),
  seedKey: (demands, able) => ({
    what: `${key(able.seedKey)} instead of ${key(demands.seedKey)}`,
    fix: 'set BACKPROP_SEED_KEY to the same key on all machines',
  }),
  signer: (demands, able) => ({
    what: `${workerKey(able.signer)} instead of ${workerKey(demands.signer)}`,
    fix: 'set BACKPROP_WORKER_KEY to the private key there, and to its public half for the class',
  }),
}

/** Why a machine can't do a job, or null: the most important reason. */
export function misfitOf(demands: Demands, able: Abilities): Words | null {
  const [first] = misfits(demands, able)
  return first ? WORDS[first](demands, able) : null
}

/** Why no worker takes jobs that wait, in lines; null if each kind of job has one. */
export function whyNobody(waiting: readonly Demands[], workers: readonly Connected[]): string | null {
  if (waiting.length === 0) return null
  if (workers.length === 0)
    return 'No worker is connected: start "pnpm grade worker" with the same --database on each machine that should grade.'
  const stuck = waiting.filter(demands => workers.every(({ able }) => misfitOf(demands, able) !== null))
  if (stuck.length === 0) return null
  const count =
    workers.length === 1
      ? '1 worker is connected, and it cannot'
      : `${workers.length} workers are connected, and none can`
  const labs = [...new Set(stuck.map(({ lab }) => lab))].sort().join(', ')
  const reasons = new Map<string, Set<string>>()
  for (const { name, able } of workers)
    for (const demands of stuck) {
      const words = misfitOf(demands, able)
      if (words) addTo(reasons, `${words.what}: ${words.fix}.`, name)
    }
  return [
    `${count} grade ${labs}:`,
    ...[...reasons].map(
      ([reason, names]) => `  ${safeLine(`${listed([...names])} ${names.size === 1 ? 'has' : 'have'} ${reason}`)}`,
    ),
  ].join('\n')
}

function addTo(sets: Map<string, Set<string>>, key: string, value: string): void {
  const set = sets.get(key) ?? new Set()
  sets.set(key, set.add(value))
}

const listed = (names: readonly string[]): string =>
  names.length > 3 ? `${names.slice(0, 2).join(', ')} and ${names.length - 2} more` : names.join(', ')
