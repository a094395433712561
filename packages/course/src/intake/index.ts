export { compile, type Compiled, type Sources } from './compile.ts'
export { allowedImports, sealedName } from './imports.ts'
export { Refused } from './refused.ts'
export { takeIn, type Submission } from './take-in.ts'
