import type { DeviceReceipt, SuiteOutcome, TestFailure } from '@backprop/test-runner'

/** Why the device failed, or null. */
export function lostDevice({ results, broken }: SuiteOutcome): string | null {
  const isLoss = ({ name, kind }: TestFailure) =>
    name === 'DeviceLost' || name === 'BackendUnavailable' || (name === 'SandboxDied' && kind === 'device')
  return [...results.flatMap(({ failures }) => failures), ...broken].find(isLoss)?.message ?? null
}

/** Summed over all tests; they share one device. */
export function receiptOf({ results }: SuiteOutcome): DeviceReceipt | undefined {
  const receipts = results.flatMap(({ receipt }) => receipt ?? [])
  if (receipts.length === 0) return undefined
  const total = (of: 'commands' | 'work' | 'reads') => receipts.reduce((sum, receipt) => sum + receipt[of], 0)
  return { ...receipts[0], commands: total('commands'), work: total('work'), reads: total('reads') }
}
