import { Rng } from '@backprop/core/random'
import type { ByValue } from './wire.ts'

/** A random number generator crosses the wall as its state; every lab may use one. */
export const rngBridge: ByValue<Rng> = {
  tag: 'Rng',
  is: value => value instanceof Rng,
  takeApart: generator => [...generator.state()],
  build(state, refuse) {
    if (!isState(state)) return refuse('a generator without a state')
    return Rng.fromState(state)
  },
}

/** Four words, not all zero: from the zero state every number is 0, and code that draws until it gets another hangs. */
const isState = (state: unknown): state is number[] =>
  Array.isArray(state) && state.length === 4 && state.every(isWord) && state.some(word => word !== 0)

/** Whether it is a signed 32-bit integer. */
export const isWord = (value: unknown): value is number =>
  Number.isInteger(value) && (value as number) === ((value as number) | 0)
