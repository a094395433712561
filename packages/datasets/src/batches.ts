import type { Rng } from '@backprop/core/random'

/**
 * One epoch of mini-batches: index arrays of length `size` that hold every example from 0 to count − 1 exactly once.
 * The last batch is shorter if `size` does not divide `count`. With `rng` the order is random and differs from call to
 * call, so call it once for each epoch; without `rng` the order is 0, 1, 2, …
 *
 * @param count the number of examples, at least 0
 * @param size the number of examples in a batch, at least 1
 * @throws RangeError if count or size is not such a whole number
 * @example [...batches(5, 2)] // [0, 1], [2, 3], [4]
 */
export function* batches(count: number, size: number, rng?: Rng): Generator<Uint32Array, void, undefined> {
  if (!Number.isInteger(count) || count < 0)
    throw new RangeError(`batches: count is ${count}, expected a whole number of at least 0.`)
  if (!Number.isInteger(size) || size < 1)
    throw new RangeError(`batches: size is ${size}, expected a whole number of at least 1.`)
  const order = rng?.permutation(count) ?? Uint32Array.from({ length: count }, (_, i) => i)
  for (let start = 0; start < count; start += size) yield order.slice(start, start + size)
}
