// What an op costs beside a plainer one of the same size: `pnpm bench ops [--quick] [--processor]`.
import { parseArgs } from 'node:util'
import { wasm, type WasmBackend } from '@backprop/backend-wasm'
import {
  add,
  backward,
  batchNorm,
  conv2d,
  gelu,
  layerNorm,
  matmul,
  mean,
  normal,
  relu,
  rng,
  type Shape,
  softmax,
  sum,
  type Tensor,
} from '@backprop/core'
import { CLOCKS } from './contender.ts'
import { table } from './table.ts'

/** Computes an op from leaves of these shapes. */
interface Measured {
  readonly name: string
  readonly shapes: readonly Shape[]
  readonly run: (inputs: readonly Tensor[]) => Tensor
  /** Multiplications and additions of the forward pass; ratios are per operation if both have them. */
  readonly operations?: number
}

const text = (shape: Shape) => `[${shape.join(', ')}]`

/** An op, and what it is compared with; `direct`: without Winograd's algorithm, which only one of them could use. */
type Pair = readonly [op: Measured, beside: Measured, kernels?: 'direct']

const images: Shape[] = [
  [32, 16, 32, 32],
  [32, 32, 8, 8],
  [64, 64],
]

const pairs: readonly Pair[] = [
  ...images.map((shape): Pair => [norm(shape), twoPasses(shape)]),
  ...images.slice(0, 2).map((shape): Pair => {
    const pool = { name: `mean over [2, 3] of ${text(shape)}`, shapes: [shape] }
    return [{ ...pool, run: ([x]) => mean(x, { axis: [2, 3] }) }, twoPasses(shape)]
  }),
  [unary('gelu', gelu), unary('relu', relu)],
  [conv(16, 32, 16, { kernel: 3, stride: 2 }), conv(16, 32, 16, { kernel: 3, stride: 1 }), 'direct'],
  [conv(32, 64, 8, { kernel: 3, stride: 2 }), conv(32, 64, 8, { kernel: 3, stride: 1 }), 'direct'],
  [conv(64, 64, 4, { kernel: 3, stride: 1 }), conv(16, 32, 16, { kernel: 3, stride: 1 }), 'direct'],
  [layerNormOf([896, 64]), twoPasses([896, 64])],
  [
    { name: 'softmax [1792, 14]', shapes: [[1792, 14]], run: ([x]) => softmax(x) },
    { name: 'relu [1792, 14]', shapes: [[1792, 14]], run: ([x]) => relu(x) },
  ],
  [product([128, 14, 24], [128, 14, 24]), product([256, 256], [256, 256])],
]

function norm(shape: Shape): Measured {
  const C = [shape[1]]
  return { name: `batchNorm ${text(shape)}`, shapes: [shape, C, C], run: ([x, a, b]) => batchNorm(x, a, b) }
}

function layerNormOf(shape: Shape): Measured {
  const D = [shape[1]]
  return { name: `layerNorm ${text(shape)}`, shapes: [shape, D, D], run: ([x, a, b]) => layerNorm(x, a, b) }
}

function twoPasses(shape: Shape): Measured {
  return { name: `add twice ${text(shape)}`, shapes: [shape], run: ([x]) => add(add(x, 1), x) }
}

function unary(name: string, op: (x: Tensor) => Tensor): Measured {
  return { name: `${name} [896, 128]`, shapes: [[896, 128]], run: ([x]) => op(x) }
}

function conv(C: number, O: number, size: number, { kernel, stride }: { kernel: number; stride: number }): Measured {
  const [N, out] = [32, size / stride]
  return {
    name: `conv ${kernel} × ${kernel}, ${C} to ${O}, ${size} × ${size}, stride ${stride}`,
    shapes: [[N, C, size, size], [O, C, kernel, kernel], [O]],
    run: ([x, w, b]) => conv2d(x, w, b, { padding: kernel >> 1, stride }),
    operations: 2 * N * out * out * O * C * kernel ** 2,
  }
}

/** a bᵀ, for one matrix or many. */
function product(a: Shape, b: Shape): Measured {
  const [M, K] = a.slice(-2)
  const count = a.length > 2 ? a[0] : 1
  return {
    name: `a bᵀ ${text(a)}`,
    shapes: [a, b],
    run: ([x, y]) => matmul(x, y, { transposeB: true }),
    operations: 2 * count * M * K * b[b.length - 2],
  }
}

const flag = { type: 'boolean', default: false } as const
const { values } = parseArgs({ options: { quick: flag, processor: flag } })
const clock = CLOCKS[values.processor ? 'processor' : 'elapsed']
/** Milliseconds. */
const now = () => clock() * 1000

/** The fastest forward and backward pass, in milliseconds. */
interface Best {
  forward: number
  backward: number
}

function runOnce({ run }: Measured, leaves: readonly Tensor[], best: Best): void {
  const start = now()
  const y = run(leaves)
  best.forward = Math.min(best.forward, now() - start)
  const loss = sum(y)
  const middle = now()
  backward(loss)
  best.backward = Math.min(best.backward, now() - middle)
  loss.release()
  for (const leaf of leaves) {
    leaf.grad?.release()
    leaf.grad = null
  }
}

/** Measures both in turns, so that a busy moment affects them equally; the fastest run says what the work costs. */
function measure(on: WasmBackend, [op, beside]: Pair, rounds: number): [Best, Best] {
  const random = rng(1)
  const pair = [op, beside]
  const leaves = pair.map(({ shapes }) => shapes.map(shape => normal(shape, { on, rng: random, requiresGrad: true })))
  const best: [Best, Best] = [
    { forward: Infinity, backward: Infinity },
    { forward: Infinity, backward: Infinity },
  ]
  for (let round = 0; round < rounds; round++) for (const i of [0, 1] as const) runOnce(pair[i], leaves[i], best[i])
  for (const leaf of leaves.flat()) leaf.release()
  return best
}

const HEADER = ['', 'forward', 'backward', 'beside', 'forward', 'backward', 'ratio', 'ratio', '']

function rowOf(pair: Pair, [ours, beside]: [Best, Best]): string[] {
  const [op, other, kernels] = pair
  const isPerOperation = op.operations !== undefined && other.operations !== undefined
  const work = isPerOperation ? (op.operations ?? 1) / (other.operations ?? 1) : 1
  const times = [ours.forward, ours.backward, beside.forward, beside.backward].map(ms => ms.toFixed(3))
  const ratios = [ours.forward / beside.forward, ours.backward / beside.backward]
  const [forward, back] = ratios.map(ratio => `${(ratio / work).toFixed(2)}×`)
  const [a, b, c, d] = times
  return [
    op.name,
    a,
    b,
    other.name,
    c,
    d,
    forward,
    back,
    [isPerOperation ? 'per operation' : '', kernels ?? ''].filter(Boolean).join(', '),
  ]
}

for (const relaxed of [true, false]) {
  const [on, direct] = [await wasm({ relaxed }), await wasm({ relaxed, winograd: false })]
  console.log(`${on.description}, milliseconds${values.processor ? ' of processor time' : ''}`)
  const rows = pairs.map(pair => rowOf(pair, measure(pair[2] ? direct : on, pair, values.quick ? 20 : 200)))
  console.log(`${table([HEADER, ...rows])}\n`)
}
