import {
  add,
  type Backend,
  backward,
  conv2d,
  crossEntropy,
  exp,
  gather,
  linear,
  matmul,
  maxPool2d,
  plain,
  relu,
  reshape,
  rng,
  softmax,
  type Tensor,
  tensor,
  transpose,
} from '@backprop/core'
import { GraderFault } from '../../errors.ts'

/** Float32 keeps seven digits, and a GPU may sum in any order. */
const [RELATIVE, ABSOLUTE] = [1e-3, 1e-4]

/**
 * Computes known results on a device, forward and backward, and compares them with plain loops in float64. Returns how
 * many numbers were compared; throws `GraderFault` where one is wrong.
 */
export async function checkDevice(on: Backend): Promise<number> {
  const [ours, truth] = [await known(on), await known(plain({ dtype: 'float64' }))]
  let compared = 0
  for (const [i, values] of ours.entries()) {
    const bad = values.findIndex((x, j) => !(Math.abs(x - truth[i][j]) <= ABSOLUTE + RELATIVE * Math.abs(truth[i][j])))
    if (bad >= 0 || values.length !== truth[i].length)
      throw new GraderFault(
        `the backend "${on.name}" computes wrong numbers: expected ${truth[i][bad]}, got ${values[bad]}`,
      )
    compared += values.length
  }
  return compared
}

/** A small network with every kind of layer, its gradients, and a few kernels that it doesn't use. */
async function known(on: Backend): Promise<number[][]> {
  const generator = rng(20_261_121)
  const draw = (shape: number[], requiresGrad = false) => {
    const size = shape.reduce((product, n) => product * n, 1)
    return tensor(
      Float32Array.from({ length: size }, () => generator.normal() / 2),
      { on, shape, requiresGrad },
    )
  }
  const x = draw([3, 2, 9, 9], true)
  const [k, kb, w, wb] = [[4, 2, 3, 3], [4], [64, 5], [5]].map(shape => draw(shape, true))
  const h = maxPool2d(relu(conv2d(x, k, kb, { padding: 1 })), { kernel: 2, stride: 2 })
  const logits = linear(reshape(h, [3, 64]), w, wb)
  const probabilities = softmax(logits).detach()
  const loss = crossEntropy(logits, [1, 4, 0])
  const value = loss.detach()
  backward(loss)
  const [a, b] = [draw([17, 33]), draw([33, 9])]
  const product = matmul(a, b)
  const moved = gather(transpose(exp(add(product, 0.5))), { indices: [8, 0, 8] })
  const tensors: (Tensor | null)[] = [value, probabilities, product, moved, x.grad, k.grad, kb.grad, w.grad, wb.grad]
  const all: number[][] = []
  for (const each of tensors) if (each) all.push([...(await each.data())])
  return all
}
