import * as cpu from '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'
import { fromTfjs } from '../src/index.ts'

/** TensorFlow.js in plain JavaScript. `convPads`: whether its convolution is trusted to pad. */
export const onCpu = ({ convPads }: { convPads: boolean }) =>
  fromTfjs({
    name: 'tfjs-cpu',
    description: 'TensorFlow.js in plain JavaScript',
    getKernel: tf.getKernel,
    registeredAs: 'cpu',
    backend: new cpu.MathBackendCPU(),
    readsAtOnce: true,
    convPads,
  })

/** Differences in the kernels of TensorFlow.js that can't be changed from outside. */
export const otherSums = [
  { test: /^long sums: (products|a convolution|the gradient of a row)/, reason: 'its kernels add float32 one by one' },
]

export const padding = {
  test: /^conv2d.*"padding".* of infinities/,
  reason: 'it skips the padding, where ours computes 0 · ∞',
}
