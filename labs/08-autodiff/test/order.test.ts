import { exercise, expect, test } from '@backprop/testkit'
import { order, total, Value } from '#lab/values'

/** A node that remembers its inputs; order doesn't need the numbers. */
const node = (...inputs: Value[]) => new Value(0, inputs)

function expectOrder(sorted: Value[], size: number): void {
  expect(new Set(sorted).size, 'how many different values are in your list: each comes once').toBe(sorted.length)
  expect(sorted.length, 'how many values the output was computed from, with itself').toBe(size)
  for (const [i, { inputs }] of sorted.entries())
    for (const input of inputs)
      expect(sorted.slice(0, i).includes(input), `number ${i} in your list stands after all of its inputs`).toBe(true)
}

exercise('order', () => {
  test('of a leaf is the leaf', () => {
    const x = node()
    expect(order(x)[0] === x, 'the output comes last, even if it is alone').toBe(true)
    expect(order(x), 'nothing else').toHaveLength(1)
  })

  test('puts inputs first', () => {
    const x = node()
    const y = node(x, node())
    const z = node(y)
    const sorted = order(z)
    expectOrder(sorted, 4)
    expect(sorted[3] === z, 'the output comes last').toBe(true)
  })

  test('names a value once, however often it is used', () => {
    const x = node()
    const y = node(x, x)
    expectOrder(order(node(y, x, y)), 3)
  })

  test('waits for the longest way', () => {
    const x = node()
    const far = node(node(node(x)))
    expectOrder(order(node(x, far)), 5)
    expectOrder(order(node(far, x)), 5)
  })

  test('leaves out what does not matter', () => {
    const x = node()
    const y = node(x)
    node(x, y) // computed from both, but y isn't computed from it
    expectOrder(order(y), 2)
  })

  test('does not visit the same value again and again', () => {
    let y = node()
    for (let k = 0; k < 25; k += 1) y = node(y, y)
    expectOrder(order(y), 26) // 2²⁵ ways lead to the first one
  })

  test('goes through a chain of 100,000 operations', () => {
    const one = new Value(1)
    const sum = total(Array.from({ length: 100_000 }, () => one))
    expect(order(sum), 'a function that calls itself 100,000 times overflows the call stack').toHaveLength(100_002)
  })
})
