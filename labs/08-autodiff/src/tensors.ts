import { NotImplemented } from '@backprop/testkit/todo'
import { order } from './values.ts'

/**
 * Reverse-mode differentiation of tensors. A tensor is many numbers with a shape, in row-major order: the four numbers
 * of shape [2, 2] are the first row, then the second. Shape [] is a single number.
 *
 * All slopes between two tensors would fill a huge table, most of it zeros. So a tensor has a function instead, `back`,
 * that does what `backward` needs: it turns dL/d(this) into dL/d(input) for each input.
 */

/** Turns dL/dy, one number for each number of y, into dL/dx for each input x: one list per input, as long as its data. */
export type Back = (dy: readonly number[]) => (readonly number[])[]

/** Numbers in a graph. */
export class Tensor {
  readonly data: readonly number[]
  readonly shape: readonly number[]
  /** The tensors that it was computed from; none for a leaf. */
  readonly inputs: readonly Tensor[]
  readonly back: Back
  /** dL/d(this) after `backward(L)`, one number for each number of `data`; zeros before. */
  grad: number[]

  /** @throws RangeError if the shape doesn't hold as many numbers as `data` has */
  constructor(
    data: readonly number[],
    shape: readonly number[],
    inputs: readonly Tensor[] = [],
    back: Back = () => [],
  ) {
    const size = shape.reduce((product, length) => product * length, 1)
    if (size !== data.length)
      throw new RangeError(`Tensor: the shape [${shape.join(', ')}] holds ${size} numbers, but got ${data.length}.`)
    this.data = data
    this.shape = shape
    this.inputs = inputs
    this.back = back
    this.grad = data.map(() => 0)
  }

  /** The number of a tensor of one number. */
  item(): number {
    return this.data[0]
  }
}

/** Given: tanh of each number. Each number of y depends on the one in the same place of x, so `back` goes place by place. */
export function tanh(x: Tensor): Tensor {
  const y = x.data.map(value => Math.tanh(value))
  return new Tensor(y, x.shape, [x], dy => [dy.map((slope, i) => slope * (1 - y[i] * y[i]))])
}

/**
 * Given: the shape that two shapes broadcast to. They are aligned at their ends; a length of 1, or one that is missing
 * at the front, is repeated to fit the other.
 *
 * @throws RangeError if two lengths differ and neither is 1
 * @example broadcastShape([4, 3], [3]) // [4, 3]
 * @example broadcastShape([4, 1], [1, 3]) // [4, 3]
 */
export function broadcastShape(a: readonly number[], b: readonly number[]): number[] {
  const rank = Math.max(a.length, b.length)
  return Array.from({ length: rank }, (_, axis) => {
    const [m, n] = [a[axis - rank + a.length] ?? 1, b[axis - rank + b.length] ?? 1]
    if (m !== n && m !== 1 && n !== 1)
      throw new RangeError(`The shapes [${a.join(', ')}] and [${b.join(', ')}] don't fit: ${m} is neither ${n} nor 1.`)
    return m === 1 ? n : m
  })
}

/**
 * Given: for each number of the result, in row-major order, the position of the number of an input that it comes from.
 *
 * @param from the shape of the input
 * @param to the shape of the result, which `from` broadcasts to
 * @example positions([3], [2, 3]) // [0, 1, 2, 0, 1, 2]: the same three numbers in both rows
 * @example positions([2, 1], [2, 3]) // [0, 0, 0, 1, 1, 1]: one number for each row
 */
export function positions(from: readonly number[], to: readonly number[]): number[] {
  let found = [0]
  for (const [axis, length] of to.entries()) {
    const own = from[axis - to.length + from.length] ?? 1
    // One more axis: every position so far becomes `length` positions; a repeated axis doesn't move on.
    found = found.flatMap(at => Array.from({ length }, (_, i) => at * own + (own === 1 ? 0 : i)))
  }
  return found
}

/**
 * a + b, number by number, with broadcasting.
 *
 * @throws RangeError if the shapes don't broadcast; `broadcastShape` does that
 * @example
 * const y = add(new Tensor([1, 2, 3, 4], [2, 2]), new Tensor([10, 20], [2])) // [[11, 22], [13, 24]]
 * y.back([1, 1, 1, 1]) // [[1, 1, 1, 1], [2, 2]]
 */
export function add(a: Tensor, b: Tensor): Tensor {
  // TODO(tensors): `positions` says which numbers meet. A number that was repeated gets the sum of its gradients.
  throw new NotImplemented('tensors')
}

/**
 * a · b, number by number, with broadcasting.
 *
 * @throws RangeError if the shapes don't broadcast; `broadcastShape` does that
 * @example
 * const y = mul(new Tensor([1, 2], [2, 1]), new Tensor([3, 4, 5], [1, 3])) // [[3, 4, 5], [6, 8, 10]]
 * y.back([1, 1, 1, 1, 1, 1]) // [[12, 12], [3, 3, 3]]
 */
export function mul(a: Tensor, b: Tensor): Tensor {
  // TODO(tensors): Like `add`, but the gradient for a number of a is multiplied by the number of b that it met.
  throw new NotImplemented('tensors')
}

/**
 * Reverse-mode differentiation, as for a `Value`: sets `grad` of `loss`, and of everything that it was computed from, to
 * dL/d(that). A second call starts anew.
 *
 * `back` may return one list for several inputs, or the list that it was given: a list that came from it is not yours to
 * change.
 *
 * @throws RangeError if the loss is not a single number
 * @example
 * const x = new Tensor([3], [])
 * backward(mul(x, x)) // x.grad is [6]
 */
export function backward(loss: Tensor): void {
  // TODO(tensors): The same as for values, with lists in place of numbers, and `back` in place of slopes.
  throw new NotImplemented('tensors')
}

/**
 * The matrix product: y[i, j] is the sum of a[i, k] · b[k, j] over all k.
 *
 * @param a `[N, K]`
 * @param b `[K, M]`
 * @returns `[N, M]`
 * @throws RangeError if a or b is not a matrix, or a row of a is not as long as a column of b
 * @example
 * const y = matmul(new Tensor([1, 2], [1, 2]), new Tensor([3, 4], [2, 1])) // [[11]]
 * y.back([1]) // [[3, 4], [1, 2]]
 */
export function matmul(a: Tensor, b: Tensor): Tensor {
  // TODO(matmul): Three loops; `back` has the same three, with two += inside: a[i, k] met b[k, j] in y[i, j].
  throw new NotImplemented('matmul')
}

/**
 * The mean over N examples of the cross-entropy of softmax(logits) and the right class: −log p[label], where p = exp(z) /
 * Σ exp(z). Finite for every logits, however large.
 *
 * @param logits a row for each example `[N, C]`, with N at least 1
 * @param labels the right class of each example, 0 … C − 1 `[N]`
 * @returns a tensor of shape []
 * @throws RangeError if the logits are not a matrix with a row for each label, or a label is not a class
 * @example
 * const loss = crossEntropy(new Tensor([0, Math.log(3)], [1, 2]), [0]) // p is (0.25, 0.75), the loss −log 0.25 = 1.386…
 * loss.back([1]) // [[-0.75, 0.75]]
 */
export function crossEntropy(logits: Tensor, labels: readonly number[]): Tensor {
  // TODO(matmul): Subtract each row's largest logit first. The gradient is (p − one-hot) / N, times dy.
  throw new NotImplemented('matmul')
}
