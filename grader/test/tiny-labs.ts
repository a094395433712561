import { openCourse } from '../../test/course/open-course.ts'
import { findLabs } from '../src/course.ts'

/** The folder of a course of two tiny labs: `neuron` is in plain numbers, `scale` in tensors. See `test/course`. */
export const course = openCourse()
export const labs = await findLabs('all', course)
export const [neuron, scale] = labs
