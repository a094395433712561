import { backendContract } from '@backprop/core/contract'
import { onCpu, otherSums } from './on-cpu.ts'

const padding = {
  test: /^conv2d.*"padding".* of infinities/,
  reason: 'it skips the padding, where ours computes 0 · ∞',
}

backendContract({
  name: 'tfjs on its cpu backend',
  make: () => Promise.resolve(onCpu({ convPads: true })),
  skip: [...otherSums, padding],
})
