import { expect, test } from '@backprop/testkit'
import {
  add,
  backward,
  batchNorm,
  conv2d,
  crossEntropy,
  dropout,
  linear,
  matmul,
  maxPool2d,
  mean,
  mul,
  noGrad,
  normal,
  plain,
  relu,
  reshape,
  rng,
  softmax,
  square,
  sub,
  sum,
  type Tensor,
  tensor,
  zeros,
} from '../src/index.ts'

const r = rng(1)

test('2,000 steps of training leave one slot each, the loss; without it the count is flat', () => {
  const on = plain()
  const x = normal([4, 3], { on, rng: r })
  let W = normal([3, 2], { on, rng: r, requiresGrad: true })
  let b = zeros([2], { on, requiresGrad: true })
  const update = (w: Tensor): Tensor => {
    const next = noGrad(() => sub(w, mul(w.grad!, 0.1))).toLeaf()
    w.grad?.release()
    w.release()
    return next
  }
  const before = on.stats().liveSlots
  for (let step = 1; step <= 2000; step++) {
    const h = relu(add(matmul(x, W), b))
    const loss = add(crossEntropy(h, [0, 1, 0, 1]), mul(mean(square(h)), 0.01))
    backward(loss)
    ;[W, b] = [update(W), update(b)]
    expect(on.stats().liveSlots).toBe(before + 1)
    loss.release()
  }
})

test('noGrad releases what it does not return', () => {
  const on = plain()
  const x = normal([4, 3], { on, rng: r })
  const before = on.stats().liveSlots
  const { kept } = noGrad(() => {
    mul(x, 2)
    return { kept: [softmax(square(add(x, 1)))] }
  })
  expect(on.stats().liveSlots).toBe(before + 1)
  expect(kept[0].dataSync()).toHaveShape([12])
})

test('noGrad keeps what it was given, what an outer noGrad returns, and leaves made for training', () => {
  const on = plain()
  const x = tensor([1, 2], { on })
  let trained: Tensor | undefined
  const found = noGrad(() => {
    const inner = noGrad(() => mul(x, 2))
    trained = tensor(1, { on, requiresGrad: true })
    return new Map([['twice', inner]])
  })
  expect(x.dataSync()).toBeNear([1, 2])
  expect(found.get('twice')?.dataSync()).toBeNear([2, 4])
  expect(trained?.dataSync()).toBeNear([1])
})

test('noGrad builds no graph', () => {
  const x = tensor([1, 2], { on: plain(), requiresGrad: true })
  expect(noGrad(() => mul(x, 2)).requiresGrad).toBe(false)
  expect(mul(x, 2).requiresGrad).toBe(true)
})

test('noGrad ends when its function throws', () => {
  const x = tensor([1, 2], { on: plain(), requiresGrad: true })
  expect(() => noGrad(() => sum(mul(x, [1] as unknown as number)))).toThrow('got an array')
  expect(mul(x, 2).requiresGrad).toBe(true)
})

test('noGrad refuses an async function', () => {
  // eslint-disable-next-line @typescript-eslint/require-await -- that it is async is what is refused
  expect(() => noGrad(async () => 1)).toThrowErrorMatchingInlineSnapshot(`
    [TypeError: noGrad: its function is async, but must return at once.
      Hint: return tensors from noGrad, and await their data() outside.]
  `)
})

test('a released tensor says who released it', async () => {
  const on = plain()
  const x = tensor([1, 2], { on, requiresGrad: true })
  const y = square(x)
  backward(sum(y))
  await expect(y.data()).rejects.toThrowErrorMatchingInlineSnapshot(`
    [Error: Tensor: the values of shape [2] are gone: backward() or grad() used them and released them.
      Hint: read what you need before that, or compute it again.]
  `)
  let z = x
  noGrad(() => void (z = mul(x, 2)))
  expect(() => z.dataSync()).toThrowErrorMatchingInlineSnapshot(`
    [Error: Tensor: the values of shape [2] are gone: noGrad() released them, because its function did not return them.
      Hint: read what you need before that, or compute it again.]
  `)
  x.release()
  expect(() => add(x, 1)).toThrowErrorMatchingInlineSnapshot(`
    [Error: Tensor: the values of shape [2] are gone: release() was called.
      Hint: read what you need before that, or compute it again.]
  `)
})

test('releasing twice frees once', () => {
  const on = plain()
  const x = tensor([1, 2], { on })
  x.release()
  x.release()
  expect(on.stats().liveSlots).toBe(0)
})

test('1,000 steps with every kind of layer and an evaluation over 20,000 rows leave nothing behind', () => {
  const on = plain()
  const init = (...shape: number[]) => normal(shape, { on, rng: r, std: 0.3, requiresGrad: true })
  const model = { kernel: init(2, 1, 2, 2), scale: init(2), shift: init(2), W: init(2, 3) }
  let parameters = Object.values(model)
  const forward = (x: Tensor) => {
    const [kernel, scale, shift, W] = parameters
    const images = maxPool2d(relu(conv2d(x, kernel, 0)), { kernel: 2, stride: 1 })
    return linear(dropout(reshape(batchNorm(images, scale, shift), [-1, 2]), 0.1, r), W, 0)
  }
  const x = normal([2, 1, 3, 3], { on, rng: r })
  let before = 0
  for (let step = 1; step <= 1000; step++) {
    const loss = crossEntropy(forward(x), [0, 2])
    backward(loss)
    loss.release()
    parameters = parameters.map(value => {
      const next = noGrad(() => sub(value, mul(value.grad!, 0.001)))
      value.grad?.release()
      value.release()
      return next.toLeaf()
    })
    if (step === 10) before = on.stats().liveSlots
  }
  expect(on.stats().liveSlots).toBe(before)
  for (let row = 0; row < 20_000; row += 1000) {
    const batch = normal([1000, 1, 3, 3], { on, rng: r })
    const logits = noGrad(() => softmax(forward(batch)))
    batch.release()
    logits.release()
  }
  expect(on.stats().liveSlots).toBe(before)
})
