import { Tensor, zeros } from '@backprop/core'
import { Parameter } from '@backprop/nn'
import type { AnyFunction, Rule } from './rule.ts'

/** The rule of a constant answer; the trial holds the constant. */
export const CONSTANT = 'constant'

/**
 * Answers without any work, for every function of a lab at once. A test that one of them passes gives points for nothing.
 * They get the right function only so that a constant has the right type, which a student knows from the signature.
 */

/** The same value with every number replaced; functions return such values too. */
function filled(thing: unknown, value: number): unknown {
  const same = (part: unknown) => filled(part, value)
  if (typeof thing === 'number') return value
  if (typeof thing === 'string') return ''
  if (typeof thing === 'boolean') return true
  if (thing instanceof Promise) return thing.then(same)
  if (thing instanceof Tensor) return zeros(thing.shape, { on: thing.on })
  if (thing instanceof Parameter) return new Parameter(zeros(thing.value.shape, { on: thing.value.on }))
  if (Array.isArray(thing)) return thing.map(same)
  if (ArrayBuffer.isView(thing)) return (thing as Float32Array).map(() => value)
  if (thing instanceof Map)
    return new Map([...(thing as Map<unknown, unknown>)].map(([key, part]) => [key, same(part)]))
  if (typeof thing === 'function') return (...args: unknown[]) => same((thing as AnyFunction)(...args))
  if (typeof thing === 'object' && thing !== null && Object.getPrototypeOf(thing) === Object.prototype)
    return Object.fromEntries(Object.entries(thing).map(([key, part]) => [key, same(part)]))
  // Building a network is real work, even if all its weights are 0.
  return typeof thing === 'object' && thing !== null ? undefined : thing
}

const isCallback = (thing: unknown): boolean => typeof thing === 'function'
const callsBack = (arg: unknown): boolean =>
  isCallback(arg) ||
  (typeof arg === 'object' &&
    arg !== null &&
    Object.getPrototypeOf(arg) === Object.prototype &&
    Object.values(arg).some(isCallback))

/**
 * What the right function answers; 0 if it refuses, since there is nothing to fill, or if it would call back, because
 * that is work, and a test that listens would see it.
 */
function answerOf(right: AnyFunction, args: readonly unknown[]): unknown {
  if (args.some(callsBack)) return 0
  try {
    const answer = right(...args)
    return answer instanceof Promise ? answer.catch(() => 0) : answer
  } catch {
    return 0
  }
}

/** The right answer with every number replaced. Where there is no answer, even calling the right function would be work. */
const shaped =
  (value: number): Rule['change'] =>
  (right, { returnsNothing }) =>
  (...args) =>
    returnsNothing ? undefined : filled(answerOf(right, args), value)

export const TRIVIAL: readonly Rule[] = [
  {
    id: 'refuses all',
    what: 'always throws a RangeError',
    change: () => () => {
      throw new RangeError('no')
    },
  },
  {
    id: CONSTANT,
    what: 'always returns the same value',
    change:
      (_, { value }) =>
      () =>
        structuredClone(value),
  },
  {
    id: 'zeros like the first argument',
    what: 'returns zeros of the shape of its first argument',
    change: () => first => filled(first, 0),
  },
  {
    id: 'zeros of the right shape',
    what: 'returns the right answer with every number replaced by 0',
    change: shaped(0),
  },
  {
    id: 'ones of the right shape',
    what: 'returns the right answer with every number replaced by 1',
    change: shaped(1),
  },
  { id: 'first argument', what: 'returns its first argument', change: () => first => first },
  {
    id: 'last argument',
    what: 'returns its last argument',
    change:
      () =>
      (...args) =>
        args.at(-1),
  },
]
