export { diskFault, isDiskGone, proveWritable } from './disk-fault.ts'
export { writeWhole } from './write-whole.ts'
