import type { RandomSource } from '../src/random.ts'

/** A small generator for these tests (mulberry32, and Box and Muller for the normal numbers). */
export function generator(seed: number): RandomSource {
  let state = seed >>> 0
  const uniform = () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = Math.imul(state ^ (state >>> 15), state | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
  return {
    uniform,
    normal: () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform()),
    integer: below => Math.floor(uniform() * below),
  }
}
