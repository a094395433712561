export { givenFiles, hashSuite } from './lab-files.ts'
export { findLabs, listLabs, NoSuchLab, BadLab, type Lab } from './labs.ts'
export { exerciseHeadings, readmeSections } from './sections.ts'
export { LabManifest, type LabFile, type ExerciseManifest, type Limits } from './manifest.ts'
