import { assemble, type Graded, type Report, type Ungraded } from '@backprop/report'
import type { DeviceReceipt } from '@backprop/test-runner'
import type { ChosenTier } from '../sandbox/try-tier.ts'

export interface GradeFacts {
  readonly submission: string
  readonly labs: readonly (Graded & { readonly receipt?: DeviceReceipt })[]
  readonly ungraded?: readonly Ungraded[]
  readonly tier: ChosenTier
  readonly backend: string
  /** The factor on time limits. */
  readonly slowness: number
  /** The name of the CPU, which computed unless a receipt names another device. */
  readonly processor: string
  /** Version of Node. */
  readonly node: string
  /** The value of `--seed`, which replaces a key. */
  readonly seed: number | null
  /** Id of the key that the draws came from. */
  readonly seedKey?: string | null
  /** When the submission was first found in its repository. */
  readonly seenAt?: Date | null
  /** When its commit was made, according to the commit. */
  readonly committedAt?: Date | null
  readonly gradedAt: Date
}

/** The report of a grade by the hidden suites. */
export function makeReport({ tier, backend, slowness, processor, node, ...facts }: GradeFacts): Report {
  const receipts = facts.labs.flatMap(({ receipt }) => receipt ?? [])
  const used = receipts.length === 0 ? { device: processor } : addedUp(receipts)
  const slow = slowness > 1 ? { slowness } : {}
  const environment = { tier: tier.id, tierReason: tier.reason, backend, ...slow, ...used, node }
  return assemble({ suite: 'hidden', environment, ...facts })
}

/** What the device of the first lab computed, or others like it in all labs. */
function addedUp(receipts: readonly DeviceReceipt[]) {
  const total = (of: 'commands' | 'work' | 'reads') => receipts.reduce((sum, receipt) => sum + receipt[of], 0)
  const { device, driver, checked } = receipts[0]
  return {
    device,
    driver,
    receipt: { checked, commands: total('commands'), work: total('work'), reads: total('reads') },
  }
}
