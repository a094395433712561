// Whole training steps through the autograd of core: `node bench/steps.ts [relaxed|plain] [filter] [threads]`, after
// `node build.mjs`.
import {
  backward,
  conv2d,
  crossEntropy,
  linear,
  maxPool2d,
  normal,
  relu,
  reshape,
  rng,
  type Tensor,
  tensor,
  zeros,
} from '@backprop/core'
import { type AdamState, adamStep } from '@backprop/nn'
import { wasm } from '../src/index.ts'

const [variant = 'relaxed', filter = '', threads = '1'] = process.argv.slice(2)
const on = await wasm({ relaxed: variant === 'relaxed', threads: threads === 'auto' ? 'auto' : Number(threads) })
const random = rng(1)

interface Parameter {
  value: Tensor
  m: Tensor
  v: Tensor
}

function parameter(shape: readonly number[], std: number): Parameter {
  const value = normal(shape, { on, rng: random, std, requiresGrad: true })
  return { value, m: zeros(shape, { on }), v: zeros(shape, { on }) }
}

function adam(parameters: readonly Parameter[], step: number): void {
  for (const p of parameters) {
    const gradient = p.value.grad!
    const settings = { learningRate: 0.001, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, step }
    const next: AdamState = adamStep(p, gradient, settings)
    gradient.release()
    p.value = next.value.toLeaf()
    p.m = next.m
    p.v = next.v
  }
}

/** Runs `step` many times, and prints the median and the best time between two reads of a loss. */
function report(name: string, step: (index: number) => Tensor, count: number): void {
  if (!name.includes(filter)) return
  const times: number[] = []
  for (let index = 1; index <= count; index++) {
    const start = performance.now()
    const loss = step(index)
    loss.dataSync()
    loss.release()
    times.push(performance.now() - start)
  }
  const sorted = times.slice(count >> 2).sort((a, b) => a - b)
  const [best, median] = [sorted[0], sorted[sorted.length >> 1]]
  console.log(`${name.padEnd(20)} median ${median.toFixed(3)} ms, best ${best.toFixed(3)} ms`)
}

function mlp(batch: number): (step: number) => Tensor {
  const sizes = [784, 128, 64, 10]
  const layers = [0, 1, 2].map(i => ({
    w: parameter([sizes[i], sizes[i + 1]], Math.sqrt(2 / sizes[i])),
    b: parameter([sizes[i + 1]], 0.01),
  }))
  const pixels = Float32Array.from({ length: batch * 784 }, () => Math.random())
  const labels = Int32Array.from({ length: batch }, (_, i) => i % 10)
  return step => {
    let h = tensor(pixels, { on, shape: [batch, 784] })
    const x = h
    for (const [i, { w, b }] of layers.entries()) {
      h = linear(h, w.value, b.value)
      if (i < 2) h = relu(h)
    }
    const loss = crossEntropy(h, labels)
    backward(loss)
    adam(
      layers.flatMap(({ w, b }) => [w, b]),
      step,
    )
    x.release()
    return loss
  }
}

function cnn(batch: number): (step: number) => Tensor {
  const kernels = [parameter([32, 3, 3, 3], 0.2), parameter([32], 0.01), parameter([64, 32, 3, 3], 0.08)]
  const dense = [parameter([64], 0.01), parameter([4096, 128], 0.02), parameter([128], 0.01), parameter([128, 10], 0.1)]
  const all = [...kernels, ...dense, parameter([10], 0.01)]
  const pixels = Float32Array.from({ length: batch * 3072 }, () => Math.random())
  const labels = Int32Array.from({ length: batch }, (_, i) => i % 10)
  return step => {
    const [w1, b1, w2, b2, w3, b3, w4, b4] = all.map(p => p.value)
    const x = tensor(pixels, { on, shape: [batch, 3, 32, 32] })
    let h = maxPool2d(relu(conv2d(x, w1, b1, { padding: 1 })), { kernel: 2, stride: 2 })
    h = maxPool2d(relu(conv2d(h, w2, b2, { padding: 1 })), { kernel: 2, stride: 2 })
    h = relu(linear(reshape(h, [batch, 4096]), w3, b3))
    const loss = crossEntropy(linear(h, w4, b4), labels)
    backward(loss)
    adam(all, step)
    x.release()
    return loss
  }
}

console.log(on.description)
report('MLP, batch 32', mlp(32), 4000)
report('MLP, batch 128', mlp(128), 1000)
report('CNN, batch 64', cnn(64), 40)
console.log(on.stats())
