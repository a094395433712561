import { resolve } from 'node:path'
import { findLabs } from '@backprop/course'
import { LabChecker } from '../src/check/lab-checker.ts'
import { resultOf } from '../src/findings/exercise-result.ts'

const [lab] = await findLabs(resolve(import.meta.dirname, '../../..'), '1')
const checker = new LabChecker(lab)
const check = await checker.check({ exercise: 'score' })
await checker.close()

/** `status`, how many tests pass, and a `finding`: the first thing to fix, if anything is wrong. */
export const result = await resultOf(lab, 'score', check)
