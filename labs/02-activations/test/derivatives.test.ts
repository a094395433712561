import { exercise, expect, expectKept, test } from '@backprop/testkit'
import { geluBackward, reluBackward, sigmoidBackward, softmaxBackward, tanhBackward } from '#lab/derivatives'

exercise('derivatives', () => {
  test('sigmoid: dL/dy times y (1 − y)', () => {
    expect(
      sigmoidBackward([1, 8], [0.5, 0.25]),
      "1·½·½ and 8·¼·¾: is dL/dy in the product? The second list is y already, so don't take the sigmoid of it",
    ).toBeNear([0.25, 1.5])
  })

  test('tanh: dL/dy times 1 − y²', () => {
    expect(tanhBackward([1, 10], [0, 0.6]), '1·(1 − 0) and 10·(1 − 0.36)').toBeNear([1, 6.4])
  })

  test('ReLU: dL/dy where x is positive, 0 elsewhere', () => {
    expect(reluBackward([5, 6, 7], [-2, 0, 3]), 'at the corner x = 0 nothing flows back either').toBeNear([0, 0, 7])
  })

  test('GELU: both parts of the product rule', () => {
    // At 1: Φ(1) + 1·φ(1) = 0.8413447461 + 0.2419707245
    expect(geluBackward([1, 2, 1], [0, 0, 1]), '(x Φ)′ is Φ + x Φ′: are both parts there, and dL/dy?').toBeNear([
      0.5, 1, 1.0833154706,
    ])
  })

  test('softmax: what one share gains, the others lose', () => {
    // Σ dL/dy · y = 4·¼ + 0·¾ = 1
    expect(softmaxBackward([4, 0], [0.25, 0.75], [2], 0), '¼·(4 − 1) and ¾·(0 − 1)').toBeNear([0.75, -0.75])
  })

  test('softmax: one sum per line', () => {
    const dy = [4, 0, 1, 1]
    const y = [0.25, 0.75, 0.5, 0.5]
    expect(
      softmaxBackward(dy, y, [2, 2], 1),
      'in the second row both shares count the same, and they cannot both grow: nothing flows back',
    ).toBeNear([0.75, -0.75, 0, 0])
  })

  test('softmax: rejects an invalid axis', () => {
    for (const axis of [1, -1])
      expect(() => softmaxBackward([4, 0], [0.25, 0.75], [2], axis), 'linesAlong throws it').toThrow(RangeError)
  })

  test('does not change its arguments', () => {
    for (const back of [sigmoidBackward, tanhBackward, reluBackward, geluBackward])
      expectKept(back, [[4, 0], [0.25, 0.75]], 'return a new list') // prettier-ignore
    expectKept(softmaxBackward, [[4, 0], [0.25, 0.75], [2], 0], 'return a new list')
  })
})
