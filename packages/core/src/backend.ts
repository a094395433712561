/**
 * A backend is a device that holds numbers and computes with them: a few loops in JavaScript, a WebAssembly module, a
 * GPU. Core asks it for a dozen kernels and builds every op out of those, so a new backend starts small; whatever it
 * can do faster in one go it adds under `fused`, and core stops composing that. Kernels are queued, not awaited; only
 * `read` waits. Shapes were checked before a kernel is called: a backend computes, it does not validate.
 */
export interface Backend {
  readonly name: string
  readonly dtype: 'float32' | 'float64'
  /** Copies numbers to the device, in row-major order. */
  write(values: ArrayLike<number>): Slot
  /** Copies all numbers of a slot back. */
  read(slot: Slot): Promise<FloatArray>
  /** The same without waiting; left out where the device cannot. */
  readSync?(slot: Slot): FloatArray
  /** The slot will not be used again. */
  free(slot: Slot): void
  /** y = f(x), contiguous. */
  unary(kernel: UnaryKernel, x: View): Slot
  /** y = f(a, b), contiguous; `a` and `b` have the same shape (a repeated axis has stride 0). */
  binary(kernel: BinaryKernel, a: View, b: View): Slot
  /** Takes one axis away, and leaves the others in their order; an empty sum is 0. */
  reduce(kernel: ReduceKernel, x: View, axis: number): Slot
  /** [...B, M, K] × [...B, K, N] → [...B, M, N]; both have the same batch axes B, or none. An empty K gives zeros. */
  matmul(a: View, b: View): Slot
  /** Lays views one behind the other along an axis, contiguous; their other sizes are equal. */
  concat(parts: readonly View[], axis: number): Slot
  /** x [A, R, B], n indices from 0 to R − 1 → [A, n, B]: y[a, i, b] = x[a, indices[i], b] */
  gather(x: View, indices: Int32Array): Slot
  /** The transpose of gather: dy [A, n, B] → [A, R, B], zeros plus each row i of dy at indices[i]; repeated ones add up. */
  scatterAdd(dy: View, indices: Int32Array, R: number): Slot
  /** What this device can do in one go; core composes what is missing. */
  readonly fused?: Partial<FusedKernels>
}

/** `copy` makes a strided view contiguous; `erf` is 2/√π ∫₀ˣ exp(−t²) dt, to as many digits as the dtype has. */
export type UnaryKernel = 'copy' | 'neg' | 'exp' | 'log' | 'sqrt' | 'relu' | 'sigmoid' | 'tanh' | 'erf'
/** `equal` is 1 where a = b and 0 elsewhere; `gate` is a where b > 0 and 0 elsewhere. A `maximum` with NaN is NaN. */
export type BinaryKernel = 'add' | 'sub' | 'mul' | 'div' | 'maximum' | 'equal' | 'gate'
/** `argmax` is the index of the first largest number. A NaN is larger than any number. */
export type ReduceKernel = 'sum' | 'max' | 'argmax'

/** The optional group, on contiguous views. Each has a composed twin in core, and tests that compare the two. */
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
  /** x [N, C, H, W], dy [N, C, oH, oW] → dx: each window passes dy on to its first largest number; overlaps add up */
  maxPool2dGradient(x: View, dy: View, settings: PoolSettings): Slot
  /** x [N, C, H, W] → the mean of each window, [N, C, oH, oW] */
  avgPool2d(x: View, settings: PoolSettings): Slot
  /** dy [N, C, oH, oW] → dx [N, C, H, W] = inputShape: each window spreads dy / kernel² evenly */
  avgPool2dGradient(dy: View, inputShape: readonly number[], settings: PoolSettings): Slot
  /** Softmax over the last axis of x [R, C]; shifted by the largest, so nothing overflows. */
  softmax(x: View): Slot
  /** The logarithm of that, x − log Σ exp(x), [R, C] */
  logSoftmax(x: View): Slot
  /** logits [N, C], labels [N] → mean of −log softmax(logits)[label], [] */
  crossEntropy(logits: View, labels: Int32Array): Slot
  /** logits [N, C], labels [N] → (softmax(logits) − oneHot(labels)) / N, [N, C] */
  crossEntropyGradient(logits: View, labels: Int32Array): Slot
  /**
   * One step of Adam: the next value and the next two moments, all of one shape. The caller gives up the slots of
   * `value`, `m` and `v`: the backend writes into them and returns them, or returns others and frees them. Each is whole
   * and contiguous. The slot of `gradient` stays with the caller.
   */
  adam(value: View, gradient: View, m: View, v: View, settings: AdamSettings): readonly [value: Slot, m: Slot, v: Slot]
}

/** How far a kernel moves from one place to the next, and how many zeros surround the image on each side. */
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
