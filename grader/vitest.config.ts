import { packageProject } from '../vitest.shared.ts'
import { GRADING } from './vitest.grading.ts'

/** Most of these wait for processes that they start; the long ones measure time, and run one file at a time. */
export default packageProject('grader', { ...GRADING, maxWorkers: 2 })
