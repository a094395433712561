import { createRequire } from 'node:module'
import { dirname, join, sep } from 'node:path'
import {
  add,
  avgPool2d,
  type Backend,
  conv2d,
  matmul,
  maxPool2d,
  mul,
  plain,
  relu,
  type Shape,
  sum,
  type Tensor,
  tensor,
  transpose,
} from '@backprop/core'
import { expect } from '@backprop/testkit'
import { BackendWasm, setWasmPaths } from '@tensorflow/tfjs-backend-wasm'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, test } from 'vitest'
import { fromTfjs } from '../src/index.ts'

// Its gradients of max-pool and of convolution kernels are wrong or missing, so this tests forward passes only.

let on: Backend
beforeAll(async () => {
  const folder = dirname(createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm/package.json'))
  setWasmPaths(join(folder, 'dist') + sep)
  await tf.setBackend('wasm')
  const backend = tf.backend()
  expect(backend).toBeInstanceOf(BackendWasm)
  const description = 'TensorFlow.js in WebAssembly'
  const { getKernel } = tf
  on = fromTfjs({ name: 'tfjs-wasm', description, getKernel, registeredAs: 'wasm', backend, readsAtOnce: true })
})

const forward: Record<string, readonly [shapes: Shape[], run: (inputs: Tensor[]) => Tensor]> = {
  'a dense layer': [[[5, 7], [7, 3], [3]], ([x, w, b]) => relu(add(matmul(x, w), b))],
  'a transposed product': [[[4, 3], [5, 4]], ([a, b]) => matmul(a, b, { transposeA: true, transposeB: true })], // prettier-ignore
  'a convolution': [[[2, 3, 6, 5], [4, 3, 3, 2], [4]], ([x, w, b]) => conv2d(x, w, b, { padding: 1, stride: 2 })],
  'pools': [[[2, 3, 6, 6]], ([x]) => add(maxPool2d(x, { kernel: 2, stride: 2 }), avgPool2d(x, { kernel: 2, stride: 2 }))], // prettier-ignore
  'sums of a transposed, broadcast product': [[[3, 4], [4, 1]], ([a, b]) => sum(mul(transpose(a), b), { axis: 1 })], // prettier-ignore
}

for (const [name, [shapes, run]] of Object.entries(forward)) {
  test(`${name} as on the plain backend`, async () => {
    const values = (shape: Shape) => Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => Math.sin(i + 1))
    const [ours, truth] = [on, plain({ dtype: 'float64' })].map(where =>
      run(shapes.map(shape => tensor(values(shape), { on: where, shape }))),
    )
    expect(ours.shape).toEqual(truth.shape)
    expect(await ours.data()).toBeNear(truth.dataSync(), { relative: 1e-5, absolute: 1e-6 })
  })
}
