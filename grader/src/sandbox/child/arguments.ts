import { encode } from '../wire/encode.ts'
import type { ByValue, WireHooks } from '../wire/wire.ts'

/** Whether a call leaves its arguments unchanged, for exercises that promise it. */

/** An argument that the call changed: its index, and its name in the function's signature if that can be read. */
export type ChangedArgument = readonly [index: number, name: string]

/**
 * Remembers what the arguments hold now. The function that it returns says which of them have changed since.
 * Values are compared in their encoded form; identity doesn't matter.
 */
export function watchArguments(args: readonly unknown[], hooks: WireHooks): (f: unknown) => ChangedArgument[] {
  const quiet = { ...hooks, byValue: hooks.byValue?.map(withoutState) }
  const before = args.map(arg => fingerprint(arg, quiet))
  return f =>
    args.flatMap((arg, i): ChangedArgument[] => {
      const now = fingerprint(arg, quiet)
      return before[i]?.equals(now ?? NOTHING) === false ? [[i, nameOf(f, i)]] : []
    })
}

const NOTHING = Buffer.alloc(0)

/** Drawing from a generator advances it, which is why it was passed. */
const withoutState = (kind: ByValue): ByValue => (kind.tag === 'Rng' ? { ...kind, takeApart: () => null } : kind)

/** A value that can't be encoded was put there by the call: a promise, a cycle, a disposed tensor. */
function fingerprint(value: unknown, hooks: WireHooks): Buffer | null {
  try {
    return encode(value, hooks)
  } catch {
    return null
  }
}

const SINGLE = /^(?:async\s+)?([a-z_$][\w$]*)\s*=>/i
const LIST = /^(?:class\b[^]*?\bconstructor\b)?[^(]*\(([^()]*)\)/

/** Best effort: a destructured parameter, or one whose default contains brackets, has no name here. */
function nameOf(f: unknown, index: number): string {
  if (typeof f !== 'function') return ''
  const source = Function.prototype.toString.call(f)
  const [, list = ''] = SINGLE.exec(source) ?? LIST.exec(source) ?? []
  return /^\s*([a-z_$][\w$]*)\s*(?:=|$)/i.exec(list.split(',')[index] ?? '')?.[1] ?? ''
}
