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
