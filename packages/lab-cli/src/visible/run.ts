import type { Lab } from '@backprop/course'
import { CACHE_VARIABLE, cacheRoot } from '@backprop/datasets/node'
import { HostUnusable, runSuite, type RunOptions, type SuiteOutcome, type WarmOptions } from '@backprop/test-runner'

export interface VisibleOptions {
  readonly signal?: AbortSignal
}

/**
 * Runs the visible tests of a lab on the files in its folder, in a process group that can be killed, under the limits of
 * the lab. There is no wall in it: tests and student code share a process, so the code could forge any result. Throws
 * `HostUnusable` where that process never got as far as the tests.
 */
export async function runVisibleTests(lab: Lab, options: Partial<RunOptions> = {}): Promise<SuiteOutcome> {
  const outcome = await runSuite({ ...visibleSuite(lab), wallSeconds: lab.manifest.limits.wallSeconds, ...options })
  if (outcome.end === 'unstarted') throw new HostUnusable(outcome)
  return outcome
}

/** Where the visible tests of a lab are, and the bounds of a process that runs them. */
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

/** What the host of the tests takes itself. */
const HOST_MB = 256

/** Names of variables that a person, or whoever runs a job, keeps from the code in it. */
const SECRET = /^(GITHUB_|RUNNER_|ACTIONS_)|TOKEN|SECRET|PASSWORD|CREDENTIAL|_KEY/i

const withoutSecrets = (env: NodeJS.ProcessEnv): NodeJS.ProcessEnv =>
  Object.fromEntries(Object.entries(env).filter(([name]) => !SECRET.test(name)))
