import { packageProject } from '../vitest.shared.ts'
import { GRADING } from './vitest.grading.ts'

export default packageProject('grader', GRADING)
