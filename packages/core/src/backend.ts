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
  /** [M, K] × [K, N] → [M, N] */
  matmul(a: View, b: View): Slot
  /** What this device can do in one go; core composes what is missing. */
  readonly fused?: Partial<FusedKernels>
}

/** `step` is 1 where x > 0 and 0 elsewhere; `copy` makes a strided view contiguous. */
export type UnaryKernel = 'copy' | 'neg' | 'exp' | 'log' | 'sqrt' | 'relu' | 'step' | 'sigmoid' | 'tanh'
/** `equal` is 1 where a = b and 0 elsewhere. */
export type BinaryKernel = 'add' | 'sub' | 'mul' | 'div' | 'equal'
/** `argmax` is the index of the first largest number. A NaN is larger than any number. */
export type ReduceKernel = 'sum' | 'max' | 'argmax'

/** The optional group. Each has a composed twin in core, and tests that compare the two. */
export interface FusedKernels {
  /** logits [N, C], labels [N] → mean of −log softmax(logits)[label], [] */
  crossEntropy(logits: View, labels: Int32Array): Slot
  /** logits [N, C], labels [N] → (softmax(logits) − oneHot(labels)) / N, [N, C] */
  crossEntropyGradient(logits: View, labels: Int32Array): Slot
  /** One step of Adam: the next value and the next two moments, all of one shape. */
  adam(value: View, gradient: View, m: View, v: View, settings: AdamSettings): readonly [value: Slot, m: Slot, v: Slot]
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
