/** What a stub says of promises; plain data, which travels to the process that runs the suite. */
export interface Promises {
  /** Exported functions that give one, and methods of classes that do: `train`, `Network.epoch`. */
  readonly give: readonly string[]
  /** Exported functions that give none, but make functions that do. */
  readonly lend: readonly string[]
}

/**
 * Whether the call of `path` may give a promise, and whether the functions that it lends may; `lent` says it of one that
 * was lent itself. What a stub gives plainly must come plainly: its callers have no reason to wait for it.
 */
export function mayPromise(
  promises: Promises | undefined,
  path: string,
  lent: boolean,
): { readonly itself: boolean; readonly lent: boolean } {
  const itself = promises === undefined || lent || promises.give.includes(path)
  return { itself, lent: itself || promises.lend.includes(path) }
}
