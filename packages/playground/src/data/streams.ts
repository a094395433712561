import { type Rng, rng } from '@backprop/core/random'

/** What random numbers are drawn for: each purpose has its own stream, so that one more draw here changes nothing there. */
export type Purpose = 'points' | 'split' | 'weights' | 'order' | 'dropout' | 'landscape'

/**
 * The random numbers of one purpose. A seed is any text. Its part after the last `/` changes the weights, the order and
 * the dropout masks, but not the points: `0.48213/1` and `0.48213/2` are two runs on the same data.
 */
export function streamOf(seed: string, purpose: Purpose, index = 0): Rng {
  const slash = seed.lastIndexOf('/')
  const same = purpose === 'points' || purpose === 'split'
  return rng(hash(`${same && slash > 0 ? seed.slice(0, slash) : seed}\n${purpose}\n${index}`))
}

/** FNV-1a of the UTF-16 code units (http://www.isthe.com/chongo/tech/comp/fnv/), 0 to 2³² − 1. */
function hash(text: string): number {
  let h = 0x811c9dc5
  for (let i = 0; i < text.length; i += 1) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193)
  return h >>> 0
}
