import { type Rng, rng } from '@backprop/core'

/** Two square matrices to multiply. */
export interface Matrices {
  readonly size: number
  readonly a: Float32Array<ArrayBuffer>
  readonly b: Float32Array<ArrayBuffer>
}

/** Examples with their labels; images as NCHW. */
export interface Batch {
  readonly x: Float32Array<ArrayBuffer>
  readonly labels: Uint8Array<ArrayBuffer>
}

/** A data set of grey images, one byte a pixel. */
export interface Digits {
  readonly train: { readonly images: Uint8Array<ArrayBuffer>; readonly labels: Uint8Array<ArrayBuffer> }
  readonly test: { readonly images: Uint8Array<ArrayBuffer>; readonly labels: Uint8Array<ArrayBuffer> }
}

export type ModelName = 'mlp' | 'cnn' | 'attention'

export interface Weight {
  /** Dense [in, out], convolution [out, in, height, width], bias [out]. */
  readonly shape: readonly number[]
  readonly values: Float32Array<ArrayBuffer>
}

/** The weights that all contenders start from, so that all compute the same losses. */
export interface Start {
  readonly model: ModelName
  readonly batch: number
  readonly weights: readonly Weight[]
}

/** The constants of Adam that all contenders use. */
export const ADAM = { learningRate: 1e-3, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 }

export const CLASSES = 10

/** Scale and shift. The scale of a norm is 1 plus its weight, so that vectors start at 0 here too. */
const NORM = [[48], [48]]
const SQUARE = [48, 48]

/** The shape of one example, and the shapes of the weights in order. */
export const MODELS: Record<ModelName, { readonly input: readonly number[]; readonly weights: number[][] }> = {
  mlp: { input: [784], weights: [[784, 128], [128], [128, 64], [64], [64, 10], [10]] },
  cnn: {
    input: [3, 32, 32],
    weights: [[32, 3, 3, 3], [32], [64, 32, 3, 3], [64], [64 * 8 * 8, 128], [128], [128, 10], [10]],
  },
  // A block of lab 10 with one head, on 13 words of 48 numbers, whose mean is classified. The squares are for queries, keys,
  // values and what they give.
  attention: {
    input: [13, 48],
    weights: [...NORM, SQUARE, SQUARE, SQUARE, SQUARE, ...NORM, [48, 96], [96], [96, 48], [48], [48, 10], [10]],
  },
}

const sizeOf = (shape: readonly number[]) => shape.reduce((a, b) => a * b, 1)

/** He's uniform weights and zero biases. */
export function startOf(model: ModelName, batch: number, seed = 1): Start {
  const generator = rng(seed)
  const weights = MODELS[model].weights.map(shape => {
    const fanIn = shape.length === 4 ? sizeOf(shape.slice(1)) : shape[0]
    const bound = shape.length === 1 ? 0 : Math.sqrt(6 / fanIn)
    return { shape, values: uniform(sizeOf(shape), bound, generator) }
  })
  return { model, batch, weights }
}

export function drawBatch({ model, batch }: Start, generator: Rng): Batch {
  const x = uniform(batch * sizeOf(MODELS[model].input), 1, generator)
  return { x, labels: Uint8Array.from({ length: batch }, () => generator.integer(CLASSES)) }
}

export function drawMatrices(size: number, generator: Rng): Matrices {
  return { size, a: uniform(size * size, 1, generator), b: uniform(size * size, 1, generator) }
}

function uniform(count: number, bound: number, generator: Rng): Float32Array<ArrayBuffer> {
  const values = new Float32Array(count)
  for (let i = 0; i < count; i++) values[i] = bound * (2 * generator.uniform() - 1)
  return values
}
