export { hashSuite } from './hash.ts'
export { givenFiles } from './given.ts'
export { findLabs, listLabs, NoSuchLab, BadLab, type Lab } from './labs.ts'
export { LabManifest, type ExerciseManifest, type Limits } from './manifest.ts'
