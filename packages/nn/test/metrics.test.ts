import { plain, tensor } from '@backprop/core'
import { expect, test } from '@backprop/testkit'
import { accuracy, batchesOf, confusionMatrix, predict } from '../src/index.ts'

const on = plain()
const scores = tensor([[0, 2, 1], [5, 0, 0], [0, 0, 1], [1, 1, 0]], { on }) // prettier-ignore

test('accuracy is the share of rows whose largest number is at the label; the first one wins a draw', async () => {
  expect(await accuracy(scores, [1, 0, 2, 0])).toBe(1)
  expect(await accuracy(scores, Uint8Array.of(1, 1, 2, 1))).toBe(0.5)
  await expect(accuracy(scores, [1, 0])).rejects.toThrowErrorMatchingInlineSnapshot(`
    [ShapeError: accuracy: logits has shape [4, 3], expected [2, C]: axis 0 is 4, not 2.
      Hint: one row of scores for each label.]
  `)
})

test('predict finds the classes of all batches, in their order', async () => {
  const x = { values: scores.dataSync(), shape: [3] }
  const data = () => batchesOf({ x, y: [0, 0, 0, 0] }, [[3, 2], [1], [0]], { on })
  expect([...(await predict({ forward: x => x }, data))]).toEqual([0, 2, 0, 1])
})

test('a confusion matrix has a row for each class and a column for what it was taken for', () => {
  expect(confusionMatrix([0, 1, 1, 2, 0], [0, 1, 0, 2, 2], { classes: 3 })).toEqual([
    [1, 1, 0],
    [0, 1, 0],
    [1, 0, 1],
  ])
  expect(() => confusionMatrix([0], [0, 1], { classes: 2 })).toThrowErrorMatchingInlineSnapshot(`
    [RangeError: confusionMatrix: there are 1 predictions, but 2 labels.
      Hint: each prediction is compared with one label.]
  `)
  expect(() => confusionMatrix([2], [0], { classes: 2 })).toThrowErrorMatchingInlineSnapshot(
    `[RangeError: confusionMatrix: prediction 0 is 2, but with 2 classes it must be an integer from 0 to 1.]`,
  )
})

test('a batch holds the rows that were asked for, and its tensors live until the next one', () => {
  const x = { values: [0, 1, 2, 3, 4, 5], shape: [1, 2] }
  const batches = batchesOf({ x, y: { values: [7, 8, 9], shape: [] } }, [[2, 0], [1]], { on })
  const first = batches.next().value!
  expect(first.x).toHaveShape([2, 1, 2])
  expect(first.x.dataSync()).toBeNear([4, 5, 0, 1])
  expect(first.y.dataSync()).toBeNear([9, 7])
  batches.next()
  expect(() => first.x.dataSync()).toThrow('their batch is over')
  const labels = batchesOf({ x, y: Uint8Array.of(1, 0, 2) }, [[2, 0]], { on }).next().value!.y
  expect(labels).toEqual(Int32Array.of(2, 1))
  expect(() => batchesOf({ x, y: [1, 2] }, [], { on }).next()).toThrowErrorMatchingInlineSnapshot(`
    [RangeError: batchesOf: x holds 6 numbers, which is 3 examples of shape [1, 2], and y holds 2.
      Hint: each example needs one target.]
  `)
  expect(() => batchesOf({ x, y: [1, 2, 3] }, [[0, 3]], { on }).next()).toThrowErrorMatchingInlineSnapshot(
    `[RangeError: batchesOf: index 1 of a batch is 3, but with 3 examples it must be an integer from 0 to 2.]`,
  )
})
