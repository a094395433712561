import { exercise, expect } from '@backprop/testkit'
import { expectRefusal, submissionTest } from '@backprop/grader/suite'
import type { Reduction } from '#lab/losses'
import { binary, classes, DIFFERENCES, list, loss, normals, probabilities, reduced, slopes } from './reference.ts'

const test = submissionTest<typeof import('#lab/gradients')>('gradients')

const REDUCTIONS: (Reduction | undefined)[] = [undefined, 'mean', 'sum']

/** What every number is divided by. */
const share = (N: number, reduction: Reduction | undefined) => (reduction === 'sum' ? 1 : N)

/** A loss of N numbers and N targets, all examples together. */
type Single = 'mse' | 'mae' | 'bce' | 'bceWithLogits'
const total = (name: Single, targets: number[], reduction?: Reduction) => (x: number[]) =>
  reduced(
    x.map((value, i) => loss[name](value, targets[i])),
    reduction,
  )

exercise('gradients', () => {
  test('mse', async ({ student, rng }) => {
    for (const N of [1, 8]) {
      const [predictions, targets] = [normals(rng, N, 2), normals(rng, N, 2)]
      for (const reduction of REDUCTIONS) {
        const gradient = await student.mseGradient(predictions, targets, reduction)
        const expected = predictions.map((p, i) => (p + p - targets[i] - targets[i]) / share(N, reduction))
        expect(gradient, 'twice the error').toBeNear(expected)
        expect(gradient, 'as central differences say').toBeNear(
          slopes(total('mse', targets, reduction), predictions),
          DIFFERENCES,
        )
      }
    }
  })

  test('mae', async ({ student, rng }) => {
    for (const N of [1, 8]) {
      const targets = normals(rng, N, 2)
      // Away from the corner, where differences would see both sides.
      const errors = list(N, i => (i % 3 === 1 ? -1 : 1) * (0.1 + 5 * rng.uniform()))
      const predictions = targets.map((target, i) => target + errors[i])
      for (const reduction of REDUCTIONS) {
        const gradient = await student.maeGradient(predictions, targets, reduction)
        const expected = errors.map(error => (error > 0 ? 1 : -1) / share(N, reduction))
        expect(gradient, 'the sign of the error').toBeNear(expected)
        expect(gradient, 'as central differences say').toBeNear(
          slopes(total('mae', targets, reduction), predictions),
          DIFFERENCES,
        )
      }
    }
    expect(await student.maeGradient([2, 3, -1], [2, 1, -1], 'sum'), 'the corner').toBeNear([0, 1, 0])
  })

  test('bce', async ({ student, rng }) => {
    for (const N of [1, 9]) {
      const [p, labels] = [probabilities(rng, N), binary(rng, N)]
      for (const reduction of REDUCTIONS) {
        const gradient = await student.bceGradient(p, labels, reduction)
        const expected = p.map((value, i) => (value - labels[i]) / (value * (1 - value)) / share(N, reduction))
        expect(gradient, '−1/p or 1/(1 − p)').toBeNear(expected)
        expect(gradient, 'as central differences say').toBeNear(slopes(total('bce', labels, reduction), p), DIFFERENCES)
      }
    }
    expect(await student.bceGradient([1, 0], [1, 0], 'sum'), 'sure and right').toBeNear([-1, 1])
  })

  test('bce-with-logits', async ({ student, rng }) => {
    for (const N of [1, 9]) {
      const [z, labels] = [normals(rng, N, 2), binary(rng, N)]
      for (const reduction of REDUCTIONS) {
        const gradient = await student.bceWithLogitsGradient(z, labels, reduction)
        const expected = z.map((value, i) => ((1 + Math.tanh(value / 2)) / 2 - labels[i]) / share(N, reduction))
        expect(gradient, 'probability minus label').toBeNear(expected)
        expect(gradient, 'as central differences say').toBeNear(
          slopes(total('bceWithLogits', labels, reduction), z),
          DIFFERENCES,
        )
      }
    }
  })

  test('cross-entropy', async ({ student, rng }) => {
    for (const [N, K] of [
      [1, 3],
      [5, 4],
      [3, 7],
      [4, 1],
    ]) {
      const logits = list(N, () => normals(rng, K))
      const labels = classes(rng, N, K)
      for (const reduction of REDUCTIONS) {
        const gradient = await student.crossEntropyGradient(logits, labels, reduction)
        const expected = logits.map((z, i) =>
          z.map((_, k) => (Math.exp(-loss.crossEntropy(z, k)) - (k === labels[i] ? 1 : 0)) / share(N, reduction)),
        )
        expect(gradient, 'probabilities minus one-hot').toBeNear(expected)
        // A row has no part in the loss of another, so each is moved by itself.
        const differences = logits.map((z, i) =>
          slopes(moved => loss.crossEntropy(moved, labels[i]), z).map(slope => slope / share(N, reduction)),
        )
        expect(gradient, 'as central differences say').toBeNear(differences, DIFFERENCES)
      }
    }
  })

  test('large-logits', async ({ student }) => {
    // One example at a time, so that the reduction makes no difference.
    for (const [z, label, slope] of [
      [1000, 0, 1],
      [1000, 1, 0],
      [-1000, 0, 0],
      [-1000, 1, -1],
    ]) {
      expect(await student.bceWithLogitsGradient([z], [label]), `a logit of ${z}`).toBeNear([slope])
    }
    const p = 1 / (2 + Math.exp(-1))
    for (const [z, label, slopesOfRow] of [
      [[1000, -1000, 0], 1, [1, -1, 0]],
      [[-1000, -1000, -1001], 0, [p - 1, p, 1 - 2 * p]],
    ] as const) {
      expect(await student.crossEntropyGradient([[...z]], [label]), `the logits ${z.join(', ')}`).toBeNear([
        slopesOfRow,
      ])
    }
  })

  test('refused', async ({ student }) => {
    for (const name of ['mseGradient', 'maeGradient', 'bceGradient', 'bceWithLogitsGradient'] as const) {
      await expectRefusal(student[name]([0.5, 0.5], [1]), `${name}: more predictions than targets`)
      await expectRefusal(student[name]([0.5], [1, 0], 'sum'), `${name}: more targets than predictions`)
      await expectRefusal(student[name]([], []), `${name}: an empty batch`)
    }
    await expectRefusal(student.crossEntropyGradient([[1, 2]], [1, 0]), 'crossEntropyGradient: more labels than rows')
    await expectRefusal(
      student.crossEntropyGradient(
        [
          [1, 2],
          [1, 2],
        ],
        [1],
      ),
      'crossEntropyGradient: more rows than labels',
    )
    await expectRefusal(student.crossEntropyGradient([], [], 'sum'), 'crossEntropyGradient: an empty batch')
  })
})
