import type { ChildProcess } from 'node:child_process'
import { launchBubblewrap } from './bubblewrap.ts'
import type { ChildSpec } from './command-line.ts'
import { launchLandlock } from './landlock.ts'
import { launchBare, launchPermission } from './process.ts'

/** How strongly a child is confined, strongest first. */
export const TIER_IDS = ['A', 'B', 'C', 'D'] as const
export type TierId = (typeof TIER_IDS)[number]

/** Whether the kernel confines student code, which then can't start processes. */
export const isConfined = (tier: TierId): boolean => tier === 'A' || tier === 'B'

interface Tier {
  readonly title: string
  readonly platforms: readonly NodeJS.Platform[] | 'all'
  /** What must be closed inside, as `tryTier` tries it; a tier that leaves one of these open is not available. */
  readonly closes: readonly (keyof Probe)[]
  readonly launch: (spec: ChildSpec) => ChildProcess
}

export const TIERS: Readonly<Record<TierId, Tier>> = {
  A: {
    title: 'bubblewrap, seccomp, resource limits, Node permission model',
    platforms: ['linux'],
    closes: ['files', 'processes', 'network'],
    launch: launchBubblewrap,
  },
  B: {
    title: 'Landlock, seccomp, resource limits, Node permission model',
    platforms: ['linux'],
    closes: ['files', 'processes', 'network'],
    launch: launchLandlock,
  },
  C: {
    title: 'Node permission model; no boundary against malicious code',
    platforms: 'all',
    closes: ['files', 'processes'],
    launch: launchPermission,
  },
  D: {
    title: 'a separate process and nothing more',
    platforms: 'all',
    closes: [],
    launch: launchBare,
  },
}

/** Which doors a module finds closed when it tries them from inside a tier. */
export interface Probe {
  readonly files: boolean
  readonly processes: boolean
  readonly network: boolean
}
