import type { AnyFunction, Rule } from './rule.ts'

/**
 * Conceptual mistakes that changing an operator does not produce: a bound beyond which an approximation is used, a look
 * at only the first element, a result that is kept too long. Each rule makes such a function from the right one. If a
 * rule doesn't apply to a function, the changed function answers like the right one, and survives.
 */

/** Applies only to functions that accept empty lists. */
export const NO_EMPTY = 'no empty list'

/** Applies only to functions whose docs say that an argument is not changed. */
export const IN_PLACE = 'in place'

type List = readonly unknown[]

const isList = (thing: unknown): thing is List | Float32Array =>
  Array.isArray(thing) || (ArrayBuffer.isView(thing) && 'length' in thing)
/** `Array.isArray` narrows `unknown` to `any[]`. */
const isArray = (thing: unknown): thing is readonly unknown[] => Array.isArray(thing)
const isPlain = (thing: unknown): thing is Readonly<Record<string, unknown>> =>
  typeof thing === 'object' && thing !== null && Object.getPrototypeOf(thing) === Object.prototype

/** Maps the answer, now or when its promise resolves. */
const then = (answer: unknown, go: (value: unknown) => unknown): unknown =>
  answer instanceof Promise ? answer.then(go) : go(answer)

const cut = (list: List | Float32Array, most: number): unknown => list.slice(0, most)

/** Throws what a beginner's code throws on a list of such a length: an error, but not a refusal. */
const brokenAt = (id: string, what: string, isBad: (length: number) => boolean): Rule => ({
  id,
  what,
  change:
    (right, { applies }) =>
    (...args) => {
      if (args.some(isList)) applies()
      if (args.some(arg => isList(arg) && isBad(arg.length))) throw new TypeError('undefined is not a number')
      return right(...args)
    },
})

// --- tails, thresholds, corners ----------------------------------------------------------------------------------------

/** A function as a function of a single number: its value for one example whose number is x. */
type Curve = (x: number) => number

/** The value for one example: element i of each list that is as long as the one in question, which has x at i. */
function ofExample(right: AnyFunction, args: List, { place, i }: { place: number; i: number }, x: number): number {
  const { length } = args[place] as List
  const own = args.map((arg, k) => {
    if (!isList(arg) || arg.length !== length) return arg
    if (k === place) return isArray(arg) ? [x] : arg.slice(0, 1).fill(x)
    return arg.slice(i, i + 1)
  })
  const answer = right(...own)
  const value: unknown = isList(answer) ? answer[0] : answer
  return typeof value === 'number' ? value : NaN
}

/** How many elements are examined one by one; each is a separate call. */
const MAX_EXAMPLES = 200

/** An answer composed of the answers to single examples. */
interface OneByOne {
  readonly list: readonly number[]
  readonly curveOf: (i: number) => Curve
  /** The answer with other values at some indices. */
  readonly patched: (values: ReadonlyMap<number, number>) => unknown
}

/** How the answer is composed from single numbers of a list, if it is. Of a long list, only some are examined. */
function oneByOne(right: AnyFunction, args: List, place: number, answer: unknown): OneByOne | null {
  const list = args[place]
  if (!isList(list) || list.length === 0 || !isNumbers(list)) return null
  const curveOf = (i: number): Curve => {
    return x => ofExample(right, args, { place, i }, x)
  }
  const valueAt = (i: number) => curveOf(i)(list[i])
  try {
    if (typeof answer === 'number') {
      if (list.length > MAX_EXAMPLES) return null
      const each = Array.from(list, (_, i) => valueAt(i))
      const combine = [mean, total].find(way => isNear(way(each), answer))
      return combine
        ? { list, curveOf, patched: values => combine(each.map((value, i) => values.get(i) ?? value)) }
        : null
    }
    if (!isArray(answer) || answer.length !== list.length) return null
    const some = spread([...list.keys()])
    const factor = [1, 1 / list.length].find(share => some.every(i => isNear(valueAt(i) * share, Number(answer[i]))))
    if (factor === undefined) return null
    const patch = (values: ReadonlyMap<number, number>) =>
      answer.map((part, i) => (values.has(i) ? Number(values.get(i)) * factor : part))
    return { list, curveOf, patched: patch }
  } catch {
    return null // it refuses single examples
  }
}

/** At most as many as may be examined, spread over the list. */
function spread(places: readonly number[]): readonly number[] {
  const step = Math.ceil(places.length / MAX_EXAMPLES)
  return places.filter((_, k) => k % step === 0)
}

/** A probe: applies if a function treats each number of a list separately. */
const takesOneByOne = (place: number): Rule => ({
  id: `takes argument ${place + 1} one by one`,
  what: 'answers as the right function does',
  change:
    (right, { applies }) =>
    (...args) => {
      const answer = right(...args)
      if (oneByOne(right, args, place, answer)) applies()
      return answer
    },
})

interface Bend {
  /** Where the function is wrong. */
  readonly isWrong: (x: number) => boolean
  /** Its value there, or null if it has none. */
  readonly at: (x: number, curve: Curve) => number | null
  /** Where to check whether that makes a difference. */
  readonly probes: readonly number[]
}

/** Applies to functions that take a list one by one, if the values differ from the right ones by more than rounding. */
const elementwise = (id: string, what: string, place: number, { isWrong, at, probes }: Bend): Rule => ({
  id,
  what,
  needs: takesOneByOne(place).id,
  change:
    (right, { applies }) =>
    (...args) => {
      const answer = right(...args)
      const parts = oneByOne(right, args, place, answer)
      if (!parts) return answer
      const { list, curveOf, patched } = parts
      const bent = (x: number, curve: Curve) => (isWrong(x) ? at(x, curve) : null) ?? curve(x)
      const differs = (i: number) => probes.some(x => !isClose(bent(x, curveOf(i)), curveOf(i)(x)))
      try {
        if ([...list.keys()].slice(0, MAX_PROBED).some(differs)) applies()
        const places = spread([...list.keys()].filter(i => isWrong(list[i])))
        return patched(new Map(places.map(i => [i, bent(list[i], curveOf(i))])))
      } catch {
        return answer // it refuses numbers so far out
      }
    },
})

/** Examples differ only in the other arguments. */
const MAX_PROBED = 20

const isNumbers = (list: List | Float32Array): list is readonly number[] =>
  Array.from(list).every(value => typeof value === 'number')

const total = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0)
const mean = (values: readonly number[]): number => total(values) / values.length
const isNear = (a: number, b: number, much = 1e-9): boolean =>
  Object.is(a, b) || Math.abs(a - b) <= much + much * Math.abs(b)
/** Too close for a test to tell apart. */
const isClose = (a: number, b: number): boolean => isNear(a, b, 1e-8)

/** What the function approaches far out: a constant, or a multiple of x. A straight line needs no limit. */
function limitAt(x: number, curve: Curve): number | null {
  if (isNear((curve(x) + curve(3 * x)) / 2, curve(2 * x))) return null
  const [far, farther] = [curve(1e3 * Math.sign(x)), curve(1e4 * Math.sign(x))]
  if (Number.isFinite(far) && isNear(far, farther)) return far
  const isLine = Number.isFinite(farther) && isNear(10 * far, farther, 1e-6)
  return isLine ? (farther / 1e4) * Math.abs(x) : null
}

const SIDES = {
  'far from 0': (x: number, bound: number) => Math.abs(x) > bound,
  'far above 0': (x: number, bound: number) => x > bound,
  'far below 0': (x: number, bound: number) => x < -bound,
}

const tail = (place: number, side: keyof typeof SIDES, bound: number): Rule =>
  elementwise(`limit ${side}, from ${bound}, argument ${place + 1}`, 'replaces the function by its limit', place, {
    isWrong: x => SIDES[side](x, bound),
    at: limitAt,
    probes: [-1.02 * bound, 1.02 * bound],
  })

const smooth = (place: number, width: number): Rule =>
  elementwise(`straight within ${width} of 0, argument ${place + 1}`, 'cuts a corner with a straight line', place, {
    isWrong: x => Math.abs(x) < width && x !== 0,
    at: (x, curve) => curve(-width) + ((x + width) / (2 * width)) * (curve(width) - curve(-width)),
    probes: [-width / 2, width / 2],
  })

/** The other arguments are targets and slopes, in which functions are linear except for a corner away from 0. */
const PLACES = [0]
const ELEMENTWISE = PLACES.flatMap(place => [
  ...[3, 5, 8, 20].flatMap(bound =>
    (Object.keys(SIDES) as (keyof typeof SIDES)[]).map(side => tail(place, side, bound)),
  ),
  smooth(place, 0.1),
  smooth(place, 0.01),
])

// --- nothing, one, many --------------------------------------------------------------------------------------------------

/** Refuses only if the first `most` elements of the lists already call for it; otherwise returns their result. */
const checksFirst = (most: number): Rule => ({
  id: `checks only the first ${most}`,
  what: `checks only the first ${most} elements of a list for values that it must refuse`,
  change:
    (right, { applies }) =>
    (...args) => {
      const relenting = (refusal: unknown) => {
        if (!(refusal instanceof RangeError)) throw refusal
        const longest = Math.max(0, ...args.filter(isList).map(({ length }) => length))
        // So short a list says nothing about longer ones, which have not been tried.
        if (longest > 0 && longest <= most) applies()
        return relent(right, args, most, { refusal, applies })
      }
      try {
        const answer = right(...args)
        return answer instanceof Promise ? answer.catch(relenting) : answer
      } catch (error) {
        return relenting(error)
      }
    },
})

function relent(
  right: AnyFunction,
  args: List,
  most: number,
  { refusal, applies }: { refusal: RangeError; applies: () => void },
): unknown {
  const isLong = (arg: unknown) => isList(arg) && arg.length > most
  const shorter = [
    ...args.flatMap((arg, k) => (isLong(arg) ? [args.with(k, cut(arg as List, most))] : [])),
    args.map(arg => (isLong(arg) ? cut(arg as List, most) : arg)),
  ]
  for (const attempt of shorter.filter(attempt => attempt.some((arg, k) => arg !== args[k]))) {
    try {
      const answer = right(...attempt)
      applies()
      return answer
    } catch (error) {
      if (!(error instanceof RangeError)) throw error
    }
  }
  throw refusal
}

const firstForAll: Rule = {
  id: 'first result for all',
  what: 'computes the first element of the result and repeats it',
  change:
    (right, { applies }) =>
    (...args) =>
      then(right(...args), answer => {
        if (!isArray(answer) || answer.length < 2) return answer
        applies()
        return answer.map(() => answer[0])
      }),
}

// --- options, zeros ----------------------------------------------------------------------------------------------------

const zeroOption: Rule = {
  id: 'zero option',
  what: 'treats an option that is 0 as missing',
  change:
    (right, { applies }) =>
    (...args) =>
      right(
        ...args.map(arg => {
          if (!isPlain(arg)) return arg
          if (Object.keys(arg).some(name => hasDefault(right, name))) applies()
          return Object.fromEntries(Object.entries(arg).filter(([, value]) => value !== 0))
        }),
      ),
}

/** Whether a function has its own default for an option. */
const hasDefault = (f: AnyFunction, option: string): boolean =>
  new RegExp(`\\b${option}(: \\w+)? = [\\d.]`).test(String(f))

const lateZero: Rule = {
  id: 'late zero',
  what: 'returns an update that leaves a weight unchanged if its gradient is 0',
  change:
    (right, { applies }) =>
    (...settings) =>
      then(right(...settings), update => {
        if (typeof update !== 'function') return update
        return (w: unknown, gradient: unknown) => {
          const next = (update as AnyFunction)(w, gradient)
          if (!isArray(next) || !isList(w) || !isList(gradient)) return next
          applies()
          return next.map((value, j) => (gradient[j] === 0 ? w[j] : value))
        }
      }),
}

// --- state -------------------------------------------------------------------------------------------------------------

const keyOf = (args: List): string =>
  JSON.stringify(args, (_, value: unknown) => (typeof value === 'function' || isStateful(value) ? '…' : value))
/** Backends and generators: their text does not distinguish them, and they hold more than one call needs. */
const isStateful = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !isPlain(value) && !ArrayBuffer.isView(value)

const oneInstance: Rule = {
  id: 'one instance',
  what: 'makes its result only once in the module for the same settings',
  change: (right, { applies }) => {
    const made = new Map<string, unknown>()
    return (...args) => {
      const key = keyOf(args)
      const answer = made.has(key) ? made.get(key) : right(...args)
      if (typeof answer === 'function' || (isPlain(answer) && hasFunctions(answer))) applies()
      else return answer
      made.set(key, answer)
      return answer
    }
  },
}

const remembers: Rule = {
  id: 'remembers the first answer',
  what: 'keeps its first answer in the module and returns it again',
  change: (right, { applies }) => {
    let first: { readonly answer: unknown } | null = null
    return (...args) => {
      if (first) applies()
      first ??= { answer: right(...args) }
      return first.answer
    }
  },
}

const addsUp: Rule = {
  id: 'adds up over calls',
  what: 'keeps its sums in the module and never resets them',
  change: (right, { applies }) => {
    let before: unknown
    return (...args) =>
      then(right(...args), answer => {
        before = plus(answer, before, applies)
        return before
      })
  },
}

/** All numbers of `now`, each added to the one at the same place in `before`. */
function plus(now: unknown, before: unknown, applies: () => void): unknown {
  if (typeof now === 'number' && typeof before === 'number') return (applies(), now + before)
  if (isArray(now) && isArray(before)) return now.map((part, i) => plus(part, before[i], applies))
  if (isPlain(now) && isPlain(before))
    return Object.fromEntries(Object.entries(now).map(([key, part]) => [key, plus(part, before[key], applies)]))
  return now
}

const inPlace: Rule = {
  id: IN_PLACE,
  what: 'writes into its arguments',
  change:
    (right, { applies }) =>
    (...args) => {
      const answer = right(...args)
      const spoil = () => {
        for (const arg of args) if (isList(arg) && spoilt(arg as unknown[])) applies()
      }
      if (answer instanceof Promise) return answer.finally(spoil)
      spoil()
      return answer
    },
}

/** Changes the innermost first number, if there is one. */
function spoilt(list: unknown[]): boolean {
  if (Array.isArray(list[0])) return spoilt(list[0])
  if (typeof list[0] !== 'number') return false
  list[0] += 1
  return true
}

const notAwaited: Rule = {
  id: 'not awaited',
  what: 'does not await functions that set something',
  change:
    (right, { applies }) =>
    (...args) =>
      right(...args.map(arg => (isPlain(arg) && hasSetters(arg) ? (applies(), hasty(arg)) : arg))),
}

const hasFunctions = (things: object): boolean => Object.values(things).some(thing => typeof thing === 'function')
const hasSetters = (things: object): boolean =>
  Object.entries(things).some(([name, thing]) => name.startsWith('set') && typeof thing === 'function')

/** The same functions, but those named set… don't say when they are done. */
const hasty = (things: Readonly<Record<string, unknown>>): unknown =>
  Object.fromEntries(
    Object.entries(things).map(([name, thing]) =>
      name.startsWith('set') && typeof thing === 'function'
        ? [name, (...args: unknown[]) => void (thing as AnyFunction)(...args)]
        : [name, thing],
    ),
  )

/** Rules that other rules depend on. */
export const PROBES: readonly Rule[] = PLACES.map(takesOneByOne)

export const CONCEPTS: readonly Rule[] = [
  ...ELEMENTWISE,
  brokenAt(NO_EMPTY, 'fails on an empty list', length => length === 0),
  brokenAt('no single', 'fails on a list with one element', length => length === 1),
  checksFirst(1),
  checksFirst(2),
  firstForAll,
  zeroOption,
  lateZero,
  oneInstance,
  remembers,
  addsUp,
  inPlace,
  notAwaited,
]
