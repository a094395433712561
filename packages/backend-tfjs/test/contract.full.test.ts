import { backendContract } from '@backprop/core/contract'
import { otherSums, padding } from './differences.ts'
import { onCpu } from './on-cpu.ts'

backendContract({
  name: 'tfjs whose convolutions do not pad',
  make: () => Promise.resolve(onCpu({ convPads: false })),
  skip: [...otherSums, padding],
})
