import { explain } from './shape.ts'

/** What a scope manages: tensors. */
export interface Scoped {
  /** A leaf made for training outlives the scope it was made in. */
  readonly requiresGrad: boolean
  release(reason: string): void
}

// The only ambient state in core besides that of detectAnomaly: what was made in the innermost running noGrad, and what
// `collect` is collecting.
let current: Scoped[] | null = null
let collected: Scoped[] | null = null

/** Whether ops remember where their results came from. */
export const isRecording = (): boolean => current === null

/** Every new tensor is announced here. */
export function announce(made: Scoped): void {
  current?.push(made)
  collected?.push(made)
}

/** Runs `compute` with its graph, and returns what was made in it too. */
export function collect<T>(compute: () => T): [result: T, made: readonly Scoped[]] {
  const outer = collected
  const made: Scoped[] = []
  collected = made
  try {
    return [compute(), made]
  } finally {
    collected = outer
  }
}

/** Runs `compute` without building a graph, and releases what was made in it except for what `kept` picks. */
export function scope<T>(compute: () => T, kept: (result: T) => ReadonlySet<unknown>): T {
  const outer = current
  const made: Scoped[] = []
  let keep: ReadonlySet<unknown> = NONE
  current = made
  try {
    const result = compute()
    if (made.length > 0) keep = kept(result)
    return result
  } finally {
    current = outer
    for (const one of made) {
      if (keep.has(one)) outer?.push(one)
      else if (!one.requiresGrad) one.release('noGrad() released them, because its function did not return them')
    }
  }
}

const NONE: ReadonlySet<unknown> = new Set()

/**
 * Runs `compute` without building a graph, and releases every tensor made in it, except leaves that require a gradient
 * and what it returns: a tensor, or arrays, maps, sets and plain objects that hold tensors. Throws `TypeError` for an
 * async function: while that waits, other code would run inside the scope.
 */
export function noGrad<T>(compute: () => T): T {
  return scope(() => refuseAsync('noGrad', compute()), reachable)
}

/** Returns `result` unless it is a promise: while that waits, other code would run inside `where`. */
export function refuseAsync<T>(where: string, result: T): T {
  if (!(result instanceof Promise)) return result
  result.catch(() => undefined) // this error is reported instead of the promise's own
  const hint = `return tensors from ${where}, and await their data() outside`
  throw new TypeError(explain(where, 'its function is async, but must return at once', hint))
}

/** `result` itself, and everything that collections in it hold. */
function reachable(result: unknown): ReadonlySet<unknown> {
  const seen = new Set<unknown>([result])
  // A set may grow during the walk, which then visits what was added.
  for (const value of seen) {
    if (typeof value !== 'object' || value === null || isScoped(value)) continue
    for (const inner of contentsOf(value)) seen.add(inner)
  }
  return seen
}

/** What a collection holds. Other objects stay closed: behind a model there may be a whole device. */
function contentsOf(value: object): Iterable<unknown> {
  if (value instanceof Map) return (value as ReadonlyMap<unknown, unknown>).values()
  if (value instanceof Set) return value as ReadonlySet<unknown>
  const isOpen = Array.isArray(value) || Object.getPrototypeOf(value) === Object.prototype
  return isOpen ? Object.values<unknown>(value as Record<string, unknown>) : []
}

const isScoped = (x: object): x is Scoped => 'release' in x && typeof x.release === 'function'
