import { exercise, expect, test } from '@backprop/testkit'
import { gaze, lookedAt, rollout, shareOnReferent } from '#lab/look'

const HEADS = [
  [
    [1, 0],
    [0, 1],
  ],
  [
    [1, 0],
    [1, 0],
  ],
]

exercise('look', () => {
  test('takes the mean over the heads', () => {
    expect(gaze(HEADS, 1), 'word 1 looks at itself with one head, and at word 0 with the other').toBeNear([0.5, 0.5])
    expect(gaze(HEADS, 0), 'word 0 looks at itself').toBeNear([1, 0])
    expect(() => gaze(HEADS, 2), 'there are two words').toThrow(RangeError)
  })

  test('follows attention back through the blocks', () => {
    const blocks = [[[[0, 1], [0.2, 0.8]]], [[[1, 0], [0.5, 0.5]]]] // prettier-ignore
    expect(rollout(blocks.slice(1), 1), 'half of it stays, and half comes from both words').toBeNear([0.25, 0.75])
    expect(rollout(blocks, 1), 'from the last block to the first').toBeNear([0.2, 0.8])
    expect(() => rollout(blocks, 2), 'there are two words').toThrow(RangeError)
  })

  test('finds the candidate with the most attention', () => {
    expect(lookedAt([0.5, 0.1, 0.4], [1, 2]), '0.4 is more than 0.1; word 0 is not a candidate').toBe(2)
    expect(lookedAt([0.4, 0.2, 0.4], [2, 0]), 'the first of two that get the same').toBe(2)
  })

  test('counts the sentences in which the right noun gets more', () => {
    const weights = [[[[0.2, 0.7, 0.1], [0.1, 0.8, 0.1], [0.3, 0.3, 0.4]]]] // prettier-ignore
    const right = { weights, pronoun: 0, referent: 1, other: 2 }
    const wrong = { weights, pronoun: 0, referent: 2, other: 1 }
    const tie = { weights, pronoun: 2, referent: 0, other: 1 }
    expect(shareOnReferent([right, wrong, right, wrong]), 'two of four').toBe(0.5)
    expect(shareOnReferent([tie]), 'as much is not more').toBe(0)
  })
})
