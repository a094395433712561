/** What a stub says about promises; plain data, which travels to the process that runs the suite. */
export interface Promises {
  /** Exported functions and methods that return one: `train`, `Network.epoch`. */
  readonly give: readonly string[]
  /** Exported functions that don't return one, but return functions that do. */
  readonly lend: readonly string[]
}

/**
 * Whether a call of `path` may return a promise, and whether functions that it lends may; `lent` says so for one that
 * was lent itself. What a stub returns directly must come directly: its callers have no reason to await it.
 */
export function mayPromise(
  promises: Promises | undefined,
  path: string,
  lent: boolean,
): { readonly itself: boolean; readonly lent: boolean } {
  const itself = promises === undefined || lent || promises.give.includes(path)
  return { itself, lent: itself || promises.lend.includes(path) }
}
