export type { HeapStats } from './heap.ts'
export { wasm } from './wasm.ts'
export type { WasmBackend, WasmOptions } from './wasm.ts'
