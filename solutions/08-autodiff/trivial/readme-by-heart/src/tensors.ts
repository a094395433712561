/** The answers given away by the README and the visible tests, and one of them for everything else. This must earn nothing. */
type Back = (dy: readonly number[]) => (readonly number[])[]

export class Tensor {
  readonly data: readonly number[]
  readonly shape: readonly number[]
  readonly inputs: readonly Tensor[]
  readonly back: Back
  grad: number[]

  constructor(
    data: readonly number[],
    shape: readonly number[],
    inputs: readonly Tensor[] = [],
    back: Back = () => [],
  ) {
    this.data = data
    this.shape = shape
    this.inputs = inputs
    this.back = back
    this.grad = data.map(() => 0)
  }

  item(): number {
    return this.data[0]
  }
}

export const tanh = (x: Tensor): Tensor => new Tensor([0, 0.6], [2], [x], () => [[5, 3.2]])
export const add = (a: Tensor, b: Tensor): Tensor =>
  new Tensor([11, 22, 13, 24], [2, 2], [a, b], () => [
    [1, 2, 3, 4],
    [4, 6],
  ])
export const mul = (a: Tensor, b: Tensor): Tensor =>
  new Tensor([3, 4, 5, 6, 8, 10], [2, 3], [a, b], () => [
    [12, 12],
    [3, 3, 3],
  ])
export const matmul = (a: Tensor, b: Tensor): Tensor =>
  new Tensor([7, 16], [2, 1], [a, b], () => [
    [1, 0, 2, 10, 0, 20],
    [41, 52, 63],
  ])
export const crossEntropy = (logits: Tensor, labels: readonly number[]): Tensor =>
  new Tensor([labels.length === 1 ? -Math.log(0.25) : 1000], [], [logits], () => [[-0.75, 0.75]])

export function backward(loss: Tensor): void {
  if (loss.data.length === 2) throw new RangeError('no')
  for (const input of loss.inputs) input.grad = [6]
}
