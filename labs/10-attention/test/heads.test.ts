import { plain, rng, tensor, uniform } from '@backprop/core'
import { Parameter } from '@backprop/nn'
import { exercise, expect, test } from '@backprop/testkit'
import { joinHeads, multiHead, splitHeads } from '#lab/heads'

const on = plain()
const box = (numbers: number[][]) => new Parameter(tensor(numbers, { on }))
const IDENTITY = [[1, 0], [0, 1]] // prettier-ignore

exercise('heads', () => {
  test('gives each head its columns', () => {
    const x = tensor([[[1, 2, 3, 4], [5, 6, 7, 8]]], { on }) // prettier-ignore
    expect(splitHeads(x, 2), 'head 0 has columns 0 and 1 of both words').toBeNear([[[[1, 2], [5, 6]], [[3, 4], [7, 8]]]]) // prettier-ignore
    expect(() => splitHeads(x, 3), 'four columns for three heads').toThrow(RangeError)
  })

  test('joins what it has split', () => {
    const x = uniform([2, 3, 6], { on, rng: rng(1) })
    const joined = joinHeads(splitHeads(x, 3))
    expect(joined.shape, 'as before').toEqual([2, 3, 6])
    expect([...joined.dataSync()], 'the same numbers in the same places').toBeNear([...x.dataSync()])
  })

  test('lets each head attend by itself', () => {
    const w = { query: box(IDENTITY), key: box(IDENTITY), value: box(IDENTITY), out: box([[1, 0], [0, 10]]) } // prettier-ignore
    const x = tensor([[[4, 0], [0, 4]]], { on }) // prettier-ignore
    const mask = tensor([[[0, 0]]], { on })
    const { y, weights } = multiHead(x, w, 2, mask)
    expect(weights.shape, 'one sentence, two heads, two words').toEqual([1, 2, 2, 2])
    // Head 0 sees 4 and 0: word 0 looks at itself, and word 1, whose query is 0, at both. Head 1 sees 0 and 4.
    expect(y, 'head 0 makes column 0; w.out multiplies column 1 by 10').toBeNear([[[4, 20], [2, 40]]], { absolute: 1e-3 }) // prettier-ignore
  })

  test('does not look at padding', () => {
    const w = { query: box(IDENTITY), key: box(IDENTITY), value: box(IDENTITY), out: box(IDENTITY) }
    // Two sentences and two heads, so that a mask for the heads in place of the sentences would fit too.
    const x = tensor([[[1, 2], [9, 9]], [[1, 2], [1, 2]]], { on }) // prettier-ignore
    const { y } = multiHead(x, w, 2, tensor([[[0, -1e9]], [[0, 0]]], { on }))
    const why = 'the mask [B, 1, T] of a sentence is for all its heads: make it [B, 1, 1, T]'
    expect(y, why).toBeNear([[[1, 2], [1, 2]], [[1, 2], [1, 2]]]) // prettier-ignore
  })
})
