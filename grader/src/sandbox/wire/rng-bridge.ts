import { Rng } from '@backprop/core/random'
import type { ByValue } from './wire.ts'

/** A generator of random numbers crosses the wall as its state; every lab may be given one. */
export const rngBridge: ByValue<Rng> = {
  tag: 'Rng',
  is: value => value instanceof Rng,
  takeApart: generator => [...generator.state()],
  build(state, refuse) {
    if (!isState(state)) return refuse('a generator without a state')
    return Rng.fromState(state)
  },
}

/** Four words, not all of them zero: from that state every number is 0, and what draws until it has another never ends. */
const isState = (state: unknown): state is number[] =>
  Array.isArray(state) && state.length === 4 && state.every(isWord) && state.some(word => word !== 0)

/** Whether it is a whole number of 32 bits with a sign. */
export const isWord = (value: unknown): value is number =>
  Number.isInteger(value) && (value as number) === ((value as number) | 0)
