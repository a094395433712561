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

backendContract({ name: 'tfjs on its cpu backend', make: () => Promise.resolve(onCpu(true)) })
backendContract({ name: 'tfjs whose convolutions do not pad', make: () => Promise.resolve(onCpu(false)) })
