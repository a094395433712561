import { expect, test } from '@backprop/testkit'
import * as core from '../src/index.ts'
import { argmax, dims, plain, rng, type Shape, tensor, zeros } from '../src/index.ts'

const on = plain()
const of = (...shape: number[]) => zeros(shape, { on })
const x = (...shape: Shape) => ({ shape })

test('dims returns what the letters stood for', () => {
  const { B, T } = dims('attention', 'q', x(2, 5, 8), ['B', 'T', 8])
  expect([B, T]).toEqual([2, 5])
  expect(dims('inverse', 'a', x(3, 3), ['N', 'N'])).toEqual({ N: 3 })
  expect(dims('item', 'x', x(), [])).toEqual({})
})

test('dims says which axis is wrong', () => {
  const hint = 'flatten each example to one row first'
  expect(() => dims('Linear', 'x', x(2, 3), ['N', 4], hint)).toThrowErrorMatchingInlineSnapshot(`
    [ShapeError: Linear: x has shape [2, 3], expected [N, 4]: axis 1 is 3, not 4.
      Hint: flatten each example to one row first.]
  `)
  expect(() => dims('Linear', 'x', x(2, 3, 4), ['N', 4])).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: Linear: x has shape [2, 3, 4], expected [N, 4]: 3 axes, not 2.]`,
  )
  expect(() => dims('inverse', 'a', x(3, 4), ['N', 'N'])).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: inverse: a has shape [3, 4], expected [N, N]: axis 1 is 4, but N was 3 before.]`,
  )
  expect(() => dims('Linear', 'x', x(3), ['N', 4])).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: Linear: x has shape [3], expected [N, 4]: 1 axis, not 2.]`,
  )
})

test('broadcasting', () => {
  expect(() => core.add(of(2, 3), of(4, 2))).toThrowErrorMatchingInlineSnapshot(`
    [ShapeError: add: shapes [2, 3] and [4, 2] do not broadcast: axis -2 is 2 on the left, 4 on the right.
      Hint: two sizes agree when they are equal or one of them is 1.]
  `)
  expect(() => core.broadcastTo(of(3), [2, 2])).toThrowErrorMatchingInlineSnapshot(`
    [ShapeError: broadcastTo: shapes [3] and [2, 2] do not broadcast: axis -1 is 3 on the left, 2 on the right.
      Hint: two sizes agree when they are equal or one of them is 1.]
  `)
  expect(() => core.broadcastTo(of(2, 3), [3])).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: broadcastTo: shape [2, 3] cannot be broadcast to [3].]`,
  )
  expect(() => core.sumTo(of(3), [2, 3])).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: sumTo: shape [3] cannot be summed to [2, 3].]`,
  )
})

test('matmul', () => {
  expect(() => core.matmul(of(2, 3), of(4, 2))).toThrowErrorMatchingInlineSnapshot(`
    [ShapeError: matmul: b has shape [4, 2], expected [3, N]: axis 0 is 4, not 3.
      Hint: a must have as many columns as b has rows; should one of them be transposed.]
  `)
  expect(() => core.matmul(of(3), of(3, 2))).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: matmul: a has shape [3], expected [M, K]: 1 axis, not 2.]`,
  )
  expect(() => core.matmul(of(2, 3), of(3, 2), { transposeB: true })).toThrowErrorMatchingInlineSnapshot(`
    [ShapeError: matmul: b has shape [3, 2], expected [N, 3]: axis 1 is 2, not 3.
      Hint: a must have as many columns as b has rows; should one of them be transposed.]
  `)
})

test('axes and shapes', async () => {
  expect(() => core.sum(of(2, 3), { axis: 2 })).toThrowErrorMatchingInlineSnapshot(`
    [ShapeError: sum: there is no axis 2: shape [2, 3] has the axes 0 to 1.
      Hint: axis -1 means the last one.]
  `)
  expect(() => core.softmax(of())).toThrowErrorMatchingInlineSnapshot(`
    [ShapeError: softmax: there is no axis -1: shape [] has no axes.
      Hint: axis -1 means the last one.]
  `)
  expect(() => core.max(of(2, 0), { axis: 1 })).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: max: shape [2, 0] has 0 numbers to choose from, expected at least 1.]`,
  )
  await expect(argmax(of(0))).rejects.toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: argmax: shape [0] has 0 numbers to choose from, expected at least 1.]`,
  )
  expect(() => core.reshape(of(3, 4), [5, 2])).toThrowErrorMatchingInlineSnapshot(`
    [ShapeError: reshape: shape [3, 4] holds 12 numbers, but [5, 2] holds 10.
      Hint: one size may be -1: it is computed from the others.]
  `)
  expect(() => core.reshape(of(3, 4), [5, -1])).toThrowErrorMatchingInlineSnapshot(`
    [ShapeError: reshape: shape [3, 4] holds 12 numbers, but [5, -1] needs a multiple of 5.
      Hint: one size may be -1: it is computed from the others.]
  `)
  expect(() => core.reshape(of(3, 4), [-1, -1])).toThrowErrorMatchingInlineSnapshot(`
    [ShapeError: reshape: shape [3, 4] holds 12 numbers, but [-1, -1] leaves 2 sizes open.
      Hint: one size may be -1: it is computed from the others.]
  `)
  expect(() => core.transpose(of(3, 4), [0, 0])).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: transpose: the order [0, 0] was given for shape [3, 4], but it must name each of its 2 axes once.]`,
  )
})

test('crossEntropy', () => {
  const logits = of(3, 4)
  expect(() => core.crossEntropy(logits, [0, 1])).toThrowErrorMatchingInlineSnapshot(`
    [RangeError: crossEntropy: there are 2 labels, but logits has 3 rows.
      Hint: each row of logits needs one label.]
  `)
  expect(() => core.crossEntropy(logits, [0, 1, 4])).toThrowErrorMatchingInlineSnapshot(`
    [RangeError: crossEntropy: label 2 is 4, but with 4 classes it must be an integer from 0 to 3.
      Hint: logits has one column for each class.]
  `)
  expect(() => core.crossEntropy(logits, [0, 0.5, 1])).toThrowErrorMatchingInlineSnapshot(`
    [RangeError: crossEntropy: label 1 is 0.5, but with 4 classes it must be an integer from 0 to 3.
      Hint: logits has one column for each class.]
  `)
  expect(() => core.crossEntropy(of(3), [0, 1, 2])).toThrowErrorMatchingInlineSnapshot(`
    [ShapeError: crossEntropy: logits has shape [3], expected [N, C]: 1 axis, not 2.
      Hint: one row of scores for each example.]
  `)
})

test('labels and indices out of range', () => {
  expect(() => core.oneHot([0, 3], 3, { on })).toThrowErrorMatchingInlineSnapshot(
    `[RangeError: oneHot: label 1 is 3, but with 3 classes it must be an integer from 0 to 2.]`,
  )
  expect(() => core.gather(of(3, 2), { indices: [0, -1] })).toThrowErrorMatchingInlineSnapshot(`
    [RangeError: gather: index 1 is -1, but with 3 places it must be an integer from 0 to 2.
      Hint: that is axis 0 of shape [3, 2].]
  `)
  expect(() => core.gather(of(3, 2), { indices: [0], axis: 2 })).toThrowErrorMatchingInlineSnapshot(`
    [ShapeError: gather: there is no axis 2: shape [3, 2] has the axes 0 to 1.
      Hint: axis -1 means the last one.]
  `)
})

test('losses of shapes that would broadcast', () => {
  expect(() => core.mse(of(3, 1), of(3))).toThrowErrorMatchingInlineSnapshot(`
    [ShapeError: mse: targets has shape [3], expected [3, 1]: 1 axis, not 2.
      Hint: there is one target for each number.]
  `)
  expect(() => core.bceWithLogits(of(3), of(4))).toThrowErrorMatchingInlineSnapshot(`
    [ShapeError: bceWithLogits: targets has shape [4], expected [3]: axis 0 is 4, not 3.
      Hint: there is one target for each number.]
  `)
})

test('convolution', () => {
  expect(() => core.conv2d(of(3, 8, 8), of(4, 3, 3, 3), of(4))).toThrowErrorMatchingInlineSnapshot(`
    [ShapeError: conv2d: x has shape [3, 8, 8], expected [N, C, H, W]: 3 axes, not 4.
      Hint: reshape one image to [1, C, H, W].]
  `)
  expect(() => core.conv2d(of(1, 3, 8, 8), of(4, 2, 3, 3), of(4))).toThrowErrorMatchingInlineSnapshot(`
    [ShapeError: conv2d: w has shape [4, 2, 3, 3], expected [4, 3, 3, 3]: axis 1 is 2, not 3.
      Hint: a kernel has as many channels as the images.]
  `)
  expect(() => core.conv2d(of(1, 3, 8, 8), of(4, 3, 3, 3), of(3))).toThrowErrorMatchingInlineSnapshot(`
    [ShapeError: conv2d: bias has shape [3], expected [4]: axis 0 is 3, not 4.
      Hint: each kernel has one bias.]
  `)
  expect(() => core.conv2d(of(1, 3, 2, 8), of(4, 3, 5, 5), 0, { padding: 1 })).toThrowErrorMatchingInlineSnapshot(`
    [ShapeError: conv2d: a kernel of 5 × 5 does not fit into images of 4 × 10 (x has shape [1, 3, 2, 8], padding 1).
      Hint: more padding or a smaller kernel.]
  `)
  expect(() => core.conv2d(of(1, 3, 8, 8), of(4, 3, 3, 3), 0, { stride: 0 })).toThrowErrorMatchingInlineSnapshot(
    `[RangeError: conv2d: the kernel is 3 × 3, the stride 0 and the padding 0, expected whole numbers of at least 1, 1 and 0.]`,
  )
})

test('pooling', () => {
  expect(() => core.maxPool2d(of(3, 8, 8), { kernel: 2, stride: 2 })).toThrowErrorMatchingInlineSnapshot(`
    [ShapeError: maxPool2d: x has shape [3, 8, 8], expected [N, C, H, W]: 3 axes, not 4.
      Hint: reshape one image to [1, C, H, W].]
  `)
  expect(() => core.avgPool2d(of(1, 3, 2, 2), { kernel: 3, stride: 1 })).toThrowErrorMatchingInlineSnapshot(`
    [ShapeError: avgPool2d: a kernel of 3 × 3 does not fit into images of 2 × 2 (x has shape [1, 3, 2, 2], padding 0).
      Hint: more padding or a smaller kernel.]
  `)
  expect(() => core.maxPool2d(of(1, 3, 2, 2), { kernel: 1.5, stride: 1 })).toThrowErrorMatchingInlineSnapshot(
    `[RangeError: maxPool2d: the kernel is 1.5 × 1.5, the stride 1 and the padding 0, expected whole numbers of at least 1, 1 and 0.]`,
  )
})

test('pieces', () => {
  expect(() => core.slice(of(3, 4), [[0, 5]])).toThrowErrorMatchingInlineSnapshot(`
    [ShapeError: slice: the ranges [[0,5]] do not lie in shape [3, 4].
      Hint: each is [start, end]; negative numbers count from the end of the axis.]
  `)
  expect(() => core.slice(of(3), [[], [0, 1]])).toThrowErrorMatchingInlineSnapshot(`
    [ShapeError: slice: the ranges [[],[0,1]] do not lie in shape [3].
      Hint: each is [start, end]; negative numbers count from the end of the axis.]
  `)
  expect(() => core.concat([of(2, 3), of(2, 4)])).toThrowErrorMatchingInlineSnapshot(`
    [ShapeError: concat: shapes [2, 3] and [2, 4] do not fit along axis 0.
      Hint: all sizes but those along the axis must be equal.]
  `)
  expect(() => core.concat([])).toThrowErrorMatchingInlineSnapshot(
    `[TypeError: concat: nothing was given, expected at least one tensor.]`,
  )
  expect(() => core.pad(of(2, 3), [[1, 1]])).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: pad: the amounts [[1,1]] were given for shape [2, 3], expected [before, after] for each axis, whole numbers of at least 0.]`,
  )
  expect(() => core.sum(of(2, 3), { axis: [0, -2] })).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: sum: the axes [0, 0] name one twice.]`,
  )
})

test('layers', () => {
  expect(() => core.linear(of(2, 3), of(4, 5), of(5))).toThrowErrorMatchingInlineSnapshot(`
    [ShapeError: linear: x has shape [2, 3], expected [2, 4]: axis 1 is 3, not 4.
      Hint: w has a row for each column of x.]
  `)
  expect(() => core.layerNorm(of(2, 3), of(2), of(2))).toThrowErrorMatchingInlineSnapshot(`
    [ShapeError: layerNorm: scale has shape [2], expected [3]: axis 0 is 2, not 3.
      Hint: scale has the last axes of x, which are normalized.]
  `)
  expect(() => core.batchNorm(of(2, 3), of(2), of(2))).toThrowErrorMatchingInlineSnapshot(`
    [ShapeError: batchNorm: scale has shape [2], expected [3]: axis 0 is 2, not 3.
      Hint: one number for each channel of x.]
  `)
  expect(() => core.dropout(of(2), 1, rng(1))).toThrowErrorMatchingInlineSnapshot(
    `[RangeError: dropout: p is 1, expected 0 ≤ p < 1.]`,
  )
})

test('what is not a tensor', () => {
  expect(() => core.add(1, 2)).toThrowErrorMatchingInlineSnapshot(
    `[TypeError: add: only plain numbers were given, expected at least one tensor.]`,
  )
  // @ts-expect-error: the types refuse it as well
  expect(() => core.add(of(2), [1, 2])).toThrowErrorMatchingInlineSnapshot(`
    [TypeError: add: expected tensors or numbers, got an array.
      Hint: tensor(values, { on }) makes one.]
  `)
  // @ts-expect-error: the types refuse it as well
  expect(() => core.add(of(2), Promise.resolve(1))).toThrowErrorMatchingInlineSnapshot(`
    [TypeError: add: expected tensors or numbers, got a promise.
      Hint: an await is missing.]
  `)
})

test('two backends', () => {
  const other = plain({ dtype: 'float64' })
  expect(() => core.add(of(2), zeros([2], { on: other }))).toThrowErrorMatchingInlineSnapshot(`
    [Error: add: its inputs live on two backends, plain (float32) and plain (float64); they must share one.
      Hint: make all tensors with the same \`on\`.]
  `)
})

test('creating and reading', async () => {
  expect(() => tensor([[1, 2], [3]], { on })).toThrowErrorMatchingInlineSnapshot(`
    [ShapeError: tensor: row 1 has shape [1], but row 0 has shape [2].
      Hint: all rows of a tensor have the same shape.]
  `)
  expect(() => tensor([1, 2, 3], { on, shape: [2, 2] })).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: tensor: shape [2, 2] holds 4 numbers, but 3 were given.]`,
  )
  await expect(of(2, 2).item()).rejects.toThrowErrorMatchingInlineSnapshot(`
    [Error: item: shape [2, 2] holds 4 numbers, expected exactly 1.
      Hint: data() reads all of them.]
  `)
  const slow = zeros([2], { on: { ...on, name: 'slow', readSync: undefined } })
  expect(() => slow.dataSync()).toThrowErrorMatchingInlineSnapshot(`
    [Error: dataSync: the backend slow cannot read without waiting.
      Hint: use await data().]
  `)
})

test('random numbers', () => {
  expect(() => rng(-1)).toThrowErrorMatchingInlineSnapshot(
    `[RangeError: rng: the seed is -1, expected an integer from 0 to 4294967295.]`,
  )
  expect(() => rng(0.5)).toThrow('the seed is 0.5')
  expect(() => rng(1).integer(0)).toThrowErrorMatchingInlineSnapshot(
    `[RangeError: integer: below is 0, expected a whole number of at least 1.]`,
  )
  expect(() => core.Rng.fromState([1, 2])).toThrowErrorMatchingInlineSnapshot(
    `[RangeError: Rng.fromState: the state must be the four integers that state() returned.]`,
  )
})
