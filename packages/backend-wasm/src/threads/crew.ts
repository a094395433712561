import type { Exports } from '../exports.ts'
import { KERNELS, MOST_CALLS, canSleep, finish, publish, work, writeCall, writeStart } from './board.ts'
import type { Board, Kernel } from './board.ts'

type Name = (typeof KERNELS)[number]

/** A call of a kernel, which any thread can do. */
export type Call = { [K in Name]: readonly [kernel: K, ...args: Parameters<Exports[K]>] }[Name]

/** Does the calls of each list in their order, and the lists in any order or at once; returns when all are done. */
export type Run = (lists: readonly (readonly Call[])[]) => void

/** The threads that compute. */
export interface Crew {
  /** How many there are; the one that calls `run` is among them. */
  readonly size: number
  /** Into how many lists to cut so many multiplications: two for each thread, so that a slow one holds us up less. */
  lists(multiplications: number): number
  readonly run: Run
}

/** Less work than this, and the others are not worth calling. */
const WORTH_SHARING = 5e5

/** For a crew of `size`. */
export const listsFor = (size: number, multiplications: number): number =>
  size === 1 || multiplications < WORTH_SHARING ? 1 : 2 * size

/** This thread does everything. */
export function alone(kernels: Exports): Run {
  return lists => {
    for (const list of lists) {
      for (const [name, ...args] of list) {
        const kernel: Kernel = kernels[name]
        kernel(...args)
      }
    }
  }
}

const numbers = Object.fromEntries(KERNELS.map((name, number) => [name, number])) as Record<Name, number>

/** Who lost time by waiting for others does without them for so many times as long: it never costs more than 5 %. */
const RECOVERY = 20

/**
 * This thread and all that look at the same board. On a busy machine a thread may stand still with a list in its hands;
 * so there are times when this one prefers to do everything. `size`: how many threads there are.
 */
export function together(board: Board, kernels: Exports, size: () => number): Run {
  const table = KERNELS.map(name => kernels[name])
  const maySleep = canSleep(board)
  const one = alone(kernels)
  let aloneUntil = -Infinity

  /** The calls from number `from` to `to` of each list. */
  function round(lists: readonly (readonly Call[])[], from: number, to: number): void {
    let calls = 0
    for (const [index, list] of lists.entries()) {
      writeStart(board, index, calls)
      for (let i = from; i < to && i < list.length; i++) writeCall(board, calls++, numbers[list[i][0]], list[i])
    }
    writeStart(board, lists.length, calls)
    const start = performance.now()
    publish(board, lists.length)
    work(board, table)
    const middle = performance.now()
    finish(board, lists.length, maySleep)
    const end = performance.now()
    const saved = (middle - start) * (size() - 1)
    if (end - middle > saved) aloneUntil = end + RECOVERY * (end - middle)
  }

  return lists => {
    if (size() === 1 || lists.length < 2 || performance.now() < aloneUntil) return one(lists)
    const share = Math.floor(MOST_CALLS / lists.length)
    const longest = Math.max(...lists.map(list => list.length))
    for (let from = 0; from < longest; from += share) round(lists, from, from + share)
  }
}

/** A part of n things. */
export interface Part {
  readonly from: number
  readonly count: number
}

/** Cuts n things into `parts` parts of about the same size, or fewer; each is a multiple of `grain`, but the last. */
export function cut(n: number, parts: number, grain = 1): Part[] {
  const size = Math.ceil(n / parts / grain) * grain
  const result: Part[] = []
  for (let from = 0; from < n; from += size) result.push({ from, count: Math.min(size, n - from) })
  return result
}

/** Cuts a part into chunks of `size` things; the last may have fewer. */
export function chunks({ from, count }: Part, size: number): Part[] {
  const starts = Array.from({ length: Math.ceil(count / size) }, (_, i) => i * size)
  return starts.map(start => ({ from: from + start, count: Math.min(size, count - start) }))
}

export function indices({ from, count }: Part): number[] {
  return Array.from({ length: count }, (_, i) => from + i)
}
