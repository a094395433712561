import type { Rng } from '@backprop/core'
import { expectRefusal, type SubmissionFixtures, submissionTest } from '@backprop/grader/suite'
import { exercise, expect } from '@backprop/testkit'
import type { NormOptions } from '#lab/batch-norm'
import { expectLists, fields, functionsOf } from './checks.ts'
import { normalised, normals, type Statistics, statisticsOf } from './reference.ts'

type Module = typeof import('#lab/batch-norm')
const test = submissionTest<Module>('batch-norm', {
  keepsArguments: ['batchNorm', 'batchNorm().forward', 'batchNorm().backward'],
})
type Given = Pick<SubmissionFixtures<Module>, 'student' | 'rng'>

/** A layer with random γ and β. */
async function layerOf({ student, rng }: Given, features: number, options?: NormOptions) {
  const [[gamma], [beta]] = [normals(1, features, rng, 2), normals(1, features, rng)]
  const made = options ? student.batchNorm(gamma, beta, options) : student.batchNorm(gamma, beta)
  return { layer: functionsOf(await made, 'forward', 'backward', 'running'), gamma, beta }
}

/** Examples whose features have means and deviations of very different sizes. */
const batch = (count: number, features: number, rng: Rng): number[][] => {
  const [[centers], [sizes]] = [normals(1, features, rng, 5), normals(1, features, rng)]
  return normals(count, features, rng).map(row => row.map((value, j) => centers[j] + value * Math.exp(sizes[j])))
}

/** The running statistics after these batches. */
function running(batches: number[][][], momentum = 0.1): Statistics {
  const features = batches[0][0].map(() => 0)
  // Each batch counts momentum · (1 − momentum)^(number of later batches); what is left is that of the start.
  const share = (b: number) => momentum * (1 - momentum) ** (batches.length - 1 - b)
  const start = (1 - momentum) ** batches.length
  const mix = (name: keyof Statistics, first: number) =>
    features.map((_, j) => batches.reduce((sum, x, b) => sum + share(b) * statisticsOf(x)[name][j], start * first))
  return { mean: mix('mean', 0), variance: mix('variance', 1) }
}

const SIZES = [
  [4, 3],
  [2, 1],
  [17, 5],
  [30, 2],
]

exercise('batch-norm', () => {
  test('training', async ({ student, rng }) => {
    for (const [count, features] of SIZES) {
      const { layer, gamma, beta } = await layerOf({ student, rng }, features)
      // A second batch of another size: the first one leaves no trace in training.
      for (const x of [batch(count, features, rng), batch(count + 3, features, rng)])
        expectLists(await layer.forward(x, true), normalised(x, { gamma, beta }).y, `${count} × ${features} numbers`)
    }
    for (const options of [{ epsilon: 0.5 }, { epsilon: 0 }]) {
      const { layer, gamma, beta } = await layerOf({ student, rng }, 3, options)
      const x = batch(6, 3, rng)
      expectLists(await layer.forward(x, true), normalised(x, { gamma, beta, ...options }).y, `ε = ${options.epsilon}`)
    }
  })

  test('running', async ({ student, rng }) => {
    for (const momentum of [undefined, 0.3, 1, 0]) {
      const { layer } = await layerOf({ student, rng }, 3, momentum === undefined ? undefined : { momentum })
      const start = fields(await layer.running())
      expectLists(start.mean, [0, 0, 0], 'the running mean before training')
      expectLists(start.variance, [1, 1, 1], 'the running variance before training')
      const batches: number[][][] = []
      for (const count of [5, 2, 9, 4]) {
        batches.push(batch(count, 3, rng))
        await layer.forward(batches[batches.length - 1], true)
        const expected = running(batches, momentum)
        const found = fields(await layer.running())
        expectLists(found.mean, expected.mean, `the running mean after ${batches.length} batches`)
        expectLists(found.variance, expected.variance, `the running variance after ${batches.length} batches`)
      }
    }
    // Two layers of a network with the same γ and β, as all have at first, but each with its own statistics.
    const made = async () => functionsOf(await student.batchNorm([1, 1], [0, 0]), 'forward', 'running')
    const [one, other] = [await made(), await made()]
    const x = batch(5, 2, rng)
    await one.forward(x, true)
    expectLists(fields(await other.running()).mean, [0, 0], 'another layer has seen nothing')
    expectLists(fields(await one.running()).mean, running([x]).mean, 'each layer has its own statistics')
  })

  test('evaluation', async ({ student, rng }) => {
    const { layer, gamma, beta } = await layerOf({ student, rng }, 3)
    const untrained = batch(4, 3, rng)
    const fresh = normalised(untrained, { gamma, beta, by: { mean: [0, 0, 0], variance: [1, 1, 1] } })
    expectLists(await layer.forward(untrained, false), fresh.y, 'evaluation before any training')
    const seen: number[][][] = []
    for (let step = 0; step < 3; step += 1) {
      seen.push(batch(6, 3, rng))
      await layer.forward(seen[step], true)
      // Evaluation must not move the running statistics, however often it happens.
      for (const count of [1, 7]) {
        const x = batch(count, 3, rng)
        const { y } = normalised(x, { gamma, beta, by: running(seen) })
        expectLists(await layer.forward(x, false), y, `${count} examples by the running statistics`)
      }
    }
    const { mean, variance } = fields(await layer.running())
    expectLists(mean, running(seen).mean, 'evaluation leaves the running mean as it is')
    expectLists(variance, running(seen).variance, 'evaluation leaves the running variance as it is')
    // The answer for an example does not depend on the others in the batch.
    const [x, others] = [batch(1, 3, rng), batch(5, 3, rng)]
    const [alone] = await layer.forward(x, false)
    const together = await layer.forward([...others, ...x], false)
    expectLists(together, [...normalised(others, { gamma, beta, by: running(seen) }).y, alone], 'one among others')
  })

  test('single', async ({ student, rng }) => {
    // One example is its own mean, and its variance is 0: what is left is β.
    const { layer, beta } = await layerOf({ student, rng }, 4)
    const [x, dy] = [batch(1, 4, rng), normals(1, 4, rng)]
    expectLists(await layer.forward(x, true), [beta], 'a batch of one example')
    const found = fields(await layer.backward(dy))
    expectLists(found.dx, [[0, 0, 0, 0]], 'its mean moves with it, so it gets no slope')
    expectLists(found.dgamma, [0, 0, 0, 0], '∂J/∂γ of a batch of one')
    expectLists(found.dbeta, dy[0], '∂J/∂β of a batch of one')
    const { mean, variance } = fields(await layer.running())
    expectLists(mean, running([x]).mean, 'the running mean')
    expectLists(variance, [0.9, 0.9, 0.9, 0.9], 'the running variance moves towards 0')
    // A feature that is the same in all examples.
    const constant = batch(5, 2, rng).map(([first]) => [first, 3])
    const two = await layerOf({ student, rng }, 2)
    expectLists(
      await two.layer.forward(constant, true),
      normalised(constant, two).y,
      'a constant feature is not divided by 0',
    )
  })

  test('backward', async ({ student, rng }) => {
    for (const [count, features] of SIZES) {
      for (const options of [undefined, { epsilon: 0.2 }]) {
        const { layer, gamma, beta } = await layerOf({ student, rng }, features, options)
        for (let step = 0; step < 2; step += 1) {
          const [x, dy] = [batch(count + step, features, rng), normals(count + step, features, rng)]
          await layer.forward(x, true)
          const expected = normalised(x, { gamma, beta, ...options }).backward(dy)
          const found = fields(await layer.backward(dy))
          expectLists(found.dbeta, expected.dbeta, '∂J/∂β')
          expectLists(found.dgamma, expected.dgamma, '∂J/∂γ')
          expectLists(found.dx, expected.dx, '∂J/∂x: mean and variance depend on x too')
          expectLists(fields(await layer.backward(dy)).dx, expected.dx, 'calling backward twice gives the same result')
        }
      }
    }
  })

  test('backward-evaluation', async ({ student, rng }) => {
    const { layer, gamma, beta } = await layerOf({ student, rng }, 3)
    const seen = [batch(6, 3, rng), batch(4, 3, rng)]
    for (const x of seen) await layer.forward(x, true)
    const [x, dy] = [batch(5, 3, rng), normals(5, 3, rng)]
    const evaluated = normalised(x, { gamma, beta, by: running(seen) })
    expectLists(await layer.forward(x, false), evaluated.y, 'the evaluation itself')
    const expected = evaluated.backward(dy)
    const found = fields(await layer.backward(dy))
    expectLists(found.dx, expected.dx, 'in evaluation mean and variance are constants')
    expectLists(found.dgamma, expected.dgamma, '∂J/∂γ after an evaluation')
    expectLists(found.dbeta, expected.dbeta, '∂J/∂β after an evaluation')
    // And back to training.
    const trained = normalised(x, { gamma, beta })
    expectLists(await layer.forward(x, true), trained.y, 'training again')
    expectLists(fields(await layer.backward(dy)).dx, trained.backward(dy).dx, 'backward in training again')
  })

  test('refusals', async ({ student, rng }) => {
    await expectRefusal(student.batchNorm([1, 2], [0]), 'fewer shifts than scales')
    await expectRefusal(student.batchNorm([1], [0, 0]), 'fewer scales than shifts')
    await expectRefusal(student.batchNorm([1, 2, 3, 4], [0, 0, 0]), 'one shift too few')
    const { layer, gamma, beta } = await layerOf({ student, rng }, 3)
    for (const training of [true, false]) {
      await expectRefusal(layer.forward([], training), 'an empty batch')
      await expectRefusal(layer.forward([[1, 2]], training), 'rows that are too short')
      await expectRefusal(layer.forward([[1, 2, 3], [1, 2, 3, 4]], training), 'a row that is too long') // prettier-ignore
    }
    const x = batch(4, 3, rng)
    expectLists(await layer.forward(x, true), normalised(x, { gamma, beta }).y, 'a batch that fits is accepted')
    const dy = normals(4, 3, rng)
    await expectRefusal(layer.backward(dy.slice(1)), 'slopes for too few examples')
    await expectRefusal(layer.backward(dy.map(row => row.slice(1))), 'too few slopes')
    expectLists(
      fields(await layer.backward(dy)).dx,
      normalised(x, { gamma, beta }).backward(dy).dx,
      'slopes that fit are accepted',
    )
    expectLists(fields(await layer.running()).mean, running([x]).mean, 'batches that were rejected leave no trace')
    expect(gamma, 'one scale for each feature').toHaveLength(3)
  })
})
