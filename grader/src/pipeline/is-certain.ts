import type { Status } from '@backprop/report'
import type { GradedLab } from './grade-lab.ts'

const UNCERTAIN: readonly Status[] = ['timeout', 'out-of-memory', 'missing', 'grader-error']

/** Whether the same files get the same grade next time. One that depends on the state of the machine may differ. */
export const isCertain = ({ exercises }: GradedLab): boolean =>
  !exercises.some(({ tests }) => tests.some(({ status }) => UNCERTAIN.includes(status)))
