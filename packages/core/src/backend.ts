/**
 * A backend is a device that stores numbers and computes with them: a few loops in JavaScript, a WebAssembly module, a
 * GPU. Core needs a dozen kernels and builds every op from those, so a new backend starts small; what it computes
 * faster in one go it adds under `fused`, and core stops composing that. Kernels are queued, not awaited; only `read`
 * waits. Shapes are checked before a kernel is called: a backend computes, it does not validate.
 */
export interface Backend {
  readonly name: string
  readonly dtype: 'float32' | 'float64'
  /** Copies numbers to the device, in row-major order. */
  write(values: ArrayLike<number>): Slot
  /** Copies all numbers of a slot back. */
  read(slot: Slot): Promise<FloatArray>
  /** The same without waiting; left out if the device cannot do that. */
  readSync?(slot: Slot): FloatArray
  /** The slot will not be used again. */
  free(slot: Slot): void
  /** y = f(x), contiguous. */
  unary(kernel: UnaryKernel, x: View): Slot
  /** y = f(a, b), contiguous; `a` and `b` have the same shape (a repeated axis has stride 0). */
  binary(kernel: BinaryKernel, a: View, b: View): Slot
  /** Reduces over one axis and keeps the order of the others; an empty sum is 0. */
  reduce(kernel: ReduceKernel, x: View, axis: number): Slot
  /** [...B, M, K] × [...B, K, N] → [...B, M, N]; both have the same batch axes B, if any. An empty K gives zeros. */
  matmul(a: View, b: View): Slot
  /** Joins views along an axis, contiguous; their other sizes are equal. */
  concat(parts: readonly View[], axis: number): Slot
  /** x [A, R, B], n indices from 0 to R − 1 → [A, n, B]: y[a, i, b] = x[a, indices[i], b] */
  gather(x: View, indices: Int32Array): Slot
  /**
   * The transpose of gather: dy [A, n, B] → [A, R, B], zeros plus row i of dy at indices[i]; repeated indices add up.
   */
  scatterAdd(dy: View, indices: Int32Array, R: number): Slot
  /** Ops that this device computes in one go; core composes the missing ones. */
  readonly fused?: Partial<FusedKernels>
}

/** `copy` makes a strided view contiguous; `erf` is 2/√π ∫₀ˣ exp(−t²) dt, to the precision of the dtype. */
export type UnaryKernel = 'copy' | 'neg' | 'exp' | 'log' | 'sqrt' | 'relu' | 'sigmoid' | 'tanh' | 'erf'
/** `equal` is 1 where a = b and 0 elsewhere; `gate` is a where b > 0 and 0 elsewhere. A `maximum` with NaN is NaN. */
export type BinaryKernel = 'add' | 'sub' | 'mul' | 'div' | 'maximum' | 'equal' | 'gate'
/** `argmax` is the index of the first largest number; a NaN counts as larger than any number. */
export type ReduceKernel = 'sum' | 'max' | 'argmax'

/** The optional kernels, on contiguous views. Core can compose each of them, and tests compare the two. */
export interface FusedKernels {
  /** x [N, K], w [K, M], bias [M] → x w + bias, [N, M] */
  linear(x: View, w: View, bias: View): Slot
  /** x [N, C, H, W], w [O, C, kH, kW], bias [O] → [N, O, oH, oW] where oH = ⌊(H + 2 padding − kH) / stride⌋ + 1 */
  conv2d(x: View, w: View, bias: View, settings: ConvSettings): Slot
  /** dy [N, O, oH, oW], w [O, C, kH, kW] → dx [N, C, H, W] = inputShape */
  conv2dInputGradient(dy: View, w: View, inputShape: readonly number[], settings: ConvSettings): Slot
  /** x [N, C, H, W], dy [N, O, oH, oW] → dw [O, C, kH, kW] = kernelShape */
  conv2dKernelGradient(x: View, dy: View, kernelShape: readonly number[], settings: ConvSettings): Slot
  /** x [N, C, H, W] → the largest number of each window, [N, C, oH, oW] where oH = ⌊(H − kernel) / stride⌋ + 1 */
  maxPool2d(x: View, settings: PoolSettings): Slot
  /** x [N, C, H, W], dy [N, C, oH, oW] → dx: each window passes dy to its first largest number; overlaps add up */
  maxPool2dGradient(x: View, dy: View, settings: PoolSettings): Slot
  /** x [N, C, H, W] → the mean of each window, [N, C, oH, oW] */
  avgPool2d(x: View, settings: PoolSettings): Slot
  /** dy [N, C, oH, oW] → dx [N, C, H, W] = inputShape: each window spreads dy / kernel² evenly */
  avgPool2dGradient(dy: View, inputShape: readonly number[], settings: PoolSettings): Slot
  /** x [n] → x Φ(x), where Φ is the cumulative distribution function of the normal distribution */
  gelu(x: View): Slot
  /** x and dy [n] → dy (Φ(x) + x φ(x)), where φ is the density of the normal distribution */
  geluGradient(x: View, dy: View): Slot
  /** x [N, C, P] → the mean and the variance of each channel, [2, C]; the variance divides by N P */
  channelMoments(x: View): Slot
  /** x [N, C, P], moments [2, C], scale and shift [C] → (x − mean) / √(variance + ε) · scale + shift */
  batchNorm(x: View, moments: View, scale: View, shift: View, epsilon: number): Slot
  /** With z = (x − mean) / √(variance + ε): Σ dy z and Σ dy of each channel, the gradients for scale and shift, [2, C] */
  batchNormSums(x: View, dy: View, moments: View, epsilon: number): Slot
  /** scale / √(variance + ε) · (dy − mean(dy) − z mean(dy z)), where the means are `sums` over N P, [N, C, P] */
  batchNormInputGradient(x: View, dy: View, moments: View, scale: View, sums: View, epsilon: number): Slot
  /** x [R, S] → the mean and 1 / √(variance + ε) of each row, [2, R]; the variance divides by S */
  rowMoments(x: View, epsilon: number): Slot
  /** x [R, S], moments [2, R], scale and shift [S] → z · scale + shift, where z = (x − mean) / √(variance + ε) */
  layerNorm(x: View, moments: View, scale: View, shift: View): Slot
  /** Σ dy z and Σ dy of each column, the gradients for scale and shift, [2, S] */
  layerNormSums(x: View, dy: View, moments: View): Slot
  /** (g − mean(g) − z mean(g z)) / √(variance + ε), where g = dy · scale and the means are those of each row, [R, S] */
  layerNormInputGradient(x: View, dy: View, moments: View, scale: View): Slot
  /** Softmax over the last axis of x [R, C], shifted by the largest number so that nothing overflows. */
  softmax(x: View): Slot
  /** The logarithm of softmax, x − log Σ exp(x), [R, C] */
  logSoftmax(x: View): Slot
  /** logits [N, C], labels [N] → mean of −log softmax(logits)[label], [] */
  crossEntropy(logits: View, labels: Int32Array): Slot
  /** logits [N, C], labels [N] → (softmax(logits) − oneHot(labels)) / N, [N, C] */
  crossEntropyGradient(logits: View, labels: Int32Array): Slot
  /**
   * One step of Adam: the next value and the next two moments, all of one shape, whole and contiguous. The caller gives
   * up the slots of `value`, `m` and `v`: the backend writes into them and returns them, or frees them and returns
   * others. The slot of `gradient` stays with the caller.
   */
  adam(value: View, gradient: View, m: View, v: View, settings: AdamSettings): readonly [value: Slot, m: Slot, v: Slot]
}

/** How far a kernel moves each time, and how many zeros surround the image on each side. */
export interface ConvSettings {
  readonly stride: number
  readonly padding: number
}

/** Windows of kernel × kernel numbers, `stride` apart. */
export interface PoolSettings {
  readonly kernel: number
  readonly stride: number
}

/** The constants of one Adam step; `step` counts from 1. */
export interface AdamSettings {
  readonly learningRate: number
  readonly beta1: number
  readonly beta2: number
  readonly epsilon: number
  readonly step: number
}

/** Numbers as a backend returns them, in its dtype. */
export type FloatArray = Float32Array | Float64Array

/**
 * A buffer that lives on a backend. Opaque: only the backend that made it can look inside. It is an object, so that a
 * backend whose memory the garbage collector does not see can learn from a `FinalizationRegistry` that one was dropped.
 */
export interface Slot {
  readonly __slot: never
}

/** A strided window on a slot. Stride 0 repeats an axis, so broadcasting costs no copy and no kernel. */
export interface View {
  readonly slot: Slot
  readonly shape: readonly number[]
  readonly strides: readonly number[]
  readonly offset: number
}
