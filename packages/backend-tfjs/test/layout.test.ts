import {
  add,
  avgPool2d,
  type Backend,
  backward,
  concat,
  conv2d,
  crossEntropy,
  gather,
  matmul,
  max,
  maxPool2d,
  mean,
  mul,
  plain,
  relu,
  reshape,
  rng,
  slice,
  sub,
  sum,
  type Tensor,
  tensor,
  transpose,
} from '@backprop/core'
import { Adam, Conv2d, flatten, Linear, MaxPool2d, parameters, sequential, training } from '@backprop/nn'
import { expect } from '@backprop/testkit'
import { MathBackendCPU } from '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'
import { describe, test } from 'vitest'
import { fromTfjs } from '../src/index.ts'

/** Numbers that kernels for images leave with their channels last: what is computed from them, and how often they move. */

let moves = 0
const on = fromTfjs({
  name: 'tfjs-cpu',
  description: 'TensorFlow.js in plain JavaScript',
  registeredAs: 'cpu',
  backend: new MathBackendCPU(),
  readsAtOnce: true,
  getKernel(name, backend) {
    if (name === 'Transpose') moves++
    return tf.getKernel(name, backend)
  },
})

type Draw = (shape: readonly number[]) => Tensor

/** One channel, one image, one row, one column: axes that have no order. */
const SHAPES = [
  [2, 3, 5, 4],
  [1, 3, 4, 4],
  [3, 2, 4, 1],
  [2, 4, 1, 5],
  [2, 1, 3, 3],
  [3, 3, 3, 3],
] as const

const around = ([N, C, H, W]: readonly number[]): Record<string, (y: Tensor, draw: Draw) => Tensor> => ({
  'a copy': y => reshape(y, y.shape),
  'number by number with others': (y, draw) => sub(mul(y, draw([N, C, H, W])), y),
  'with others in front': (y, draw) => sub(draw([N, C, H, W]), y),
  'a number for each channel': (y, draw) => add(mul(y, draw([C, 1, 1])), draw([1, C, 1, 1])),
  'a number for each row, and for each column': (y, draw) => add(mul(y, draw([H, 1])), draw([W])),
  'a number for each image': (y, draw) => mul(draw([N, 1, 1, 1]), y),
  'one number': y => mul(y, 3),
  'as rows, with a number for each': (y, draw) => mul(reshape(y, [N * C, H * W]), draw([N * C, 1])),
  'as rows that cut its axes': (y, draw) => mul(reshape(y, [N * H, C * W]), draw([C * W])),
  'with itself transposed': y => add(y, transpose(transpose(y, [1, 0, 3, 2]), [1, 0, 3, 2])),
  'sums of images': y => sum(y, { axis: [1, 2, 3] }),
  'sums of channels': y => sum(y, { axis: [0, 2, 3] }),
  'sums over channels': y => sum(y, { axis: 1 }),
  'sums over columns and rows': y => add(sum(y, { axis: 2, keepdims: true }), sum(y, { axis: 3, keepdims: true })),
  'sums of parts of axes': y => sum(reshape(y, [N * C * H * W]), { axis: 0 }),
  'the largest of channels': y => max(y, { axis: 1 }),
  'means that it is divided by': y => sub(y, mean(y, { axis: [0, 2, 3], keepdims: true })),
  'a matrix product': (y, draw) => matmul(reshape(y, [N, C * H * W]), draw([C * H * W, 3])),
  'another convolution': (y, draw) => conv2d(y, draw([2, C, 1, 1]), draw([2])),
  'a pool of windows of one': y => avgPool2d(relu(y), { kernel: 1, stride: 1 }),
  'a slice': y => slice(y, [[0, N], [0, 1], [0, H], [0, 1]]), // prettier-ignore
  'joined with others': (y, draw) => concat([y, draw([N, 2, H, W])], 1),
  'some images': y => gather(y, { indices: [N - 1, 0] }),
})

/** The values, and the gradients for the images and the kernels. */
async function outcome(where: Backend, shape: readonly number[], then: (y: Tensor, draw: Draw) => Tensor) {
  const generator = rng(11)
  const drawn = (size: readonly number[], requiresGrad = false) =>
    tensor(Float32Array.from({ length: size.reduce((a, b) => a * b, 1) }, () => generator.normal()), { on: where, shape: size, requiresGrad }) // prettier-ignore
  const [N, C, H, W] = shape
  const [x, w] = [drawn([N, 2, H + 2, W + 2], true), drawn([C, 2, 3, 3], true)]
  const y = then(conv2d(x, w, drawn([C])), drawn)
  const values = [...(await y.data())]
  backward(sum(mul(y, y)))
  return [values, [...(await x.grad!.data())], [...(await w.grad!.data())]]
}

describe.each(SHAPES)('a convolution of shape %i × %i × %i × %i, then', (...shape) => {
  test.each(Object.entries(around(shape)))('%s', async (_, then) => {
    const truth = await outcome(plain({ dtype: 'float64' }), shape, then)
    for (const [i, values] of (await outcome(on, shape, then)).entries())
      expect(values).toBeNear(truth[i], { relative: 1e-4, absolute: 1e-3 })
  })
})

test('reads as often as you like, and keeps its memory flat', async () => {
  const x = tensor(Float32Array.from({ length: 96 }, (_, i) => Math.sin(i)), { on, shape: [2, 3, 4, 4] }) // prettier-ignore
  const { liveSlots, liveBytes } = on.stats()
  const y = maxPool2d(x, { kernel: 2, stride: 2 })
  const first = [...(await y.data())]
  expect(await y.data()).toBeNear(first, { relative: 0, absolute: 0 })
  expect([...y.dataSync()]).toEqual(first)
  expect(on.stats()).toEqual({ liveSlots: liveSlots + 1, liveBytes: liveBytes + 4 * 24 })
  y.release()
  expect(on.stats()).toEqual({ liveSlots, liveBytes })
})

test('a training step moves its images twice, and the numbers between convolutions and the dense layers twice', () => {
  const generator = rng(3)
  const init = { on, rng: generator }
  const model = sequential(
    new Conv2d(3, 4, 3, { padding: 1, ...init }),
    relu,
    new MaxPool2d(2),
    new Conv2d(4, 5, 3, { padding: 1, ...init }),
    relu,
    new MaxPool2d(2),
    flatten,
    new Linear(20, 3, init),
  )
  const optimizer = new Adam(parameters(model), { learningRate: 0.01 })
  const mode = training(generator)
  const x = tensor(Float32Array.from({ length: 384 }, (_, i) => Math.cos(i)), { on, shape: [2, 3, 8, 8] }) // prettier-ignore
  const steps = Array.from({ length: 3 }, () => {
    const before = moves
    const loss = crossEntropy(model.forward(x, mode), [0, 2])
    backward(loss)
    optimizer.step()
    return moves - before
  })
  // The first step also moves the kernels, which Adam then leaves in the order in which their gradients come.
  expect(steps.slice(1)).toEqual([4, 4])
})
