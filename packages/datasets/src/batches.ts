import type { Rng } from '@backprop/core/random'

/**
 * One epoch of mini-batches: index arrays of length `size` that name every example from 0 to count − 1 exactly once.
 * The last batch is shorter when `size` does not divide `count`. With `rng` the order is random, and another one at
 * each call, so call it once for each epoch; without `rng` the order is 0, 1, 2, …
 *
 * @param count how many examples there are, at least 0
 * @param size how many examples one batch holds, at least 1
 * @throws RangeError when a count or size cannot be used
 * @example [...batches(5, 2)] // [0, 1], [2, 3], [4]
 */
export function* batches(count: number, size: number, rng?: Rng): Generator<Uint32Array, void, undefined> {
  if (!Number.isInteger(count) || count < 0)
    throw new RangeError(`batches: count is ${count}, but a whole number of examples, 0 or more, is wanted.`)
  if (!Number.isInteger(size) || size < 1)
    throw new RangeError(`batches: size is ${size}, but a whole number, 1 or more, is wanted.`)
  const order = rng?.permutation(count) ?? Uint32Array.from({ length: count }, (_, i) => i)
  for (let start = 0; start < count; start += size) yield order.slice(start, start + size)
}
