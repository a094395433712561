import { exercise, expect, test } from '@backprop/testkit'
import { add, backward, mul, tanh, Tensor } from '#lab/tensors'

/** The sum of all numbers, as a node that hands its gradient to each of them. */
const sum = (x: Tensor) => new Tensor([x.data.reduce((a, b) => a + b, 0)], [], [x], ([dy]) => [x.data.map(() => dy)])

/** a + b for equal shapes, as a node whose `back` returns the list that it was given, twice. */
const plus = (a: Tensor, b: Tensor) =>
  new Tensor(
    a.data.map((value, i) => value + b.data[i]),
    a.shape,
    [a, b],
    dy => [dy, dy],
  )

exercise('tensors', () => {
  test('adds a bias to every row', () => {
    const y = add(new Tensor([1, 2, 3, 4], [2, 2]), new Tensor([10, 20], [2]))
    expect(y.shape, 'as many rows and columns as the first').toEqual([2, 2])
    expect(y.data, '[[1 + 10, 2 + 20], [3 + 10, 4 + 20]]').toBeNear([11, 22, 13, 24])
  })

  test('sums the gradient of a bias over the rows', () => {
    const y = add(new Tensor([1, 2, 3, 4], [2, 2]), new Tensor([10, 20], [2]))
    const [da, db] = y.back([1, 2, 3, 4])
    expect(da, 'a sum passes the gradient on').toBeNear([1, 2, 3, 4])
    expect(db, '10 was used in both rows: 1 + 3, and 20 gets 2 + 4').toBeNear([4, 6])
    const [first] = add(new Tensor([10, 20], [2]), new Tensor([1, 2, 3, 4], [2, 2])).back([1, 2, 3, 4])
    expect(first, 'the same if the bias comes first').toBeNear([4, 6])
  })

  test('multiplies a column by a row', () => {
    const y = mul(new Tensor([1, 2], [2, 1]), new Tensor([3, 4, 5], [1, 3]))
    expect(y.shape, '[2, 1] and [1, 3] broadcast to [2, 3]').toEqual([2, 3])
    expect(y.data, 'every number with every other').toBeNear([3, 4, 5, 6, 8, 10])
    const [da, db] = y.back([1, 1, 1, 1, 1, 1])
    expect(da, '1 met 3, 4 and 5, and so did 2').toBeNear([12, 12])
    expect(db, '3, 4 and 5 each met 1 and 2').toBeNear([3, 3, 3])
  })

  test('multiplies by a single number', () => {
    const y = mul(new Tensor([2], []), new Tensor([3, 4], [2]))
    expect(y.data, 'shape [] fits every shape').toBeNear([6, 8])
    const [da, db] = y.back([1, 10])
    expect(da, '1 · 3 + 10 · 4: it met both').toBeNear([43])
    expect(db, 'each is multiplied by 2').toBeNear([2, 20])
  })

  test('adds nothing to nothing', () => {
    const y = add(new Tensor([], [0, 2]), new Tensor([1, 2], [2]))
    expect(y.shape, 'no rows').toEqual([0, 2])
    expect(y.back([]), 'nothing comes back').toEqual([[], [0, 0]])
  })

  test('goes back through a graph', () => {
    const x = new Tensor([0, Math.LN2], [2])
    const k = new Tensor([5], [])
    backward(sum(mul(tanh(x), k)))
    expect(x.grad, '5 · (1 − tanh²), with tanh(ln 2) = 0.6').toBeNear([5, 3.2])
    expect(k.grad, 'tanh(0) + tanh(ln 2)').toBeNear([0.6])
  })

  test('keeps the gradients of two inputs apart', () => {
    const [x, y] = [new Tensor([1, 2], [2]), new Tensor([3, 4], [2])]
    const s = plus(x, y)
    backward(sum(plus(s, x)))
    expect(x.grad, 'x is used twice').toBeNear([2, 2])
    expect(
      y.grad,
      'y once: `back` returned one list for both inputs. Did you make it a `grad`, and add to it?',
    ).toBeNear([1, 1])
    expect(s.grad, 'and s once').toBeNear([1, 1])
  })

  test('starts anew in a second call', () => {
    const x = new Tensor([3], [])
    const loss = mul(x, x)
    backward(loss)
    backward(loss)
    expect(x.grad, '2 · 3').toBeNear([6])
  })

  test('rejects a loss of many numbers', () => {
    expect(() => backward(new Tensor([1, 2], [2])), 'throw a RangeError').toThrow(RangeError)
  })
})
