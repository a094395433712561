export { findLabs, listLabs, NoSuchLab, BadLab, type Lab } from './labs.ts'
export { LabManifest, type ExerciseManifest, type Limits } from './manifest.ts'
