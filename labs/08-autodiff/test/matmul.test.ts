import { exercise, expect, test } from '@backprop/testkit'
import { crossEntropy, matmul, Tensor } from '#lab/tensors'

const A = () => new Tensor([1, 2, 3, 4, 5, 6], [2, 3])
const B = () => new Tensor([1, 0, 2], [3, 1])

exercise('matmul', () => {
  test('multiplies', () => {
    const y = matmul(A(), B())
    expect(y.shape, '[2, 3] times [3, 1]').toEqual([2, 1])
    expect(y.data, '1·1 + 2·0 + 3·2 and 4·1 + 5·0 + 6·2').toBeNear([7, 16])
  })

  test('multiplies a row by a matrix', () => {
    const y = matmul(new Tensor([1, 2], [1, 2]), new Tensor([1, 2, 3, 4, 5, 6], [2, 3]))
    expect(y.data, '1·(1, 2, 3) + 2·(4, 5, 6)').toBeNear([9, 12, 15])
  })

  test('goes back to both matrices', () => {
    const [da, db] = matmul(A(), B()).back([1, 10])
    expect(da, 'row i is dy[i] times the column (1, 0, 2)').toBeNear([1, 0, 2, 10, 0, 20])
    expect(db, '1·(1, 2, 3) + 10·(4, 5, 6)').toBeNear([41, 52, 63])
    const [dRow, dMatrix] = matmul(new Tensor([1, 2], [1, 2]), new Tensor([1, 2, 3, 4, 5, 6], [2, 3])).back([
      1, 10, 100,
    ])
    expect(dRow, '1·1 + 10·2 + 100·3 and 1·4 + 10·5 + 100·6: dy meets the rows of b').toBeNear([321, 654])
    expect(dMatrix, 'the rows are 1·(1, 10, 100) and 2·(1, 10, 100)').toBeNear([1, 10, 100, 2, 20, 200])
  })

  test('rejects shapes that do not fit', () => {
    expect(() => matmul(A(), A()), '[2, 3] times [2, 3]: throw a RangeError').toThrow(RangeError)
    expect(() => matmul(new Tensor([1], [1]), B()), 'a list is not a matrix').toThrow(RangeError)
  })

  test('takes the mean of the losses', () => {
    const logits = new Tensor([0, Math.log(3), 0, Math.log(3)], [2, 2])
    expect(crossEntropy(logits, [0, 1]).data, '(−log 0.25 − log 0.75) / 2').toBeNear([
      -(Math.log(0.25) + Math.log(0.75)) / 2,
    ])
    expect(crossEntropy(logits, [0, 1]).shape, 'a single number').toEqual([])
  })

  test('goes back to the logits', () => {
    const logits = new Tensor([0, Math.log(3), 0, Math.log(3)], [2, 2])
    const [dz] = crossEntropy(logits, [0, 1]).back([1])
    expect(dz, '(p − one-hot) / N with p = (0.25, 0.75), N = 2').toBeNear([-0.375, 0.375, 0.125, -0.125])
    const [twice] = crossEntropy(logits, [0, 1]).back([2])
    expect(twice, 'times what comes back: the loss may be a part of something larger').toBeNear([
      -0.75, 0.75, 0.25, -0.25,
    ])
  })

  test('stays finite for large logits', () => {
    const loss = crossEntropy(new Tensor([1000, 0], [1, 2]), [1])
    expect(loss.data, 'e¹⁰⁰⁰ is Infinity: subtract the largest logit first').toBeNear([1000])
    expect(loss.back([1]), 'p is (1, 0)').toBeNear([[1, -1]])
  })

  test('rejects labels that do not fit', () => {
    const logits = new Tensor([0, 0, 0, 0], [2, 2])
    for (const labels of [[0], [0, 2], [-1, 0], [0.5, 0]])
      expect(
        () => crossEntropy(logits, labels),
        `two rows of two logits, and the labels [${labels.join(', ')}]`,
      ).toThrow(RangeError)
    expect(() => crossEntropy(new Tensor([], [0, 2]), []), 'no rows have no mean').toThrow(RangeError)
  })
})
