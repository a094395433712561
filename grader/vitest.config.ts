import { packageProject } from '../vitest.shared.ts'
import { GRADING } from './vitest.grading.ts'

/** Most of these wait for processes that they start. */
export default packageProject('grader', { ...GRADING, isolate: true, maxWorkers: 4 })
