import { ODD_ANSWERS } from './odd-values.ts'
import type { AnyFunction, Rule } from './rule.ts'
import type { Trial } from './trial.ts'
import type { Exports } from './trial-session.ts'
import { TRIVIAL } from './trivial-answers.ts'
import { CONCEPTS, PROBES } from './wrong-concepts.ts'

const RULES: ReadonlyMap<string, Rule> = new Map(
  [...TRIVIAL, ...PROBES, ...CONCEPTS, ...ODD_ANSWERS].map(rule => [rule.id, rule]),
)

/** The module of a trial, with the functions in question changed by the trial's rule. */
export function changed(
  exports: Exports,
  { rule: id, functions = {} }: Pick<Trial, 'rule' | 'functions'>,
  applies: () => void,
): Exports {
  if (id === undefined) return exports
  const rule = RULES.get(id)
  if (!rule) throw new Error(`there is no rule ${id}`)
  const entries = Object.entries(exports).map(([name, value]) =>
    Object.hasOwn(functions, name) && typeof value === 'function'
      ? [name, rule.change(value as AnyFunction, { ...functions[name], applies })]
      : [name, value],
  )
  return Object.fromEntries(entries) as Exports
}
