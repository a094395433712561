import { exercise, expect, test } from '@backprop/testkit'
import { order, total, Value } from '#lab/values'

/** A value with a name; order doesn't need its number. */
const node = (op: string, ...inputs: Value[]) => new Value(0, inputs, [], op)

function expectOrder(sorted: Value[], size: number): void {
  const names = sorted.slice(0, 10).map(({ op }) => op)
  const list = `your list is ${names.join(', ')}${sorted.length > 10 ? ', …' : ''}`
  expect(sorted.length, `${list}: each value comes once`).toBe(new Set(sorted).size)
  expect(sorted.length, `${list}: it has all that the output was computed from, and the output`).toBe(size)
  for (const [i, { op, inputs }] of sorted.entries())
    for (const input of inputs)
      expect(sorted.slice(0, i).includes(input), `${list}, but ${input.op} must come before ${op}`).toBe(true)
}

exercise('order', () => {
  test('of a leaf is the leaf', () => {
    const x = node('x')
    expect(order(x)[0] === x, 'the output comes last, even if it is alone').toBe(true)
    expect(order(x), 'nothing else').toHaveLength(1)
  })

  test('puts inputs first', () => {
    const x = node('x')
    const y = node('y', x, node('w'))
    const z = node('z', y)
    const sorted = order(z)
    expectOrder(sorted, 4)
    expect(sorted[3] === z, 'the output comes last').toBe(true)
  })

  test('names a value once, however often it is used', () => {
    const x = node('x')
    const y = node('y', x, x)
    expectOrder(order(node('z', y, x, y)), 3)
  })

  test('waits for the longest way', () => {
    const x = node('x')
    const far = node('c', node('b', node('a', x)))
    expectOrder(order(node('y', x, far)), 5)
    expectOrder(order(node('y', far, x)), 5)
  })

  test('leaves out what does not matter', () => {
    const x = node('x')
    const y = node('y', x)
    node('z', x, y) // computed from both, but y isn't computed from it
    expectOrder(order(y), 2)
  })

  test('does not visit the same value again and again', () => {
    let y = node('y0')
    for (let k = 1; k <= 25; k += 1) y = node(`y${k}`, y, y)
    expectOrder(order(y), 26) // 2²⁵ ways lead to the first one
  })

  test('goes through a chain of 100,000 operations', () => {
    const one = new Value(1)
    const sum = total(Array.from({ length: 100_000 }, () => one))
    expect(order(sum), 'a function that calls itself 100,000 times overflows the call stack').toHaveLength(100_002)
  })
})
