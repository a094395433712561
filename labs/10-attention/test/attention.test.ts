import { plain, tensor } from '@backprop/core'
import { exercise, expect, test } from '@backprop/testkit'
import { attention, paddingMask, slopes } from '#lab/attention'

const on = plain()
const q = tensor([[2, 0], [0, 2]], { on }) // prettier-ignore
const k = tensor([[2, 1], [0, 1]], { on }) // prettier-ignore
const v = tensor([[10, 0], [0, 10]], { on }) // prettier-ignore
const CLOSE = { absolute: 5e-4 }

exercise('attention', () => {
  test('makes weights of scores', () => {
    const { weights } = attention(q, k, v)
    const first = 'scores 4 and 0, divided by √2: 2.828 and 0; e^2.828 = 16.92 of 17.92'
    expect(weights, first).toBeNear([[0.9442, 0.0558], [0.5, 0.5]], CLOSE) // prettier-ignore
  })

  test('weighs the values', () => {
    expect(attention(q, k, v).y, '0.9442 · [10, 0] + 0.0558 · [0, 10]').toBeNear([[9.442, 0.558], [5, 5]], { absolute: 5e-3 }) // prettier-ignore
  })

  test('keeps attention away from padding', () => {
    const mask = paddingMask([[5, 2, 0], [7, 0, 0]], { on }) // prettier-ignore
    expect(mask, 'one row for each sentence: [2, 1, 3]').toBeNear([[[0, 0, -1e9]], [[0, -1e9, -1e9]]])
    const x = tensor([[[1], [2], [3]], [[1], [2], [3]]], { on }) // prettier-ignore
    const { weights, y } = attention(x, x, x, mask)
    expect([...weights.dataSync()].filter((_, i) => i % 3 === 2), 'no attention to the last word').toBeNear([0, 0, 0, 0, 0, 0]) // prettier-ignore
    expect([...y.dataSync()].slice(3), 'the second sentence has one word').toBeNear([1, 1, 1])
  })

  test('treats each sentence by itself', () => {
    const two = tensor([[[1], [2]], [[30], [40]]], { on }) // prettier-ignore
    const { y } = attention(two, two, two)
    const [low, , high] = y.dataSync()
    expect(low, 'd = 1: scores 1 and 2 are divided by √1; 0.2689 · 1 + 0.7311 · 2').toBeNear(1.7311, CLOSE)
    expect(high, 'a mean of 30 and 40').toBeGreaterThan(30)
  })

  test('lets gradients through', () => {
    const found = slopes(q, k, v, tensor([[1, 0], [0, 0]], { on })) // prettier-ignore
    expect(found[2], 'the first values matter by 0.9442, the second by 0.0558').toBeNear([[0.9442, 0], [0.0558, 0]], CLOSE) // prettier-ignore
    // 0.9442 · 0.0558 · 10 / √2 = 0.3726; the query would like to be more like key 0 and less like key 1, [2, 1] − [0, 1].
    expect(found[0], 'the first query').toBeNear([[0.745, 0], [0, 0]], { absolute: 2e-3 }) // prettier-ignore
  })
})
