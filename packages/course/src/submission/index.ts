export { compile, type Compiled, type Sources } from './compile.ts'
export { allowedImports, sealedName, type Allowed, type Importing } from './imports.ts'
export { Refused, Unreadable } from './refused.ts'
export { isMisplaced, problemsOf, takeIn, type Submission } from './take-in.ts'
