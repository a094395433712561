import { backendContract } from '@backprop/core/contract'
import { wasm } from '../src/index.ts'

backendContract({ name: 'wasm with plain SIMD', make: () => wasm({ relaxed: false }) })
