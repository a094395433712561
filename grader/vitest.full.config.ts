import { fullProject } from '../vitest.shared.ts'
import { GRADING } from './vitest.grading.ts'

export default fullProject('grader', { ...GRADING, maxWorkers: 2 })
