import { packageProject } from '../../vitest.shared.ts'

/** Most tests start `pnpm lab` and wait for it, so two files at a time cost no more than one. */
export default packageProject('lab-cli', { isolate: true, maxWorkers: 2 })
