import { backendContract } from '@backprop/core/contract'
import { otherSums, padding } from './differences.ts'
import { onCpu } from './on-cpu.ts'

backendContract({
  name: 'tfjs on its cpu backend',
  make: () => Promise.resolve(onCpu({ convPads: true })),
  skip: [...otherSums, padding],
})
