import { explain } from './shape.ts'

/** What a scope looks after; a tensor is one. */
export interface Scoped {
  /** A leaf made for training outlives the scope it was made in. */
  readonly requiresGrad: boolean
  release(reason: string): void
}

// Ambient state, the only one in core beside `collected` and that of detectAnomaly: the innermost noGrad that is running, with all that was made in it.
let current: Set<Scoped> | null = null

/** Whether ops remember where their results came from. */
export const isRecording = (): boolean => current === null

// What `collect` is collecting.
let collected: Set<Scoped> | null = null

/** Every tensor announces itself here when it is made. */
export function announce(made: Scoped): void {
  current?.add(made)
  collected?.add(made)
}

/** Runs `compute`, graph and all, and tells what was made in it. */
export function collect<T>(compute: () => T): [result: T, made: ReadonlySet<Scoped>] {
  const outer = collected
  const made = new Set<Scoped>()
  collected = made
  try {
    return [compute(), made]
  } finally {
    collected = outer
  }
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
    refuseAsync('noGrad', result)
    return reachable(result, made)
  })
}

/** Throws if `result` is a promise: while one waits, other code would run inside of `where`. */
export function refuseAsync(where: string, result: unknown): void {
  if (!(result instanceof Promise)) return
  result.catch(() => undefined) // What it was about to complain of comes second.
  const hint = `return tensors from ${where}, and await their data() outside`
  throw new TypeError(explain(where, 'its function is async, but one that returns at once is wanted', hint))
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
