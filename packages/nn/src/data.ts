import { type Backend, explain, type Indices, type Shape, shapeText, sizeOf, type Tensor, tensor } from '@backprop/core'

/** What a model takes. */
export type Input = Tensor | Indices

/** Several examples. The code that made the tensors owns them: `fit` and `evaluate` release nothing of a batch. */
export interface Batch<Y, X extends Input = Tensor> {
  readonly x: X // [n, ...]
  /** What the loss compares the output with: labels, or a tensor. */
  readonly y: Y
}

/** Batches, or a function that makes new ones for each epoch, because a generator runs only once. */
export type Batches<Y, X extends Input = Tensor> = Sequence<Batch<Y, X>> | (() => Sequence<Batch<Y, X>>)
/** Anything that `for await` can walk through. */
export type Sequence<T> = Iterable<T> | AsyncIterable<T>

/** Numbers in plain memory, example after example; `shape` is that of one example. */
export interface Rows {
  readonly values: ArrayLike<number>
  readonly shape: Shape
}

/** Whole numbers in plain memory, such as the words of sentences; `shape` is that of one example. */
export type IndexRows = Indices

/** Rows become a tensor, and indices stay what they are; both get an axis in front. */
export type PickedInput<X> = X extends Rows ? Tensor : Indices

/** Labels become the labels of the batch, rows become a tensor [n, ...shape]. */
export type Picked<Y> = Y extends Rows ? Tensor : Int32Array

/**
 * One batch for each array of indices, such as `batches(count, size, rng)` of @backprop/datasets yields. A batch is
 * made when it is its turn, and its tensors are released when the next one is asked for, so only one is ever in memory.
 * `fit(model, () => batchesOf({ x, y }, batches(1000, 32, rng), { on }), …)`
 */
export function* batchesOf<Y extends Rows | ArrayLike<number>, X extends Rows | IndexRows = Rows>(
  { x, y }: { readonly x: X; readonly y: Y },
  order: Iterable<ArrayLike<number>>,
  { on }: { readonly on: Backend },
): Generator<Batch<Picked<Y>, PickedInput<X>>, void, undefined> {
  const count = checkCounts(x, y)
  for (const indices of order) {
    checkIndices(indices, count)
    const rows = isRows(x) ? pickRows(x, indices, on) : pickIndices(x, indices)
    const targets = isRows(y) ? pickRows(y, indices, on) : pickLabels(y, indices)
    try {
      // The lines above made the same choices as the types.
      yield { x: rows as PickedInput<X>, y: targets as Picked<Y> }
    } finally {
      if ('release' in rows) rows.release('their batch is over')
      if (!(targets instanceof Int32Array)) targets.release('their batch is over')
    }
  }
}

const isRows = (y: Rows | IndexRows | ArrayLike<number>): y is Rows => 'values' in y && 'shape' in y

function countOf(y: Rows | IndexRows | ArrayLike<number>): number {
  if (!('shape' in y)) return y.length
  return (isRows(y) ? y.values : y.indices).length / sizeOf(y.shape)
}

function pickRows({ values, shape }: Rows, indices: ArrayLike<number>, on: Backend): Tensor {
  const size = sizeOf(shape)
  const count = indices.length * size
  const picked = on.dtype === 'float64' ? new Float64Array(count) : new Float32Array(count)
  for (let row = 0; row < indices.length; row++) {
    const start = indices[row] * size
    if (isTyped(values)) picked.set(values.subarray(start, start + size), row * size)
    else for (let i = 0; i < size; i++) picked[row * size + i] = values[start + i]
  }
  return tensor(picked, { on, shape: [indices.length, ...shape] })
}

function pickIndices({ indices, shape }: IndexRows, rows: ArrayLike<number>): Indices {
  const size = sizeOf(shape)
  const picked = Int32Array.from({ length: rows.length * size }, (_, i) => {
    return indices[rows[Math.floor(i / size)] * size + (i % size)]
  })
  return { indices: picked, shape: [rows.length, ...shape] }
}

/** A typed array copies a row in one go. */
const isTyped = (values: ArrayLike<number>): values is Float32Array =>
  ArrayBuffer.isView(values) && 'subarray' in values

function pickLabels(labels: ArrayLike<number>, indices: ArrayLike<number>): Int32Array {
  const picked = new Int32Array(indices.length)
  for (let row = 0; row < indices.length; row++) {
    const label = labels[indices[row]]
    picked[row] = label
    if (picked[row] !== label) throw notALabel(indices[row], label)
  }
  return picked
}

/** An Int32Array would silently turn 0.9 and NaN into 0. */
function notALabel(example: number, label: unknown): RangeError {
  const fact = `the label of example ${example} is ${String(label)}, but a label is a whole number, such as 3`
  const hint = 'pass targets other than classes as { values, shape }: y: { values, shape: [] }'
  return new RangeError(explain('batchesOf', fact, hint))
}

function checkCounts(x: Rows | IndexRows, y: Rows | ArrayLike<number>): number {
  const [left, right] = [countOf(x), countOf(y)]
  if (left === right && Number.isInteger(left)) return left
  const { length } = isRows(x) ? x.values : x.indices
  const fact = `x holds ${length} numbers, which is ${left} examples of shape ${shapeText(x.shape)}`
  throw new RangeError(explain('batchesOf', `${fact}, and y holds ${right}`, 'each example needs one target'))
}

function checkIndices(indices: ArrayLike<number>, count: number): void {
  for (let row = 0; row < indices.length; row++) {
    const index = indices[row]
    if (Number.isInteger(index) && index >= 0 && index < count) continue
    const fact = `index ${row} of a batch is ${index}, but with ${count} examples it must be an integer from 0 to ${count - 1}`
    throw new RangeError(explain('batchesOf', fact))
  }
}
