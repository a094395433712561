import { backendContract } from '@backprop/core/contract'
import { wasm } from '../src/index.ts'

backendContract({ name: 'wasm with relaxed SIMD', make: () => wasm({ relaxed: true }) })
backendContract({
  name: 'wasm with two threads that share everything',
  make: () => wasm({ threads: 2, share: 'always' }),
})
