import { resolve } from 'node:path'
import { findLabs, readmeSections } from '@backprop/course'

const [lab] = await findLabs(resolve(import.meta.dirname, '../../..'), '1')

export const { id, points } = lab.manifest // 01-perceptron, 100
export const exercises = lab.manifest.exercises.map(exercise => exercise.id) // score, predict, …
export const section = (await readmeSections(lab)).get('score') // where a student reads about it
