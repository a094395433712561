import { expect } from './expect.ts'

const HINT = 'must not change: work on a copy, and return new lists'

/** Calls `f`, and fails if it changed one of its arguments: lists, or objects of them. */
export function expectKept<A extends readonly unknown[]>(f: (...args: A) => unknown, args: A, hint = HINT): void {
  const before = structuredClone(args)
  f(...args)
  for (const [i, argument] of args.entries()) expect(argument, `argument ${i + 1}: ${hint}`).toEqual(before[i])
}
