export { createWhole } from './create-whole.ts'
export { diskFault, isDiskGone, makeFolders, proveWritable } from './disk-fault.ts'
export { readUnlinked } from './read-unlinked.ts'
export { writeWhole } from './write-whole.ts'
