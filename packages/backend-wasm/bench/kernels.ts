// How fast single kernels are: `node bench/kernels.ts [relaxed|plain] [filter] [threads]`, after `node build.mjs`.
import type { Slot, View } from '@backprop/core'
import { wasm } from '../src/index.ts'
import { measure } from './timing.ts'

const [variant = 'relaxed', filter = '', threads = '1'] = process.argv.slice(2)
const on = await wasm({ relaxed: variant === 'relaxed', threads: threads === 'auto' ? 'auto' : Number(threads) })
const { fused } = on

function view(shape: readonly number[], transposed = false): View {
  const size = shape.reduce((a, b) => a * b, 1)
  const slot = on.write(Float32Array.from({ length: size }, () => Math.random() - 0.5))
  const strides = shape.map((_, axis) => shape.slice(axis + 1).reduce((a, b) => a * b, 1))
  return { slot, shape, strides: transposed ? [1, shape[0]] : strides, offset: 0 }
}

/** Prints how long `work` takes, and its rate if `flops` is not 0. */
function report(name: string, flops: number, work: () => Slot): void {
  if (!name.includes(filter)) return
  const { best, median } = measure(() => on.free(work()))
  const rate = (ms: number) => (flops / ms / 1e6).toFixed(1).padStart(6)
  const text = flops > 0 ? `${rate(median)} GFLOP/s, best ${rate(best)}` : ''
  console.log(`${name.padEnd(44)} ${(median * 1000).toFixed(1).padStart(9)} µs  ${text}`)
}

function product(M: number, K: number, N: number, turn = ''): void {
  const [a, b] = [view([M, K], turn === 'AᵀB'), view([K, N], turn === 'ABᵀ')]
  report(`[${M}, ${K}] × [${K}, ${N}] ${turn}`, 2 * M * K * N, () => on.matmul(a, b))
}

console.log(on.description)
product(32, 784, 128)
product(784, 32, 128, 'AᵀB')
product(32, 128, 64)
product(128, 32, 64, 'AᵀB')
product(32, 64, 128, 'ABᵀ')
product(32, 64, 10)
product(64, 32, 10, 'AᵀB')
product(32, 10, 64, 'ABᵀ')
product(128, 784, 128)
product(784, 128, 128, 'AᵀB')
product(64, 4096, 128)
product(4096, 64, 128, 'AᵀB')
product(64, 128, 4096, 'ABᵀ')
product(256, 256, 256)
product(256, 256, 256, 'ABᵀ')
product(1024, 1024, 1024)

const settings = { stride: 1, padding: 1 }
for (const [N, C, H, O] of [
  [64, 3, 32, 32],
  [64, 32, 16, 64],
]) {
  const [x, w, b, dy] = [view([N, C, H, H]), view([O, C, 3, 3]), view([O]), view([N, O, H, H])]
  const flops = 2 * N * O * H * H * C * 9
  report(`conv3×3 ${C}→${O} ${H}×${H}`, flops, () => fused.conv2d(x, w, b, settings))
  report(`conv3×3 ${C}→${O} ${H}×${H} dx`, flops, () => fused.conv2dInputGradient(dy, w, x.shape, settings))
  report(`conv3×3 ${C}→${O} ${H}×${H} dw`, flops, () => fused.conv2dKernelGradient(x, dy, w.shape, settings))
}

const image = view([64, 32, 32, 32])
const pool = { kernel: 2, stride: 2 }
const pooled = view([64, 32, 16, 16])
report('relu 2M', 0, () => on.unary('relu', image))
report('gate 2M', 0, () => on.binary('gate', image, image))
report('add 2M', 0, () => on.binary('add', image, image))
report('sum [64, 32, 1024] axis 2', 0, () =>
  on.reduce('sum', { ...image, shape: [64, 32, 1024], strides: [32768, 1024, 1] }, 2),
)
report('max pool 2M', 0, () => fused.maxPool2d(image, pool))
report('max pool gradient 2M', 0, () => fused.maxPool2dGradient(image, pooled, pool))
const [p, g, m, v] = [view([784 * 128]), view([784 * 128]), view([784 * 128]), view([784 * 128])]
const adam = { learningRate: 0.001, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, step: 10 }
const none = on.write([])
report('adam 100,352', 0, () => (fused.adam(p, g, m, v, adam), none))
for (const kernel of ['exp', 'log', 'tanh', 'sigmoid', 'erf'] as const) {
  report(`${kernel} 100,352`, 0, () => on.unary(kernel, p))
}
