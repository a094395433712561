import { exercise, expect, test } from '@backprop/testkit'
import { backward, total, Value } from '#lab/values'

/** The graph of the README, with its slopes written out: L = (x · y + x)², at x = 2, y = 3. */
function readme() {
  const [x, y] = [new Value(2), new Value(3)]
  const p = new Value(6, [x, y], [3, 2], '·')
  const s = new Value(8, [p, x], [1, 1], '+')
  const L = new Value(64, [s], [16], '^2')
  return { x, y, p, s, L }
}

exercise('backward', () => {
  test('starts with 1', () => {
    const x = new Value(5)
    backward(x)
    expect(x.grad, 'dL/dL is 1: is it set after everything is cleared?').toBe(1)
  })

  test('multiplies slopes along a chain', () => {
    const x = new Value(0)
    const y = new Value(0, [x], [3])
    backward(new Value(0, [y], [5]))
    expect(y.grad, '5 · 1').toBeNear(5)
    expect(
      x.grad,
      '3 · 5: y must have its gradient before it passes it on. Do you start at the end of the list?',
    ).toBeNear(15)
  })

  test('finds the gradients of the README', () => {
    const { x, y, p, s, L } = readme()
    backward(L)
    expect(s.grad, '16 · 1').toBeNear(16)
    expect(p.grad, '1 · 16').toBeNear(16)
    expect(y.grad, '2 · 16').toBeNear(32)
    expect(x.grad, 'x is used twice: 3 · 16 + 1 · 16. Do you overwrite the first part?').toBeNear(64)
  })

  test('adds up when both inputs are the same', () => {
    const x = new Value(3)
    backward(new Value(9, [x, x], [3, 3]))
    expect(x.grad, 'x · x has the slope 2x').toBeNear(6)
    const y = new Value(3)
    backward(new Value(0, [y, y], [1, -1]))
    expect(y.grad, 'y − y is always 0, so its slope is 1 − 1: does each input get the slope at its own index?').toBe(0)
  })

  test('leaves 0 where the loss does not depend', () => {
    const { L } = readme()
    const apart = new Value(7)
    backward(L)
    expect(apart.grad, 'not connected').toBe(0)
  })

  test('starts anew in a second call', () => {
    const { x, s, L } = readme()
    backward(L)
    backward(L)
    expect(x.grad, 'the same as after one call: do you clear `grad` first, of every value?').toBeNear(64)
    backward(s)
    expect(x.grad, 'ds/dx = y + 1').toBeNear(4)
  })

  test('goes through a chain of 100,000 operations', () => {
    const x = new Value(1)
    backward(total(Array.from({ length: 100_000 }, () => x)))
    expect(x.grad, 'it was added 100,000 times').toBe(100_000)
  })
})
