import { totalmem } from 'node:os'

/** About how much memory a process that runs suites takes while it runs none. */
const IDLE_HOST_BYTES = 256 * 2 ** 20

/** How many such processes to keep: as many as a quarter of the memory holds, for all labs, or else for the last ones. */
export const mostIdleHosts = (jobs: number): number => Math.max(jobs, Math.floor(totalmem() / 4 / IDLE_HOST_BYTES))
