import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64'
import { uniformInt } from 'pure-rand/distribution/uniformInt'
import { xoroshiro128plusFromState } from 'pure-rand/generator/xoroshiro128plus'
import type { RandomGenerator } from 'pure-rand/types/RandomGenerator'

/** A generator of random numbers: one seed gives the same numbers on every machine (xoroshiro128+ of `pure-rand`). */
export class Rng {
  readonly #generator: RandomGenerator

  private constructor(state: readonly number[]) {
    this.#generator = xoroshiro128plusFromState(state)
  }

  /** Starts from a seed, an integer from 0 to 2³² − 1. Throws `RangeError` otherwise. */
  static fromSeed(seed: number): Rng {
    if (!Number.isInteger(seed) || seed < 0 || seed > 0xffffffff) {
      throw new RangeError(`rng: the seed is ${seed}, expected an integer from 0 to ${0xffffffff}.`)
    }
    return new Rng(spread(seed))
  }

  /** Continues exactly where the generator that returned this `state()` was. */
  static fromState(state: readonly number[]): Rng {
    if (state.length !== 4 || !state.every(word => Number.isInteger(word))) {
      throw new RangeError('Rng.fromState: the state must be the four integers that state() returned.')
    }
    return new Rng(state)
  }

  /** The whole state of the generator as plain data. */
  state(): number[] {
    return [...this.#generator.getState()]
  }

  /** A number in [0, 1), with 53 random bits. */
  uniform(): number {
    return uniformFloat64(this.#generator)
  }

  /**
   * An integer from 0 to below − 1, all equally likely. Throws `RangeError` if `below` is not a whole number of at
   * least 1.
   */
  integer(below: number): number {
    if (!Number.isSafeInteger(below) || below < 1) {
      throw new RangeError(`integer: below is ${below}, expected a whole number of at least 1.`)
    }
    return uniformInt(this.#generator, 0, below - 1)
  }

  /**
   * A number from the normal distribution with mean 0 and standard deviation 1, by Marsaglia's polar method (1964). It
   * needs no sine; we drop one of its two numbers, so that the state stays four words.
   */
  normal(): number {
    for (;;) {
      const u = 2 * this.uniform() - 1
      const v = 2 * this.uniform() - 1
      const s = u * u + v * v
      if (s > 0 && s < 1) return u * Math.sqrt((-2 * logarithm(s)) / s)
    }
  }

  /** The numbers from 0 to n − 1 in random order (Fisher and Yates). */
  permutation(n: number): Uint32Array {
    const order = Uint32Array.from({ length: n }, (_, i) => i)
    for (let i = n - 1; i > 0; i--) {
      const j = this.integer(i + 1)
      const kept = order[i]
      order[i] = order[j]
      order[j] = kept
    }
    return order
  }
}

/** A generator of random numbers that starts from `seed`, an integer from 0 to 2³² − 1. */
export function rng(seed: number): Rng {
  return Rng.fromSeed(seed)
}

/** Four words from one seed, so that seeds 1 and 2 start far apart: SplitMix32, the finalizer of MurmurHash3. */
function spread(seed: number): number[] {
  return [1, 2, 3, 4].map(i => {
    let z = (seed + i * 0x9e3779b9) | 0
    z = Math.imul(z ^ (z >>> 16), 0x85ebca6b)
    z = Math.imul(z ^ (z >>> 13), 0xc2b2ae35)
    return z ^ (z >>> 16)
  })
}

/**
 * The natural logarithm of x in (0, 1). The last digit of `Math.log` may differ between engines; that of sums and
 * products may not, so this is the same everywhere: x = m · 2^−e, and log m = 2 artanh((m − 1) / (m + 1)).
 */
function logarithm(x: number): number {
  let e = 0
  let m = x
  for (; m < Math.SQRT1_2; e++) m *= 2
  const t = (m - 1) / (m + 1) // |t| ≤ 0.172, so the 11th term is below 1e-17
  let sum = 0
  for (let k = 21; k >= 1; k -= 2) sum = sum * t * t + 1 / k
  return 2 * t * sum - e * Math.LN2
}
