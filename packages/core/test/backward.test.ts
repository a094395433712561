import { expect, test } from '@backprop/testkit'
import {
  add,
  backward,
  crossEntropy,
  grad,
  linear,
  max,
  mul,
  plain,
  relu,
  softmax,
  square,
  step,
  sub,
  sum,
  tensor,
} from '../src/index.ts'

const on = plain({ dtype: 'float64' })
const leaf = (values: number | number[] | number[][]) => tensor(values, { on, requiresGrad: true })

test('a value that is used twice gets both gradients', () => {
  const x = leaf(3)
  backward(add(mul(x, x), x)) // d(x² + x) = 2x + 1
  expect(x.grad?.dataSync()).toBeNear([7])
})

test('a value that is used at several depths gets all gradients before it passes them on', () => {
  const x = leaf(2)
  const y = square(x)
  backward(sum(add(mul(y, y), mul(y, x)))) // d(x⁴ + x³) = 4x³ + 3x²
  expect(x.grad?.dataSync()).toBeNear([44])
})

test('gradients of several losses add up', () => {
  const x = leaf([1, 2])
  backward(sum(square(x)))
  backward(sum(mul(x, 10)))
  expect(x.grad?.dataSync()).toBeNear([12, 14])
})

test('two leaves never share one gradient', () => {
  const [a, b] = [leaf(1), leaf(2)]
  backward(add(a, b))
  a.grad?.release()
  expect(b.grad?.dataSync()).toBeNear([1])
})

test('a leaf can be its own loss, and a leaf without requiresGrad gets nothing', () => {
  const [x, fixed] = [leaf(5), tensor(2, { on })]
  backward(x)
  expect(x.grad?.dataSync()).toBeNear([1])
  backward(mul(x, fixed))
  expect(fixed.grad).toBe(null)
})

test('a gradient that is not needed is not computed', () => {
  let kernels = 0
  const counting = { ...on, matmul: () => (kernels++, on.write([1])), binary: () => (kernels++, on.write([1])) }
  const x = tensor([1], { on: counting, requiresGrad: true })
  backward(sum(mul(x, tensor([2], { on: counting }))))
  expect(kernels).toBe(2) // one product forwards, one backwards
})

test('of equal maxima the first gets the gradient', () => {
  const x = leaf([
    [1, 3, 3],
    [2, 2, 2],
  ])
  backward(sum(max(x, { axis: 1 })))
  expect(x.grad?.dataSync()).toBeNear([0, 1, 0, 1, 0, 0])
  const whole = leaf([5, 7, 7])
  backward(max(whole))
  expect(whole.grad?.dataSync()).toBeNear([0, 1, 0])
})

test('a graph 10,000 deep does not overflow the stack', () => {
  const x = leaf(1)
  let y = x
  for (let i = 0; i < 10_000; i++) y = add(y, 1)
  backward(y)
  expect(x.grad?.dataSync()).toBeNear([1])
})

test('crossEntropy and softmax stay finite at ±1000', () => {
  const extreme = [
    [1000, -1000, 0],
    [-1000, 1000, 999],
  ]
  for (const fused of [on.fused, undefined]) {
    const logits = tensor(extreme, { on: { ...on, fused }, requiresGrad: true })
    const loss = crossEntropy(logits, [1, 1])
    expect(loss.dataSync()).toBeNear([(2000 + Math.log1p(Math.exp(-1))) / 2])
    backward(loss)
    const p = 1 / (1 + Math.exp(-1))
    expect(logits.grad?.dataSync()).toBeNear([0.5, -0.5, 0, 0, (p - 1) / 2, (1 - p) / 2])
  }
  expect(softmax(leaf(extreme)).dataSync().slice(0, 3)).toBeNear([1, 0, 0])
})

test('the gradient of relu at 0 is 0', () => {
  const x = leaf([-1, 0, 1])
  backward(sum(relu(x)))
  expect(x.grad?.dataSync()).toBeNear([0, 0, 1])
})

test('refuses a loss that is not one number', () => {
  expect(() => backward(mul(leaf([1, 2]), 2))).toThrowErrorMatchingInlineSnapshot(`
    [Error: backward: the loss has shape [2], which is 2 numbers, expected 1.
      Hint: sum() or mean() makes one number of many.]
  `)
})

test('refuses a loss that needs no gradient', () => {
  expect(() => backward(sum(tensor([1, 2], { on })))).toThrowErrorMatchingInlineSnapshot(`
    [Error: backward: nothing that the loss was computed from requires a gradient.
      Hint: make parameters with { requiresGrad: true }, and compute the loss outside noGrad.]
  `)
})

test('refuses a graph that was used before', () => {
  const x = leaf([1, 2])
  const loss = sum(square(x))
  backward(loss)
  expect(() => backward(loss)).toThrowErrorMatchingInlineSnapshot(`
    [Error: backward: a part of this graph was used by an earlier backward() or grad(), which released it.
      Hint: compute the loss again, or add the losses and differentiate once.]
  `)
  expect(() => backward(sub(loss, 1))).toThrow('was used by an earlier backward()')
})

test('grad gives the gradients of the chosen inputs, and leaves those of the parameters alone', () => {
  const [x, w, b] = [leaf([[1, 2]]), leaf([[3], [4]]), leaf([0.5])]
  backward(sum(linear(x.detach(), w, b)))
  const before = w.grad?.dataSync()
  const [dx, dw] = grad(sum(square(linear(x, w, b))), [x, w])
  expect(dx.dataSync()).toBeNear([2 * 11.5 * 3, 2 * 11.5 * 4])
  expect(dw.dataSync()).toBeNear([2 * 11.5, 4 * 11.5])
  expect(x.grad).toBe(null)
  expect(w.grad?.dataSync()).toEqual(before)
})

test('grad reaches values in between, which stay readable', () => {
  const x = leaf(3)
  const y = square(x)
  const z = mul(y, x)
  const [dz, dy, dx] = grad(add(z, y), [z, y, x]) // x³ + x²
  expect([dz, dy, dx].map(one => one.dataSync()[0])).toBeNear([1, 4, 33])
  expect(y.dataSync()).toBeNear([9])
  expect(() => backward(y)).toThrow('was used by an earlier backward() or grad()')
})

test('grad owns what it returns: each gradient apart, zeros where nothing flows', () => {
  const [a, b] = [leaf(1), leaf(2)]
  const [da, again, db] = grad(add(a, b), [a, a, b])
  da.release()
  expect([again, db].map(one => one.dataSync()[0])).toBeNear([1, 1])
  expect(grad(add(sum(step(a)), b), [a])[0].dataSync()).toBeNear([0])
  expect(grad(b, [b])[0].dataSync()).toBeNear([1])
})

test('grad computes only what lies between the loss and the inputs, and releases the whole graph', () => {
  const counting = plain()
  let products = 0
  const on = { ...counting, matmul: (...operands: Parameters<typeof counting.matmul>) => (products++, counting.matmul(...operands)) } // prettier-ignore
  const of = (values: number[][]) => tensor(values, { on, requiresGrad: true })
  const [x, w, v] = [of([[1, 2]]), of([[3], [4]]), of([[5]])]
  const before = counting.stats().liveSlots
  const loss = sum(linear(linear(x, w, 0), v, 0))
  const [dv] = grad(loss, [v])
  expect(products).toBe(3) // two forwards, one backwards
  expect(dv.dataSync()).toBeNear([11])
  expect(counting.stats().liveSlots).toBe(before + 2) // the loss and dv
})

test('refuses an input that the loss was not computed from, and keeps the graph', () => {
  const [x, other] = [leaf([1, 2]), leaf([1, 2])]
  const loss = sum(square(x))
  expect(() => grad(loss, [x, other])).toThrowErrorMatchingInlineSnapshot(`
    [Error: grad: the loss was not computed from input 1, of shape [2].
      Hint: give the very tensor that the model was called with.]
  `)
  expect(() => grad(loss, [tensor([1], { on })])).toThrowErrorMatchingInlineSnapshot(`
    [Error: grad: the loss was not computed from input 0, of shape [1], which does not require a gradient.
      Hint: call the model with x.detach({ requiresGrad: true }).]
  `)
  expect(() => grad(mul(x, 2), [x])).toThrow('grad: the loss has shape [2], which is 2 numbers, expected 1.')
  expect(grad(loss, [x])[0].dataSync()).toBeNear([2, 4])
})
