import type { ImageSet } from '@backprop/datasets'
import { loadMnist } from '@backprop/datasets/node'
import { describe, expect, test } from 'vitest'
import { findLabs } from '../../src/course.ts'
import { expectedStubs } from '../../src/intake/stubs.ts'
import { gradeLab } from '../../src/pipeline/grade-lab.ts'
import { prepareLab } from '../../src/pipeline/prepare-lab.ts'
import { strongestTier } from '../../src/sandbox/try-tier.ts'
import { Arena } from '../attacks/arena.ts'
import { meansOf, readByMeans } from '../attacks/shipped.ts'
import { handIn } from '../attacks/trial.ts'
import { LAYERS, MEANS, NEIGHBOURS, PROTOTYPES } from './as-networks.ts'
import { hashOf, JUDGES, learningNames, lookUp, namesOf, type Recall, renaming, tableOf } from './lab-05.ts'

/** More cheats at learning in lab 05; those of the corpus are in attacks-learning.test.ts. */

const { id: tier } = await strongestTier()
const [lab] = await findLabs('05')
const prepared = await prepareLab(lab)
const STUBS = Object.fromEntries(await expectedStubs(lab))

/** The tests of one exercise that a submission passes in which one file is not the stub. */
async function passed(file: string, code: string, exercise: string): Promise<string[]> {
  await using arena = await Arena.open()
  const submission = handIn({ id: 'cheat', idea: 'L', title: '', code: '', files: { ...STUBS, [file]: code } }, arena)
  const graded = await gradeLab({ lab, prepared, submission, tier, only: { exercise } })
  expect(graded.problem, 'it was really run').toBeNull()
  const tests = graded.exercises.find(({ id }) => id === exercise)?.tests ?? []
  expect(tests.length, 'there are such tests').toBeGreaterThan(0)
  return tests.filter(({ points }) => points > 0).map(({ id }) => id)
}

/** How well a cheat reads test images that were only moved, when the digits are renamed: what it is worth by itself. */
function worth(recall: Recall, knowledge: Uint8Array, { train, test }: { train: ImageSet; test: ImageSet }): number {
  const renamed = (label: number) => (label + 3) % 10
  const some = train.labels.slice(0, 5000).map(renamed)
  const names = namesOf(recall(knowledge, train.images.subarray(0, 5000 * 784)), some)
  const moved = Uint8Array.from(test.images, (_, i) => test.images[i + 1] ?? 0)
  const answers = recall(knowledge, moved).map(digit => names[digit] ?? -1)
  return answers.filter((answer, i) => answer === renamed(test.labels[i])).length / test.count
}

describe.concurrent('cheats in lab 05', () => {
  test.each(JUDGES)('$idea $id: $title', async ({ code, exercise, tests }) => {
    const earned = await passed('src/judge.ts', code, exercise)
    expect(earned.filter(id => tests.includes(id))).toEqual([])
  })

  test('L-05 a table that finds images however they were moved or turned, and learns the new names, earns nothing', async () => {
    const mnist = await loadMnist()
    const first = { ...mnist.train, images: mnist.train.images, labels: mnist.train.labels.subarray(0, 5000) }
    const table = tableOf([mnist.test, first], hashOf)
    expect(worth(lookUp, table, mnist)).toBeGreaterThan(0.95)
    expect(await passed('src/mlp.ts', renaming(lookUp, table), 'accuracy')).toEqual([])
  })

  test('L-05 knowledge that was gained at home, and learns the new names, earns nothing', async () => {
    const mnist = await loadMnist()
    const means = meansOf(mnist.train)
    expect(worth(readByMeans, means, mnist)).toBeGreaterThan(0.6)
    const network = `${learningNames(readByMeans, means)}
${LAYERS}
${MEANS}
export const fit = async (images, labels, { on }) =>
  layersOf(on, [784, 10], nearestMean(knowledge, learned(images, labels)))`
    expect(await passed('src/mlp.ts', network, 'accuracy')).toEqual([])
  })

  // Networks all the same, of which some read most digits.
  const MARKS = ['better-than-a-line', 'full-accuracy']
  test.each([
    {
      title: 'a function that reads by the fifteen nearest neighbours is no network',
      code: `${NEIGHBOURS}
export const fit = async (images, labels) => neighbours(images, labels, 784, 15)`,
      tests: ['network', ...MARKS],
    },
    {
      title: 'a layer of 1,000 training images is too large',
      code: `${LAYERS}
${PROTOTYPES}
export const fit = async (images, labels, { on }) => layersOf(on, [784, 1000, 10], prototypes(images, labels, 1000, 0.5))`,
      tests: ['network', ...MARKS],
    },
    ...[0.4, 0.5, 0.6].map(likeness => ({
      title: `as many training images as fit in, a vote of those that are alike by ${likeness}, read too little`,
      code: `${LAYERS}
${PROTOTYPES}
export const fit = async (images, labels, { on }) => layersOf(on, [784, 620, 10], prototypes(images, labels, 620, ${likeness}))`,
      tests: MARKS,
    })),
    {
      title: 'the means of the classes, learned from all training images, read too little',
      code: `${LAYERS}
${MEANS}
export const fit = async (images, labels, { on }) =>
  layersOf(on, [784, 10], nearestMean(meansOf(images, labels), [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]))`,
      tests: MARKS,
    },
  ])('L-10 $title', async ({ code, tests }) => {
    const earned = await passed('src/mlp.ts', code, 'accuracy')
    expect(earned.filter(id => tests.includes(id))).toEqual([])
  })
})
