/** The part of a random number generator that this package needs. `rng(seed)` of `@backprop/core` has it. */
export interface RandomSource {
  /** A number from 0 up to, but not including, 1. */
  uniform(): number
  /** A normally distributed number with mean 0 and variance 1. */
  normal(): number
  /** A whole number from 0 up to, but not including, `below`. */
  integer(below: number): number
}

/** The whole numbers 0 … count − 1 as an index array. */
export function indices(count: number): Uint32Array {
  return Uint32Array.from({ length: count }, (_, i) => i)
}

/** Put the indices into a random order, in place: Fisher and Yates. */
export function shuffle(values: Uint32Array, rng: RandomSource): Uint32Array {
  for (let last = values.length - 1; last > 0; last -= 1) {
    const pick = rng.integer(last + 1)
    const picked = values[pick]
    values[pick] = values[last]
    values[last] = picked
  }
  return values
}
