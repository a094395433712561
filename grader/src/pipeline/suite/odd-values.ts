import { isDeepStrictEqual } from 'node:util'
import { plain, Tensor, tensor } from '@backprop/core'
import type { AnyFunction, Rule } from './rule.ts'

/**
 * Answers that no test expects, in place of right ones: at the first call, or after some right ones. Each must end in a
 * verdict, and none may earn points. They are made on the student's side, and cross the wall like any answer.
 */

type Odd = (right: unknown) => unknown

const on = plain()
const nested = (depth: number): unknown => {
  let value: unknown = 1
  for (let i = 0; i < depth; i++) value = [value]
  return value
}
/** The numbers of an answer, in any kind of container. */
const numbersOf = (right: unknown): number[] => {
  if (typeof right === 'number') return [right]
  if (right instanceof Tensor) return [...right.dataSync()]
  if (ArrayBuffer.isView(right) && 'length' in right) return [...(right as Float32Array)]
  return Array.isArray(right) ? right.flatMap(part => numbersOf(part)) : []
}
const isTensor = (right: unknown): right is Tensor => right instanceof Tensor
const isList = (right: unknown): right is readonly unknown[] => Array.isArray(right)
const isRecord = (right: unknown): right is Readonly<Record<string, unknown>> =>
  typeof right === 'object' && right !== null && Object.getPrototypeOf(right) === Object.prototype

/** The same answer with every number in it replaced. */
function each(right: unknown, replace: (x: number) => unknown): unknown {
  if (typeof right === 'number') return replace(right)
  if (isList(right)) return right.map(part => each(part, replace))
  if (isRecord(right)) return Object.fromEntries(Object.entries(right).map(([key, part]) => [key, each(part, replace)]))
  if (isTensor(right))
    return tensor(
      numbersOf(right).map(x => Number(replace(x))),
      { on, shape: right.shape },
    )
  return right
}

class Model {
  w = 1
  forward(): number {
    return 1
  }
}

const ODD: Readonly<Record<string, Odd>> = {
  undefined: () => undefined,
  null: () => null,
  true: () => true,
  zero: () => 0,
  'negative zero': () => -0,
  NaN: () => NaN,
  Infinity: () => Infinity,
  'a huge number': () => 1.7e308,
  'a large whole number': () => 2 ** 53,
  'an empty text': () => '',
  'a text': () => 'constructor',
  'a long text': () => 'x'.repeat(1 << 20),
  'a bigint of 20 digits': () => 18446744073709551615n,
  'a symbol': () => Symbol.iterator,
  'no numbers': () => [],
  'an empty list in a list': () => [[]],
  'a list with nothing in it': () => [null, undefined],
  'a list of holes': () => new Array<unknown>(3),
  'a ragged list': () => [[1, 2], [3], 4],
  'deep lists': () => nested(60),
  'lists too deep': () => nested(200),
  'an empty object': () => ({}),
  'an object without a prototype': () => Object.create(null) as unknown,
  'an object with a length': () => ({ length: 1e15 }),
  'an object of the names that are asked for': right =>
    isRecord(right) ? Object.fromEntries(Object.keys(right).map(key => [key, null])) : { w: null, loss: {}, value: 1 },
  'a Map': () => new Map<unknown, unknown>([[1, 2]]),
  'a Set': () => new Set([1]),
  'an error': () => new RangeError('no'),
  'a function': () => () => 1,
  'a class': () => Model,
  'an instance': () => new Model(),
  'a Proxy': () => new Proxy([1], { get: (list, key) => (key === 'length' ? 3 : (Reflect.get(list, key) as unknown)) }),
  'a promise of nothing': () => Promise.resolve(undefined),
  'a thenable in a list': () => [{ then: 1 }],
  bytes: () => new Uint8Array(4),
  floats: () => new Float32Array(4),
  'a tensor': () => tensor([1, 2, 3], { on }),
  'a tensor without numbers': () => tensor(new Float32Array(0), { on, shape: [0, 3] }),
  'the numbers as one list': right => (isTensor(right) || isList(right) ? numbersOf(right) : [right]),
  'the numbers as a tensor': right => tensor(numbersOf(right), { on }),
  'the answer in a list': right => [right],
  'the first part of it': right => (isList(right) ? right[0] : null),
  'all but the last': right => (isList(right) ? right.slice(0, -1) : null),
  'one part too many': right => (isList(right) ? [...right, right[0]] : null),
  'texts for numbers': right => each(right, String),
  'bigints for numbers': right => each(right, x => (Number.isSafeInteger(x) ? BigInt(x) : null)),
  'NaN for numbers': right => each(right, () => NaN),
  'lists for numbers': right => each(right, x => [x]),
  'nothing for numbers': right => each(right, () => undefined),
}

/** Whether a value is right after all: a negative zero is a zero, and a tensor is its numbers, also inside of others. */
function isSame(value: unknown, right: unknown): boolean {
  if (isTensor(value) && isTensor(right))
    return isDeepStrictEqual([value.shape, numbersOf(value)], [right.shape, numbersOf(right)])
  if (isRecord(value) && isRecord(right) && isDeepStrictEqual(Object.keys(value), Object.keys(right)))
    return Object.keys(right).every(key => isSame(value[key], right[key]))
  if (isList(value) && isList(right) && value.length === right.length)
    return right.every((part, i) => isSame(value[i], part))
  return isDeepStrictEqual(value, right) || (value === 0 && right === 0)
}

/** What an answer to a call becomes; a promise of it if the answer is a promise. */
function replaced(right: unknown, odd: Odd, applies: () => void): unknown {
  if (right instanceof Promise) return right.then(value => replaced(value, odd, applies))
  const value = odd(right)
  // A function without an answer cannot have an odd one.
  if (right !== undefined && !isSame(value, right)) applies()
  return value
}

/** An answer whose functions answer oddly themselves. */
function wrapped(right: unknown, change: (f: AnyFunction) => AnyFunction): unknown {
  if (right instanceof Promise) return right.then(value => wrapped(value, change))
  if (typeof right === 'function') return change(right as AnyFunction)
  // Saves computing anything for a rule that does not apply.
  if (!isRecord(right) || !Object.values(right).some(part => typeof part === 'function'))
    throw new RangeError('returns no functions')
  return Object.fromEntries(
    Object.entries(right).map(([key, part]) => [key, typeof part === 'function' ? change(part as AnyFunction) : part]),
  )
}

const oddFrom =
  (odd: Odd, right: number, applies: () => void) =>
  (f: AnyFunction): AnyFunction => {
    let calls = 0
    return (...args) => {
      const answer = f(...args)
      return calls++ < right ? answer : replaced(answer, odd, applies)
    }
  }

/** How many right answers come before the odd ones. */
const RIGHT_BEFORE = [0, 1, 3]

export const ODD_NAMES: readonly string[] = Object.keys(ODD)
export const oddId = (name: string, right: number, inside = false): string =>
  `${name}, after ${right} right answers${inside ? ' of what it returns' : ''}`

export const ODD_ANSWERS: readonly Rule[] = Object.entries(ODD).flatMap(([name, odd]) =>
  RIGHT_BEFORE.flatMap((right): Rule[] => [
    {
      id: oddId(name, right),
      what: `answers with ${name}`,
      change: (f, { applies }) => oddFrom(odd, right, applies)(f),
    },
    {
      id: oddId(name, right, true),
      what: `returns functions that answer with ${name}`,
      change:
        (f, { applies }) =>
        (...args) =>
          wrapped(f(...args), oddFrom(odd, right, applies)),
    },
  ]),
)
