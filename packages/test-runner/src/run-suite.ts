import type { SuiteOptions } from './events.ts'
import type { HostLimits } from './host-process.ts'
import type { SuiteOutcome } from './outcome.ts'
import { SuiteHosts } from './suite-hosts.ts'
import type { RunLimits } from './watch-run.ts'

export interface RunOptions extends SuiteOptions, HostLimits, RunLimits {}

/** Runs a suite in a new process group, and returns when nothing of that group is left. */
export const runSuite = ({ scratch, ...run }: RunOptions): Promise<SuiteOutcome> => new SuiteHosts(0, scratch).run(run)
