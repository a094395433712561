import { backendContract } from '@backprop/core/contract'
import { onCpu, otherSums, padding } from './on-cpu.ts'

backendContract({
  name: 'tfjs on its cpu backend',
  make: () => Promise.resolve(onCpu({ convPads: true })),
  skip: [...otherSums, padding],
})
