import { type Backend, type FusedKernels, isContiguous, sizeOf, type Slot } from '@backprop/core'
import { type CheckedView, type CommandReader, refuse } from './reader.ts'

/** A command that has been validated. */
export interface Plan {
  /** How many numbers it makes. */
  readonly length: number
  /** About how many multiply-adds it takes. */
  readonly work: number
  /** How many numbers it needs only while it runs; none if absent. */
  readonly scratch?: number
  readonly run: () => Slot
}

type Planner = (read: CommandReader, on: Backend) => Plan

const same = (a: readonly number[], b: readonly number[]) => a.length === b.length && a.every((n, i) => n === b[i])

function wantSame(a: readonly number[], b: readonly number[]): void {
  if (!same(a, b)) refuse('shapes that do not fit')
}

const MOST_AROUND = 2 ** 28

const simple = (length: number, run: () => Slot, work = length, scratch = 0): Plan => ({ length, work, scratch, run })

/** How many numbers a kernel copies that takes only whole slots: a repeated number is one in its slot, but not in a copy. */
const copied = (...views: readonly CheckedView[]): number =>
  views.reduce(
    (sum, view) => sum + (sizeOf(view.shape) === view.length && isContiguous(view) ? 0 : sizeOf(view.shape)),
    0,
  )

/** The kernels that every backend has. */
export const REQUIRED: Readonly<Record<string, Planner>> = {
  unary(read, on) {
    const kernel = read.oneOf(['copy', 'neg', 'exp', 'log', 'sqrt', 'relu', 'sigmoid', 'tanh', 'erf'])
    const x = read.view()
    return simple(sizeOf(x.shape), () => on.unary(kernel, x))
  },
  binary(read, on) {
    const kernel = read.oneOf(['add', 'sub', 'mul', 'div', 'maximum', 'equal', 'gate'])
    const [a, b] = [read.view(), read.view()]
    wantSame(a.shape, b.shape)
    return simple(sizeOf(a.shape), () => on.binary(kernel, a, b))
  },
  reduce(read, on) {
    const kernel = read.oneOf(['sum', 'max', 'argmax'])
    const x = read.view()
    const axis = read.whole(0, x.shape.length - 1)
    if (kernel !== 'sum' && x.shape[axis] === 0) refuse('the maximum of no numbers')
    return simple(sizeOf(x.shape.toSpliced(axis, 1)), () => on.reduce(kernel, x, axis), sizeOf(x.shape), copied(x))
  },
  matmul(read, on) {
    const [a, b] = [read.view(), read.view()]
    if (a.shape.length < 2) refuse('a matrix with fewer than two axes')
    const [M, K] = a.shape.slice(-2)
    const [rows, N] = b.shape.slice(-2)
    wantSame([...a.shape.slice(0, -2), K], [...b.shape.slice(0, -2), rows])
    const length = sizeOf([...a.shape.slice(0, -2), M, N])
    return simple(length, () => on.matmul(a, b), length * (2 * K + 1), copied(a, b))
  },
  concat(read, on) {
    const parts = read.views(4096)
    const { shape } = parts[0]
    const axis = read.whole(0, shape.length - 1)
    for (const part of parts) wantSame(part.shape.toSpliced(axis, 1), shape.toSpliced(axis, 1))
    const length = parts.reduce((sum, part) => sum + sizeOf(part.shape), 0)
    // Empty parts count too: sizes along the axis are added up, and multiplied by the others.
    const total = parts.reduce((sum, part) => sum + part.shape[axis], 0)
    if (total > 2 ** 30) refuse('a shape with too many numbers')
    return simple(length, () => on.concat(parts, axis), length, copied(...parts))
  },
  gather(read, on) {
    const x = withAxes(read.view(), 3)
    const [A, R, B] = x.shape
    const indices = read.indices(R)
    const length = A * indices.length * B
    return simple(length, () => on.gather(x, indices), length, copied(x))
  },
  scatterAdd(read, on) {
    const dy = withAxes(read.view(), 3)
    const [A, n, B] = dy.shape
    const R = read.whole(0, 2 ** 30)
    const indices = read.indices(R, n)
    return simple(A * R * B, () => on.scatterAdd(dy, indices, R), A * (R + n) * B, copied(dy))
  },
}

function withAxes(view: CheckedView, rank: number): CheckedView {
  return view.shape.length === rank ? view : refuse('a view with the wrong number of axes')
}

type Fused = Readonly<
  Record<Exclude<keyof FusedKernels, 'adam'>, (read: CommandReader, on: Partial<FusedKernels>) => Plan>
>

const gone = (): never => refuse('a kernel that this device does not have')

/** The optional kernels except `adam`, which consumes its inputs; on contiguous views only. */
export const FUSED: Fused = {
  linear(read, { linear = gone }) {
    const [x, w, bias] = [read.dense(2), read.dense(2), read.dense(1)]
    const [[N, K], M] = [x.shape, w.shape[1]]
    wantSame(w.shape, [K, M])
    wantSame(bias.shape, [M])
    return simple(N * M, () => linear(x, w, bias), N * M * (2 * K + 1))
  },
  conv2d(read, { conv2d = gone }) {
    const [x, w, bias, settings] = [read.dense(4), read.dense(4), read.dense(1), read.convSettings()]
    const { result, work, scratch } = convolved(x.shape, w.shape, settings)
    wantSame(bias.shape, [w.shape[0]])
    return simple(sizeOf(result), () => conv2d(x, w, bias, settings), work, scratch)
  },
  conv2dInputGradient(read, { conv2dInputGradient = gone }) {
    const [dy, w, input, settings] = [read.dense(4), read.dense(4), read.shape(4), read.convSettings()]
    const { result, work, scratch } = convolved(input, w.shape, settings)
    wantSame(dy.shape, result)
    return simple(sizeOf(input), () => conv2dInputGradient(dy, w, input, settings), work, scratch)
  },
  conv2dKernelGradient(read, { conv2dKernelGradient = gone }) {
    const [x, dy, kernel, settings] = [read.dense(4), read.dense(4), read.shape(4), read.convSettings()]
    const { result, work, scratch } = convolved(x.shape, kernel, settings)
    wantSame(dy.shape, result)
    return simple(sizeOf(kernel), () => conv2dKernelGradient(x, dy, kernel, settings), work, scratch)
  },
  maxPool2d(read, { maxPool2d = gone }) {
    const [x, settings] = [read.dense(4), read.poolSettings()]
    const { result, work } = pooled(x.shape, settings)
    return simple(sizeOf(result), () => maxPool2d(x, settings), work)
  },
  maxPool2dGradient(read, { maxPool2dGradient = gone }) {
    const [x, dy, settings] = [read.dense(4), read.dense(4), read.poolSettings()]
    const { result, work } = pooled(x.shape, settings)
    wantSame(dy.shape, result)
    return simple(sizeOf(x.shape), () => maxPool2dGradient(x, dy, settings), work * settings.kernel ** 2)
  },
  avgPool2d(read, { avgPool2d = gone }) {
    const [x, settings] = [read.dense(4), read.poolSettings()]
    const { result, work } = pooled(x.shape, settings)
    return simple(sizeOf(result), () => avgPool2d(x, settings), work)
  },
  avgPool2dGradient(read, { avgPool2dGradient = gone }) {
    const [dy, input, settings] = [read.dense(4), read.shape(4), read.poolSettings()]
    const { result, work } = pooled(input, settings)
    wantSame(dy.shape, result)
    return simple(sizeOf(input), () => avgPool2dGradient(dy, input, settings), work)
  },
  gelu(read, { gelu = gone }) {
    const x = read.dense(1)
    return simple(sizeOf(x.shape), () => gelu(x))
  },
  geluGradient(read, { geluGradient = gone }) {
    const [x, dy] = [read.dense(1), read.dense(1)]
    wantSame(dy.shape, x.shape)
    return simple(sizeOf(x.shape), () => geluGradient(x, dy))
  },
  channelMoments(read, { channelMoments = gone }) {
    const x = read.dense(3)
    return simple(2 * x.shape[1], () => channelMoments(x), sizeOf(x.shape) + x.shape[1])
  },
  batchNorm(read, { batchNorm = gone }) {
    const [x, moments, scale, shift] = [read.dense(3), read.dense(2), read.dense(1), read.dense(1)]
    const epsilon = read.number()
    wantChannels(x.shape, [moments], [scale, shift])
    return simple(sizeOf(x.shape), () => batchNorm(x, moments, scale, shift, epsilon))
  },
  batchNormSums(read, { batchNormSums = gone }) {
    const [x, dy, moments, epsilon] = [read.dense(3), read.dense(3), read.dense(2), read.number()]
    wantSame(dy.shape, x.shape)
    wantChannels(x.shape, [moments], [])
    return simple(2 * x.shape[1], () => batchNormSums(x, dy, moments, epsilon), sizeOf(x.shape) + x.shape[1])
  },
  batchNormInputGradient(read, { batchNormInputGradient = gone }) {
    const [x, dy, moments, scale, sums] = [read.dense(3), read.dense(3), read.dense(2), read.dense(1), read.dense(2)]
    const epsilon = read.number()
    wantSame(dy.shape, x.shape)
    wantChannels(x.shape, [moments, sums], [scale])
    return simple(sizeOf(x.shape), () => batchNormInputGradient(x, dy, moments, scale, sums, epsilon))
  },
  rowMoments(read, { rowMoments = gone }) {
    const [x, epsilon] = [read.dense(2), read.number()]
    return simple(2 * x.shape[0], () => rowMoments(x, epsilon), sizeOf(x.shape) + x.shape[0])
  },
  layerNorm(read, { layerNorm = gone }) {
    const [x, moments, scale, shift] = [read.dense(2), read.dense(2), read.dense(1), read.dense(1)]
    wantRows(x.shape, moments, [scale, shift])
    return simple(sizeOf(x.shape), () => layerNorm(x, moments, scale, shift))
  },
  layerNormSums(read, { layerNormSums = gone }) {
    const [x, dy, moments] = [read.dense(2), read.dense(2), read.dense(2)]
    wantSame(dy.shape, x.shape)
    wantRows(x.shape, moments, [])
    return simple(2 * x.shape[1], () => layerNormSums(x, dy, moments), sizeOf(x.shape) + x.shape[1])
  },
  layerNormInputGradient(read, { layerNormInputGradient = gone }) {
    const [x, dy, moments, scale] = [read.dense(2), read.dense(2), read.dense(2), read.dense(1)]
    wantSame(dy.shape, x.shape)
    wantRows(x.shape, moments, [scale])
    return simple(sizeOf(x.shape), () => layerNormInputGradient(x, dy, moments, scale))
  },
  softmax(read, { softmax = gone }) {
    const x = read.dense(2)
    return simple(sizeOf(x.shape), () => softmax(x))
  },
  logSoftmax(read, { logSoftmax = gone }) {
    const x = read.dense(2)
    return simple(sizeOf(x.shape), () => logSoftmax(x))
  },
  crossEntropy(read, { crossEntropy = gone }) {
    const logits = read.dense(2)
    const [N, C] = logits.shape
    const labels = read.indices(C, N)
    return simple(1, () => crossEntropy(logits, labels), N * C + 1)
  },
  crossEntropyGradient(read, { crossEntropyGradient = gone }) {
    const logits = read.dense(2)
    const [N, C] = logits.shape
    const labels = read.indices(C, N)
    return simple(N * C, () => crossEntropyGradient(logits, labels))
  },
}

/** Pairs [2, C] and rows [C] for the channels of x [N, C, P]. */
function wantChannels([, C]: readonly number[], pairs: readonly CheckedView[], rows: readonly CheckedView[]): void {
  for (const pair of pairs) wantSame(pair.shape, [2, C])
  for (const row of rows) wantSame(row.shape, [C])
}

/** Moments [2, R] and vectors [S] for the rows of x [R, S]. */
function wantRows([R, S]: readonly number[], moments: CheckedView, vectors: readonly CheckedView[]): void {
  wantSame(moments.shape, [2, R])
  for (const vector of vectors) wantSame(vector.shape, [S])
}

/** The shape of a convolution of x [N, C, H, W] with w [O, C, kH, kW], and its cost. */
function convolved(x: readonly number[], w: readonly number[], settings: { stride: number; padding: number }) {
  const [N, C, H, W] = x
  const [O, channels, kH, kW] = w
  if (channels !== C || O * C * kH * kW === 0) refuse('kernels that do not fit the images')
  const [high, wide] = [H + 2 * settings.padding, W + 2 * settings.padding]
  if (high < kH || wide < kW) refuse('a window larger than the image')
  const [oH, oW] = [(high - kH) / settings.stride, (wide - kW) / settings.stride].map(n => Math.floor(n) + 1)
  // The padded images are materialized, and so are the zeros between the numbers of a gradient.
  const around = N * Math.max(C, O) * (high + kH + settings.stride) * (wide + kW + settings.stride)
  if (around > MOST_AROUND) refuse('images with too many zeros around them')
  const scratch = settings.padding > 0 ? N * C * high * wide : 0
  return { result: [N, O, oH, oW], work: 2 * N * O * oH * oW * C * kH * kW + around, scratch }
}

/** The same for pooling x [N, C, H, W]. */
function pooled([N, C, H, W]: readonly number[], { kernel, stride }: { kernel: number; stride: number }) {
  if (H < kernel || W < kernel) refuse('a window larger than the image')
  const [oH, oW] = [(H - kernel) / stride, (W - kernel) / stride].map(n => Math.floor(n) + 1)
  return { result: [N, C, oH, oW], work: N * C * (oH * oW * kernel ** 2 + H * W) }
}
