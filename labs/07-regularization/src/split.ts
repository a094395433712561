/**
 * Splitting examples into parts: one to learn from, one to choose with, one to judge with at the very end.
 *
 * N examples have labels `[N]` and groups `[N]`. A group is a set of examples that belong together: the copies of one
 * image, the digits of one writer, the scans of one patient. All examples of a group have the same label.
 */
import type { Rng } from '@backprop/core'
import { NotImplemented } from '@backprop/testkit/todo'

export interface SplitOptions {
  /** The number of seats of each part, whole numbers of 1 or more: [8, 1, 1] is 80 %, 10 % and 10 %. */
  shares: number[]
  /** The source of all randomness; `[...rng.permutation(5)]` is 0 to 4 in random order. */
  rng: Rng
}

/**
 * Deals examples out into parts, group by group, as you deal cards to the seats at a table.
 *
 * Each part has as many seats as its share. Class after class, the groups of a class are shuffled and dealt out one by
 * one, seat after seat and round after round. The next class continues at the seat where the last one ended. So
 *
 * - every example is in exactly one part;
 * - a group is never torn apart: all its examples are in one part;
 * - with S seats and G groups in a class, each seat gets ⌊G/S⌋ or ⌈G/S⌉ of them, and likewise for all groups together;
 * - where each group goes is random, but the same seed gives the same split.
 *
 * @param labels the class of each example `[N]`, any whole numbers; not changed
 * @param groups the number of each example's group `[N]`, any whole numbers; not changed
 * @param options.shares the seats of each part
 * @param options.rng the only source of randomness
 * @returns the indices of each part's examples, in any order
 * @throws RangeError when labels and groups have different lengths, or a share is not a whole number of 1 or more
 * @example split([0, 0, 0, 1, 1], [7, 7, 8, 5, 6], { shares: [1, 1], rng }) // [[0, 1, 3], [2, 4]], or a different
 * split
 */
export function split(labels: number[], groups: number[], { shares, rng }: SplitOptions): number[][] {
  // TODO(split): Reject invalid arguments; collect the groups of each class; shuffle and deal them out.
  throw new NotImplemented('split')
}
