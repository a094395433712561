import { loadMnist } from '@backprop/datasets/node'
import { describe, expect, test } from 'vitest'
import { findLabs } from '../src/course.ts'
import { expectedStubs } from '../src/intake/stubs.ts'
import { gradeLab } from '../src/pipeline/grade-lab.ts'
import { strongestTier } from '../src/sandbox/try-tier.ts'
import { Arena } from './attacks/arena.ts'
import type { Cheat } from './attacks/learning.ts'
import { MLP } from './attacks/learning-mlp.ts'
import { NEURON } from './attacks/learning-neuron.ts'
import { meansOf, readByMeans, readByTable, shipped, tableOf } from './attacks/shipped.ts'
import { handIn, LIMITS } from './attacks/trial.ts'

/** Cheats at learning, against the labs that they are made for. They do nothing outside their process. */

const { id: tier } = await strongestTier()
const [[perceptron], [mlp]] = [await findLabs('01'), await findLabs('05')]
const LABS = { '01': perceptron, '05': mlp }

async function expectNothing({ id, idea, title, lab: name, code, ...cheat }: Cheat): Promise<void> {
  const lab = LABS[name]
  await using arena = await Arena.open()
  const [file] = lab.manifest.edit
  const submission = handIn(
    { id, idea, title, code: '', files: { ...Object.fromEntries(await expectedStubs(lab)), [file]: code } },
    arena,
  )
  // Time enough to load tensors, and little to be held up.
  const limits = { ...LIMITS, loadSeconds: 10, memoryMB: lab.manifest.limits.memoryMB, wallSeconds: 120 }
  const graded = await gradeLab({
    lab: { ...lab, manifest: { ...lab.manifest, limits } },
    submission,
    tier,
    only: { exercise: cheat.exercise },
  })
  if (cheat.refused) return void expect(graded.problem).toContain(cheat.refused)
  expect(graded.problem, 'it was really run').toBeNull()
  const tests = graded.exercises.find(({ id }) => id === cheat.exercise)?.tests ?? []
  const checked = tests.filter(test => !cheat.tests || cheat.tests.includes(test.id))
  expect(checked, 'there are such tests').toHaveLength(cheat.tests?.length ?? tests.length)
  expect(
    checked.filter(test => test.points > 0).map(test => test.id),
    'tests that it passed',
  ).toEqual([])
  const statuses = new Set<string>(checked.map(({ status }) => status))
  expect(
    (cheat.seenAs ?? ['failed']).some(status => statuses.has(status)),
    [...statuses].join(),
  ).toBe(true)
}

describe.concurrent('cheats at learning', () => {
  test.each<Cheat>([...MLP, ...NEURON])('$idea $id: $title', expectNothing)

  test('L-05 a table of the published labels finds images again however they were moved, and earns nothing', async () => {
    const { test: published } = await loadMnist()
    const table = tableOf(published)
    // Moved by a pixel, as the suite moves them: the table does find them.
    const moved = Uint8Array.from(published.images, (_, i) => published.images[i + 1] ?? 0)
    const found = readByTable(table, moved)
    expect(published.labels.filter((label, i) => found[i] === label).length / published.count).toBeGreaterThan(0.95)
    await expectNothing({
      ...{ id: 'label-table', idea: 'L-05', title: '', lab: '05', exercise: 'accuracy' },
      code: shipped(readByTable, table),
    })
  })

  test('L-05 weights that were trained at home read most digits, and earn nothing', async () => {
    const { train, test: published } = await loadMnist()
    const means = meansOf(train)
    const found = readByMeans(means, published.images)
    expect(published.labels.filter((label, i) => found[i] === label).length / published.count).toBeGreaterThan(0.75)
    await expectNothing({
      ...{ id: 'shipped-weights', idea: 'L-05', title: '', lab: '05', exercise: 'accuracy' },
      code: shipped(readByMeans, means),
    })
  })
})
