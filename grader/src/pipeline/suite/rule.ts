/** A function of a module, seen from outside: anything goes in and comes out. */
export type AnyFunction = (...args: readonly unknown[]) => unknown

/** A way to get a function wrong, whatever the function does. */
export interface Rule {
  readonly id: string
  /** The mistaken idea behind it, or what is wrong with it. */
  readonly what: string
  /** Id of a probe, a rule that changes nothing: if it does not apply, neither does this one. */
  readonly needs?: string
  /** The wrong function; made again for each test, because every test has a fresh module. */
  readonly change: (right: AnyFunction, settings: Settings) => AnyFunction
}

/** What a rule knows about one function, and how it reports back. */
export interface Settings {
  readonly value?: unknown
  /** Whether the function works by changing what it is given: it then has no answer, and no work is to do nothing. */
  readonly returnsNothing?: boolean
  /** Call this when the rule applies to the function. */
  readonly applies: () => void
}
