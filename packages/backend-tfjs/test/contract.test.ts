import * as cpu from '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'
import { backendContract } from '@backprop/core/contract'
import { fromTfjs } from '../src/index.ts'

const onCpu = (padsItself: boolean) =>
  fromTfjs({
    name: 'tfjs-cpu',
    description: 'TensorFlow.js in plain JavaScript',
    getKernel: tf.getKernel,
    registeredAs: 'cpu',
    backend: new cpu.MathBackendCPU(),
    readsAtOnce: true,
    padsItself,
  })

// What TensorFlow.js's kernels do otherwise, and we cannot change from outside.
const skip = [
  { test: /^long sums: (products|a convolution|the gradient of a row)/, reason: 'its kernels add float32 one by one' },
  { test: /^maxPool2d.* of infinities/, reason: 'its maximum of a window passes over NaN' },
]
const padding = { test: /^conv2d.*"padding".* of infinities/, reason: 'its padding is left out, where ours is 0 · ∞' }

backendContract({
  name: 'tfjs on its cpu backend',
  make: () => Promise.resolve(onCpu(true)),
  skip: [...skip, padding],
})
backendContract({ name: 'tfjs whose convolutions do not pad', make: () => Promise.resolve(onCpu(false)), skip })
