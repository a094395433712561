import { exercise, expect, test } from '@backprop/testkit'
import { adamDirection, adamL2, adamW, l2 } from '#lab/weight-decay'

// Every direction includes ε = 1e-8.
const SEVEN = { relative: 1e-6, absolute: 1e-7 }

exercise('weight-decay', () => {
  test('adds up half of λ times the squares', () => {
    const { penalty, gradient } = l2([3, -4], 0.1)
    expect(penalty, '0.1 / 2 · (9 + 16)').toBeNear(1.25)
    expect(gradient, 'the derivative of (λ/2) w² is λw: the sign stays').toBeNear([0.3, -0.4])
  })

  test('loses the pull of L2 in the first step of Adam', () => {
    const next = adamL2({ learningRate: 0.1, decay: 0.5 })([1, 1], [10, 0.1])
    expect(next, 'g + λw = (10.5, 0.6), and the direction is its sign').toBeNear([0.9, 0.9], SEVEN)
  })

  test('shrinks every weight in AdamW', () => {
    const next = adamW({ learningRate: 0.1, decay: 0.5 })([1, 1], [10, 0.1])
    expect(next, '(1 − 0.1 · 0.5) · 1 − 0.1 · 1').toBeNear([0.85, 0.85], SEVEN)
  })

  test('pulls with L2 where the gradient is zero', () => {
    const next = adamL2({ learningRate: 0.1, decay: 0.5 })([2, -2], [0, 0])
    expect(next, 'there Adam only sees the penalty, however small it is').toBeNear([1.9, -1.9], SEVEN)
  })

  test('remembers, and decays, even where the gradient has become zero', () => {
    const [coupled, decoupled] = [adamL2, adamW].map(make => make({ learningRate: 0.1, decay: 0.5 }))
    for (const update of [coupled, decoupled]) {
      const first = update([2], [1])
      expect(update(first, [0])[0], 'Adam keeps moving in the same direction, and the decay still pulls').toBeLessThan(
        first[0],
      )
    }
  })

  test('is Adam when there is no decay', () => {
    const [coupled, decoupled, direction] = [
      adamL2({ learningRate: 0.1, decay: 0 }),
      adamW({ learningRate: 0.1, decay: 0 }),
      adamDirection(),
    ]
    for (const g of [
      [1, 2],
      [-3, 0.5],
      [0.1, 0.1],
    ]) {
      const towards = direction(g)
      const expected = [5 - 0.1 * towards[0], 7 - 0.1 * towards[1]]
      expect(coupled([5, 7], g), 'use one direction for the whole training: it remembers').toBeNear(expected)
      expect(decoupled([5, 7], g), 'use one direction for the whole training: it remembers').toBeNear(expected)
    }
  })

  test('does not change its arguments', () => {
    const [w, g] = [
      [1, 2],
      [3, 4],
    ]
    for (const make of [adamL2, adamW]) make({ learningRate: 0.1, decay: 0.5 })(w, g)
    l2(w, 0.1)
    expect([w, g], 'return new lists').toEqual([
      [1, 2],
      [3, 4],
    ])
  })
})
