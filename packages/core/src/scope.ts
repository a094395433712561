import { explain } from './shape.ts'

/** What a scope looks after; a tensor is one. */
export interface Scoped {
  /** A leaf made for training outlives the scope it was made in. */
  readonly requiresGrad: boolean
  release(reason: string): void
}

// The one piece of ambient state in core: the innermost noGrad that is running, with all that was made in it.
let current: Set<Scoped> | null = null

/** Whether ops remember where their results came from. */
export const isRecording = (): boolean => current === null

/** Every tensor announces itself here when it is made. */
export function announce(made: Scoped): void {
  current?.add(made)
}

/** Runs `compute` without building a graph, and releases what was made in it except for what `keep` picks. */
export function scope<T>(compute: () => T, keep: (result: T, made: ReadonlySet<Scoped>) => Iterable<Scoped>): T {
  const outer = current
  const made = new Set<Scoped>()
  const kept = new Set<Scoped>()
  current = made
  try {
    const result = compute()
    for (const one of keep(result, made)) kept.add(one)
    return result
  } finally {
    current = outer
    for (const one of made) {
      if (kept.has(one)) outer?.add(one)
      else if (!one.requiresGrad) one.release('noGrad() released them, because its function did not return them')
    }
  }
}

/**
 * Runs `compute` without building a graph, and releases every tensor made in it that it does not return, leaves that
 * require a gradient excepted. What it returns may be a tensor, or arrays, maps, sets and plain objects that hold some.
 * Refuses an async function: while one waits, other code would run inside the scope.
 */
export function noGrad<T>(compute: () => T): T {
  return scope(compute, (result, made) => {
    if (isThenable(result)) throw refuseAsync(result)
    return reachable(result, made)
  })
}

function isThenable(x: unknown): x is PromiseLike<unknown> {
  return typeof x === 'object' && x !== null && 'then' in x && typeof x.then === 'function'
}

function refuseAsync(promise: PromiseLike<unknown>): Error {
  promise.then(undefined, () => undefined) // What it was about to complain of comes second.
  const hint = 'return tensors from noGrad, and await their data() outside'
  return new TypeError(explain('noGrad', 'its function is async, but one that returns at once is wanted', hint))
}

/** Those of `made` that can be found in `result`. */
function reachable(result: unknown, made: ReadonlySet<Scoped>): Set<Scoped> {
  const kept = new Set<Scoped>()
  const seen = new Set<unknown>([result])
  // A set may grow while we walk through it, and the walk goes on to what was added.
  for (const value of seen) {
    if (typeof value !== 'object' || value === null) continue
    if (isScoped(value)) {
      if (made.has(value)) kept.add(value)
    } else for (const inner of contentsOf(value)) seen.add(inner)
  }
  return kept
}

/** What lies in a collection. Other objects stay closed: behind a model there may be a whole device. */
function contentsOf(value: object): Iterable<unknown> {
  if (value instanceof Map) return (value as ReadonlyMap<unknown, unknown>).values()
  if (value instanceof Set) return value as ReadonlySet<unknown>
  const isOpen = Array.isArray(value) || Object.getPrototypeOf(value) === Object.prototype
  const contents: unknown[] = isOpen ? Object.values(value) : []
  return contents
}

const isScoped = (x: object): x is Scoped => 'release' in x && typeof x.release === 'function'
