import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { checkTrials } from '../src/authoring/check-trials.ts'
import { runTrials } from '../src/authoring/run-trials.ts'
import { COURSE_ROOT } from '../src/course.ts'
import { type SmallLab, smallLab } from './small-lab.ts'

/** `grade check --only answers` on a lab whose hidden tests have one weakness each. */

const SOLUTION = `export type Word = 'much' | 'little'

/**
 * tanh of each number.
 *
 * @param x not changed
 * @returns a new list
 * @example squash([0, 1]) // [0, 0.761…]
 * @throws RangeError when a number is NaN
 */
export function squash(x: number[]): number[] {
  // SOLUTION(small): tanh
  if (x.some(Number.isNaN)) throw new RangeError('NaN')
  return x.map(Math.tanh)
  // END
}

/** A step that remembers. */
export function momentum({ mu = 0.9 }: { mu?: number } = {}): (w: number[], gradient: number[]) => number[] {
  // SOLUTION(small): remember
  const u: number[] = []
  return (w, gradient) => w.map((weight, j) => weight - (u[j] = mu * (u[j] ?? 0) + gradient[j]))
  // END
}

/**
 * Waits for the run to be set.
 */
export async function tell(run: { set: (x: number) => Promise<void> | void }, x: number): Promise<Word> {
  // SOLUTION(small): wait
  await run.set(x)
  return x > 1 ? 'much' : 'little'
  // END
}

export class Counter {
  count = 0
}

/** Adds 1 to the count. */
export function countUp(counter: Counter): void {
  // SOLUTION(small): change it
  counter.count += 1
  // END
}
`

const suite = (strong: boolean) => `import { exercise, expect } from '@backprop/testkit'
import { oncePerSubmission, submissionTest, takesTime } from '@backprop/grader/suite'

type Small = typeof import('#lab/small')
const test = submissionTest<Small>('small', { keepsArguments: ${strong ? "['squash']" : '[]'} })
const strong = ${strong}
const trained = oncePerSubmission(async ({ student }: { student: { squash(x: number[]): Promise<number[]> } }) => student.squash([1]))

exercise('small', () => {
  test('squash', async ({ student, rng }) => {
    expect(await student.squash([]), 'nothing').toBeNear([])
    for (const length of [1, 2, 5]) {
      const x = Array.from({ length }, () => rng.normal())
      expect(await student.squash(x)).toBeNear(x.map(Math.tanh))
    }
    const far = Array.from({ length: 81 }, (_, i) => (i - 40) / 3)
    const small = Array.from({ length: 81 }, (_, i) => (i - 40) / 400)
    if (strong) {
      const x = [...far, ...small]
      expect(await student.squash(x)).toBeNear(x.map(Math.tanh), { relative: 0, absolute: 1e-12 })
    }
  })
  test('refuses', async ({ student }) => {
    const refused = async (x: number[]) => student.squash(x).then(() => false, error => error.thrownName === 'RangeError')
    expect(await refused([NaN])).toBe(true)
    if (strong) expect(await refused([1, 2, 3, NaN])).toBe(true)
    if (strong) expect(await student.squash([0.25])).toBeNear([Math.tanh(0.25)])
  })
  test('chance', async ({ student, rng }) => {
    const x = rng.uniform()
    expect(await student.squash([x])).toBeNear([Math.tanh(x)])
    if (!strong) expect(x).toBeLessThan(0.8)
  })
  test('steps', async ({ student }) => {
    const step = await student.momentum({ mu: 0.5 })
    expect(await step([1, 1], [1, 2])).toBeNear([0, -1])
    if (strong) expect(await step([1, 1], [0, 2])).toBeNear([0.5, -2])
    const [a, b] = [await student.momentum({ mu: 0.25 }), await student.momentum({ mu: 0.25 })]
    expect([await a([1], [1]), await b([1], [1]), await a([1], [1])]).toEqual([[0], [0], [-0.25]])
    const still = await student.momentum({ mu: 0 })
    if (strong) expect([await still([1], [1]), await still([1], [1])]).toEqual([[0], [0]])
  })
  test('waits', async ({ student, rng }) => {
    const heard: number[] = []
    const hear = (x: number) => void heard.push(x)
    const x = 2 + rng.uniform()
    const run = { set: strong ? takesTime('set', hear) : hear }
    expect(await student.tell(run, x)).toBe('much')
    expect(heard).toEqual([x])
    if (strong) expect(await student.tell(run, 0)).toBe('little')
  })
  test('counts', async ({ student }) => {
    const counter = await student.Counter.new()
    await student.countUp(counter)
    expect(await counter.count()).toBe(1)
  })
  test('training', async fixtures => {
    expect(await trained({ student: fixtures.student })).toBeNear([Math.tanh(1)])
  })
})
`

const TESTS = ['squash', 'refuses', 'chance', 'steps', 'waits', 'counts', 'training']
const labs: Record<'weak' | 'strong', SmallLab> = {
  weak: await smallLab(TESTS, suite(false)),
  strong: await smallLab(TESTS, suite(true)),
}
const write = ({ root }: SmallLab, file: string, text: string) => {
  const path = join(root, 'solutions/01-small', file)
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, text)
}
const complaintsAbout = ({ lab }: SmallLab) =>
  checkTrials(lab, { seeds: 12, signal: new AbortController().signal, say: () => {} })

beforeAll(() => {
  for (const each of Object.values(labs)) {
    write(each, 'src/small.ts', SOLUTION)
    symlinkSync(
      join(COURSE_ROOT, 'labs/01-perceptron/node_modules'),
      join(each.root, 'solutions/01-small/node_modules'),
    )
    write(each, 'trivial/by-heart/src/small.ts', 'export const squash = () => []\n')
  }
})
afterAll(() => {
  for (const { root } of Object.values(labs)) rmSync(root, { recursive: true, force: true })
})

describe('many answers, shown to hidden tests in one process', () => {
  test('reveal what weak tests let pass', async () => {
    const complaints = await complaintsAbout(labs.weak)
    const starting = (text: string) => complaints.filter(complaint => complaint.startsWith(text))
    expect(starting('the solution').map(complaint => complaint.replaceAll(/\d+/g, 'N'))).toEqual([
      expect.stringMatching(/^the solution does not pass small\/chance with N of N seeds, as with N: AssertionError/),
    ])
    expect(starting('the trivial answer "refuses all"')).toEqual([
      'the trivial answer "refuses all" earns 1 points, by small/refuses',
    ])
    expect(starting('the trivial answer "first argument"')).toEqual([])
    const missed = starting('no hidden test notices').map(complaint => /"(.*)"/.exec(complaint)?.[1])
    expect(missed).toEqual(
      expect.arrayContaining([
        'squash: limit far from 0, from 5, argument 1',
        'squash: straight within 0.01 of 0, argument 1',
        'squash: checks only the first 1',
        'squash: in place',
        'momentum: late zero',
        'momentum: zero option',
        'tell: not awaited',
      ]),
    )
    expect(missed, 'what the tests do notice').not.toEqual(
      expect.arrayContaining([expect.stringMatching(/momentum: one instance|no empty list|no single|adds up/)]),
    )
  })

  test('name the one that does not end', async () => {
    const endless = 'export const squash = () => { for (;;); }\n'
    write(labs.strong, '.cache/endless/small.ts', endless)
    const src = join(labs.strong.root, 'solutions/01-small/.cache/endless')
    await expect(runTrials(labs.strong.lab, [{ id: 'endless', seed: 1, src }], { loopSeconds: 3 })).rejects.toThrow(
      'a trial of 01-small ran for more than 3 s, so it probably loops forever: endless, in small > squash',
    )
  })

  test('have nothing to say of strong ones, but what is accepted with a reason', async () => {
    expect(await complaintsAbout(labs.strong)).toEqual([])
    write(
      labs.strong,
      'survivors.json',
      JSON.stringify([{ rule: 'in place', functions: ['squash'], why: 'for a test' }]),
    )
    expect(await complaintsAbout(labs.strong)).toEqual([
      'survivors.json lists the mistake "squash: in place", which a test notices, or which no rule makes',
    ])
    write(labs.strong, 'survivors.json', JSON.stringify([{ rule: 'in place' }]))
    await expect(complaintsAbout(labs.strong)).rejects.toThrow('survivors.json is invalid')
  })
})
