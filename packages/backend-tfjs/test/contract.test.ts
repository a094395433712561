import { backendContract } from '@backprop/core/contract'
import * as cpu from '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'
import { fromTfjs } from '../src/index.ts'

const onCpu = (convPads: boolean) =>
  fromTfjs({
    name: 'tfjs-cpu',
    description: 'TensorFlow.js in plain JavaScript',
    getKernel: tf.getKernel,
    registeredAs: 'cpu',
    backend: new cpu.MathBackendCPU(),
    readsAtOnce: true,
    convPads,
  })

// Differences in the kernels of TensorFlow.js that cannot be changed from outside.
const skip = [
  { test: /^long sums: (products|a convolution|the gradient of a row)/, reason: 'its kernels add float32 one by one' },
  { test: /^maxPool2d.* of infinities/, reason: 'its maximum of a window ignores NaN' },
]
const padding = {
  test: /^conv2d.*"padding".* of infinities/,
  reason: 'it skips the padding, where ours computes 0 · ∞',
}

backendContract({
  name: 'tfjs on its cpu backend',
  make: () => Promise.resolve(onCpu(true)),
  skip: [...skip, padding],
})
backendContract({ name: 'tfjs whose convolutions do not pad', make: () => Promise.resolve(onCpu(false)), skip })
