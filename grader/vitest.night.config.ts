import { nightProject } from '../vitest.shared.ts'
import { GRADING } from './vitest.grading.ts'

export default nightProject('grader', { ...GRADING, maxWorkers: 2 })
