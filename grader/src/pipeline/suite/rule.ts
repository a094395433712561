/** A function of a module, seen from outside: anything goes in and comes out. */
export type AnyFunction = (...args: readonly unknown[]) => unknown

/** A way to get a function wrong, whatever the function does. */
export interface Rule {
  readonly id: string
  /** The mistaken idea behind it, or what is wrong with it. */
  readonly what: string
  /** Id of a rule that changes nothing: where it does not apply, this one has nothing to say. */
  readonly needs?: string
  /** The wrong function; made anew for each test, as every test has a fresh module. */
  readonly change: (right: AnyFunction, settings: Settings) => AnyFunction
}

/** What a rule knows about one function, and how it reports back. */
export interface Settings {
  readonly value?: unknown
  /** To be called when the function is one that the rule has something to say of. */
  readonly applies: () => void
}
