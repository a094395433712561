import { rng } from '@backprop/core'
import { findLabs } from '../../src/course.ts'
import { expectedStubs } from '../../src/intake/stubs.ts'
import { compare } from '../../src/similar/compare.ts'
import { printsOf } from '../../src/similar/fingerprints.ts'
import { type Given, givenIn, piecesOf } from '../../src/similar/given.ts'
import { unitsOf } from '../../src/similar/tokens.ts'
import { DISGUISES, halfCopied } from './disguises.ts'
import { type Answers, fileOf, independentAnswers } from './independent.ts'

/** How often the comparison is wrong, measured with submissions to lab 01 that are made by rule. */

const FILE = 'src/perceptron.ts'

export interface Plan {
  /** How many students who don't know each other are in a class. */
  readonly students: number
  /** How many of them are copied, in each way. */
  readonly copied: number
  /** How many other classes of that size there are, without a copy; and of 20 and of 4. */
  readonly classes: number
}

/** The similarity of each copy with its original, and of all pairs that have nothing to do with each other. */
export interface Measured {
  /** By the way in which it was disguised. */
  readonly copies: Readonly<Record<string, readonly number[]>>
  /** By the kind of class: how many classes there were, and the similarities of all pairs in them. */
  readonly innocent: Readonly<Record<string, { readonly classes: number; readonly pairs: readonly number[] }>>
}

interface Printed {
  readonly earlier: null
  readonly prints: readonly number[]
}

/** The stub of lab 01's file, and what its students were given. */
export async function labOne(): Promise<{ readonly stub: string; readonly given: Given }> {
  const [lab] = await findLabs('1')
  return { stub: (await expectedStubs(lab)).get(FILE) ?? '', given: await givenIn(lab) }
}

export async function calibrate({ students, copied, classes }: Plan): Promise<Measured> {
  const { stub, given } = await labOne()
  const print = (text: string): Printed => ({
    earlier: null,
    prints: printsOf(piecesOf(FILE, unitsOf(text), given), given),
  })
  const answersOf = (seed: number, count: number) =>
    Array.from({ length: count }, (_, i) => independentAnswers(rng(seed + i)))
  const classOf = (seed: number, count: number) => answersOf(seed, count).map(each => print(fileOf(each, stub)))

  const originals = answersOf(1, students)
  const texts = originals.map(each => fileOf(each, stub))
  const first = texts.map(print)
  const likeness = (i: number, copy: string): number => {
    // `left` is always the one that was there before.
    const found = compare([...first, print(copy)]).atLeast(0)
    return found.find(({ left, right }) => left === i && right === students)?.similarity ?? 0
  }
  const all = (disguise: (i: number) => string) => Array.from({ length: copied }, (_, i) => likeness(i, disguise(i)))
  const copies = {
    ...Object.fromEntries(
      Object.entries(DISGUISES).map(([name, disguise]) => [name, all(i => disguise(texts[i], rng(10_000 + i)))]),
    ),
    'half copied (4 of 7 exercises)': all(i => halfCopied(originals[i], stub, rng(20_000 + i))),
  }
  const many = (count: number, make: (seed: number) => readonly Printed[]) => ({
    classes: count,
    pairs: Array.from({ length: count }, (_, c) => similarities(make(100_000 + 1000 * c))).flat(),
  })
  return {
    copies,
    innocent: {
      [`a class of ${students}`]: many(classes, seed => classOf(seed, students)),
      [`a class of ${students}, a fifth of them with 3 short exercises only`]: many(classes, seed =>
        answersOf(seed, students).map((each, i) => print(fileOf(i % 5 === 0 ? firstThree(each) : each, stub))),
      ),
      'a class of 20': many(10 * classes, seed => classOf(seed, 20)),
      'a class of 4': many(50 * classes, seed => classOf(seed, 4)),
    },
  }
}

const similarities = (submissions: readonly Printed[]): number[] =>
  compare(submissions)
    .atLeast(0)
    .map(({ similarity }) => similarity)

/** Of a student who gave up early. */
const firstThree = ({ bodies, helpers }: Answers): Answers => ({
  helpers,
  bodies: Object.fromEntries(Object.entries(bodies).slice(0, 3)),
})

const THRESHOLDS = [30, 40, 45, 50, 55, 60, 70]

/** The table of a measurement, in Markdown: a row for each kind of copy and of class, a column for each threshold. */
export function tableOf({ copies, innocent }: Measured): string {
  const missed = Object.entries(copies).map(([name, found]) => [
    `copies missed: ${name}`,
    ...THRESHOLDS.map(percent => `${found.filter(each => each < percent / 100).length} of ${found.length}`),
  ])
  const named = Object.entries(innocent).map(([name, { classes, pairs }]) => [
    `independent pairs named in ${name}, of ${pairs.length / classes}`,
    ...THRESHOLDS.map(percent => short(pairs.filter(each => each >= percent / 100).length / classes)),
  ])
  const rows = [['', ...THRESHOLDS.map(percent => `${percent} %`)], ...missed, ...named]
  const widths = rows[0].map((_, column) => Math.max(...rows.map(row => row[column].length)))
  const line = (row: readonly string[]) => `| ${row.map((cell, i) => cell.padEnd(widths[i])).join(' | ')} |`
  const rule = `| ${widths.map(width => '-'.repeat(width)).join(' | ')} |`
  return [line(rows[0]), rule, ...rows.slice(1).map(line)].join('\n')
}

/** Counts per class, on average. */
const short = (count: number): string => (Number.isInteger(count) ? String(count) : count.toFixed(2))
