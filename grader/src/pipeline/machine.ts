import type { Lab } from '@backprop/course'
import { GraderFault } from '../errors.ts'
import { pickBackend, processor, requireBackend } from '../sandbox/choose-backend.ts'
import type { BackendName } from '../sandbox/device/backends.ts'
import { usesTensors } from '../sandbox/sealed.ts'
import { slownessOf } from '../sandbox/speed.ts'
import { TIER_IDS, type TierId } from '../sandbox/tiers/tiers.ts'
import { type ChosenTier, strongestTier } from '../sandbox/try-tier.ts'
import { demandTemporary } from '../writable.ts'

/** What submissions are graded with here. Determined once by trial, however many submissions follow. */
export interface Machine {
  readonly tier: ChosenTier
  readonly backend: BackendName
  /** What the backend runs on: the name of the CPU or GPU. */
  readonly device: string
  /** Factor on time limits where tensors are computed. */
  readonly slowness: number
  readonly processor: string
  /** Version of Node, as in `v22.21.0`. */
  readonly node: string
}

export interface MachineOptions {
  /** `auto` or a name. */
  readonly backend: string
  /** Refuse tiers below B, whose isolation is unreliable. */
  readonly official?: boolean
  /** Refuse them for signing too: code that escapes from its process could read the key. */
  readonly signed?: boolean
  /** Refuse them for a worker too: such code could read the address of the database. */
  readonly worker?: boolean
  readonly allowWeakIsolation?: boolean
  /** The labs to grade; by default, those that use tensors. */
  readonly labs?: readonly Lab[]
}

/** Tiers that hold against malicious code. */
export const STRONG: readonly TierId[] = ['A', 'B']

/** The strongest tier and the chosen backend. Throws `GraderFault` if this machine lacks one of them. */
export async function chooseMachine(options: MachineOptions): Promise<Machine> {
  const { backend, official, signed, worker, allowWeakIsolation } = options
  await demandTemporary()
  const tier = await strongestTier()
  const what = official ? 'an official grade' : signed ? 'a signed report' : worker ? 'a worker' : null
  if (what !== null && !allowWeakIsolation) refuseWeak(tier, what)
  const { name, device } = await pickBackend(backend)
  const computes = options.labs?.some(({ manifest }) => usesTensors(manifest.mayImport)) ?? true
  const slowness = computes ? await slownessOf(name) : 1
  return { tier, backend: name, device, slowness, processor: processor(), node: process.version }
}

/** This machine, where it only takes files in, and workers grade them. */
export async function intakeMachine(backend: string): Promise<Machine> {
  await demandTemporary()
  const name = backend === 'auto' ? WORKER_BACKEND : requireBackend(backend)
  const [tier, cpu] = [await strongestTier(), processor()]
  return { tier, backend: name, device: cpu, slowness: 1, processor: cpu, node: process.version }
}

/** What workers compute with unless told otherwise: every machine has it, so all of them give the same grades. */
export const WORKER_BACKEND = 'wasm'

/** The major version of Node in `v22.21.0`. */
export const majorOf = (version: string): number => Number(/^v(\d+)/.exec(version)?.[1])

/** What to say of several machines together: of the one whose isolation is weakest, with the largest factor on limits. */
export function weakest(machines: readonly Machine[]): Machine | null {
  const [first, ...rest] = machines
  if (!first) return null
  const rank = ({ tier }: Machine) => TIER_IDS.indexOf(tier.id)
  const worst = rest.reduce((worst, each) => (rank(each) > rank(worst) ? each : worst), first)
  return { ...worst, slowness: Math.max(...machines.map(({ slowness }) => slowness)) }
}

/** Why a grade of one machine is not one of the other, or null: limits work differently there. */
export function differenceOf(here: Machine, there: Machine): string | null {
  if (here.tier.id !== there.tier.id) return `it has isolation tier ${here.tier.id}, and a worker had ${there.tier.id}`
  if (here.node !== there.node) return `it runs on Node ${here.node}, and a worker on ${there.node}`
  if (here.device !== there.device) return `it computes on ${here.device}, and a worker on ${there.device}`
  return null
}

function refuseWeak(tier: ChosenTier, what: string): void {
  if (STRONG.includes(tier.id)) return
  throw new GraderFault(
    `${what} needs isolation tier A or B, and this machine offers ${tier.id} (${tier.reason}). ` +
      'Run "pnpm grade doctor" for the fix, or accept the risk with --allow-weak-isolation; reports name the tier.',
  )
}
