import type { Lab } from '@backprop/course'
import { CACHE_VARIABLE, cacheRoot } from '@backprop/datasets/node'
import { HostUnusable, type RunOptions, runSuite, type SuiteOutcome, type WarmOptions } from '@backprop/test-runner'

export interface VisibleOptions {
  readonly signal?: AbortSignal
}

/**
 * Runs the visible tests of a lab on the files in its folder, in a process group that can be killed, within the lab's
 * limits. Tests and student code share a process, so that code could forge any result. Throws `HostUnusable` when the
 * process never gets as far as the tests.
 */
export async function runVisibleTests(lab: Lab, options: Partial<RunOptions> = {}): Promise<SuiteOutcome> {
  const outcome = await runSuite({ ...visibleSuite(lab), wallSeconds: lab.manifest.limits.wallSeconds, ...options })
  if (outcome.end === 'unstarted') throw new HostUnusable(outcome)
  return outcome
}

/** Where the visible tests of a lab are, and the limits of a process that runs them. */
export function visibleSuite(lab: Lab): WarmOptions {
  return {
    root: lab.dir,
    include: ['test/**/*.test.ts'],
    testSeconds: 30,
    lateErrors: true,
    heapMB: lab.manifest.limits.memoryMB + HOST_MB,
    env: { ...withoutSecrets(process.env), [CACHE_VARIABLE]: cacheRoot() },
  }
}

/** What the test runner itself needs. */
const HOST_MB = 256

/** Names of environment variables that student code must not see. */
const SECRET = /^(GITHUB_|RUNNER_|ACTIONS_)|TOKEN|SECRET|PASSWORD|CREDENTIAL|_KEY/i

const withoutSecrets = (env: NodeJS.ProcessEnv): NodeJS.ProcessEnv =>
  Object.fromEntries(Object.entries(env).filter(([name]) => !SECRET.test(name)))
