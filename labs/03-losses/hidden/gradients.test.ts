import { expectRefusal, submissionTest } from '@backprop/grader/suite'
import { exercise, expect } from '@backprop/testkit'
import type { Reduction } from '#lab/losses'
import {
  binary,
  bothClasses,
  classes,
  DIFFERENCES,
  ERRORS,
  grid,
  LIKELY,
  list,
  loss,
  normals,
  probabilities,
  reduced,
  slopes,
} from './reference.ts'

type Module = typeof import('#lab/gradients')
const test = submissionTest<Module>('gradients')
const keeping = submissionTest<Module>('gradients', {
  keepsArguments: ['mseGradient', 'maeGradient', 'bceGradient', 'bceWithLogitsGradient', 'crossEntropyGradient'],
})

/** As many zeros as there are errors of every size. */
const ZEROS = ERRORS.map(() => 0)

const REDUCTIONS: (Reduction | undefined)[] = [undefined, 'mean', 'sum']

/** The number by which each gradient is divided. */
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
        expect(gradient, 'close to the central differences').toBeNear(
          slopes(total('mse', targets, reduction), predictions),
          DIFFERENCES,
        )
      }
    }
    for (const reduction of REDUCTIONS) {
      const expected = ERRORS.map(error => (2 * error) / share(ERRORS.length, reduction))
      expect(await student.mseGradient([...ERRORS], ZEROS, reduction), 'errors of every size').toBeNear(expected)
    }
    expect(await student.mseGradient([1, 5, 3, 4], [1, 2, 3, 4]), 'one error of four').toBeNear([0, 1.5, 0, 0])
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
        expect(gradient, 'close to the central differences').toBeNear(
          slopes(total('mae', targets, reduction), predictions),
          DIFFERENCES,
        )
      }
    }
    for (const reduction of REDUCTIONS) {
      const expected = ERRORS.map(error => Math.sign(error) / share(ERRORS.length, reduction))
      expect(await student.maeGradient([...ERRORS], ZEROS, reduction), 'errors of every size').toBeNear(expected)
    }
    expect(await student.maeGradient([2, 3, -1], [2, 1, -1], 'sum'), 'the corner').toBeNear([0, 1, 0])
    // The sign of a prediction means nothing: the target may be on either side.
    expect(await student.maeGradient([-30, -30, 30, 30], [-40, 40, 40, -40], 'sum'), 'far from 0').toBeNear([
      1, -1, -1, 1,
    ])
    expect(await student.maeGradient([2, 3, -1, 4], [2, 1, -1, 4]), 'one error of four').toBeNear([0, 0.25, 0, 0])
  })

  test('bce', async ({ student, rng }) => {
    for (const N of [1, 9]) {
      const [p, labels] = [probabilities(rng, N), binary(rng, N)]
      for (const reduction of REDUCTIONS) {
        const gradient = await student.bceGradient(p, labels, reduction)
        const expected = p.map((value, i) => (value - labels[i]) / (value * (1 - value)) / share(N, reduction))
        expect(gradient, '−1/p or 1/(1 − p)').toBeNear(expected)
        expect(gradient, 'close to the central differences').toBeNear(
          slopes(total('bce', labels, reduction), p),
          DIFFERENCES,
        )
      }
    }
    const pairs = LIKELY.flatMap(bothClasses)
    const [p, labels] = [pairs.map(pair => pair[0]), pairs.map(pair => pair[1])]
    const expected = pairs.map(([value, label]) => (label === 1 ? -1 / value : 1 / (1 - value)))
    expect(await student.bceGradient(p, labels, 'sum'), 'from very unlikely to almost certain').toBeNear(expected)
    expect(await student.bceGradient([1, 0], [1, 0], 'sum'), 'certain and right').toBeNear([-1, 1])
  })

  test('bce-with-logits', async ({ student, rng }) => {
    for (const N of [1, 9]) {
      const [z, labels] = [normals(rng, N, 2), binary(rng, N)]
      for (const reduction of REDUCTIONS) {
        const gradient = await student.bceWithLogitsGradient(z, labels, reduction)
        const expected = z.map((value, i) => ((1 + Math.tanh(value / 2)) / 2 - labels[i]) / share(N, reduction))
        expect(gradient, 'probability minus label').toBeNear(expected)
        expect(gradient, 'close to the central differences').toBeNear(
          slopes(total('bceWithLogits', labels, reduction), z),
          DIFFERENCES,
        )
      }
    }
    const z = grid(-50, 50, 0.25)
    for (const label of [0, 1]) {
      const labels = z.map(() => label)
      const expected = z.map(value => (1 + Math.tanh(value / 2)) / 2 - label)
      expect(await student.bceWithLogitsGradient(z, labels, 'sum'), 'logits from −50 to 50').toBeNear(expected)
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
        // Rows don't affect one another's loss, so each is moved separately.
        const differences = logits.map((z, i) =>
          slopes(moved => loss.crossEntropy(moved, labels[i]), z).map(slope => slope / share(N, reduction)),
        )
        expect(gradient, 'close to the central differences').toBeNear(differences, DIFFERENCES)
      }
    }
    const gaps = grid(-50, 50, 0.25)
    const expected = gaps.map(gap => (1 + Math.tanh(gap / 2)) / 2).map(p => [-p, p])
    const gradient = await student.crossEntropyGradient(
      gaps.map(gap => [0, gap]),
      gaps.map(() => 0),
      'sum',
    )
    expect(gradient, 'logits that are up to 50 apart').toBeNear(expected)
  })

  test('large-logits', async ({ student, rng }) => {
    // One example at a time, so that the reduction makes no difference.
    for (const [z, label, slope] of [
      [1000, 0, 1],
      [1000, 1, 0],
      [-1000, 0, 0],
      [-1000, 1, -1],
    ]) {
      expect(await student.bceWithLogitsGradient([z], [label]), `a logit of ${z}`).toBeNear([slope])
    }
    const by = rng.uniform()
    const p = 1 / (2 + Math.exp(-by))
    for (const [z, label, slopesOfRow] of [
      [[1000, -1000, 0], 1, [1, -1, 0]],
      [[-1000, -1000, -1000 - by], 0, [p - 1, p, 1 - 2 * p]],
    ] as const) {
      expect(await student.crossEntropyGradient([[...z]], [label]), `the logits ${z.join(', ')}`).toBeNear([
        slopesOfRow,
      ])
    }
  })

  test('refused', async ({ student, rng }) => {
    for (const reduction of REDUCTIONS) {
      for (const name of ['mseGradient', 'maeGradient', 'bceGradient', 'bceWithLogitsGradient'] as const) {
        await expectRefusal(student[name]([0.5, 0.5], [1], reduction), `${name}: more predictions than targets`)
        await expectRefusal(student[name]([0.5], [1, 0], reduction), `${name}: more targets than predictions`)
        const long = [0.5, 0.5, 0.5, 0.5]
        await expectRefusal(student[name](long, [1, 0, 1], reduction), `${name}: one more prediction at the end`)
        await expectRefusal(student[name]([], [], reduction), `${name}: an empty batch`)
      }
      const row = [1, 2]
      const name = 'crossEntropyGradient'
      await expectRefusal(student.crossEntropyGradient([row], [1, 0], reduction), `${name}: more labels than rows`)
      await expectRefusal(student.crossEntropyGradient([row, row], [1], reduction), `${name}: more rows than labels`)
      const rows = [row, row, row, row]
      await expectRefusal(student.crossEntropyGradient(rows, [1, 0, 1], reduction), `${name}: one more row at the end`)
      await expectRefusal(student.crossEntropyGradient([], [], reduction), `${name}: an empty batch`)
    }
    const error = 1 + rng.uniform()
    expect(await student.mseGradient([error], [0]), 'valid input is accepted').toBeNear([2 * error])
  })

  keeping('kept', async ({ student, rng }) => {
    const [predictions, targets] = [normals(rng, 4), normals(rng, 4)]
    const [p, labels] = [probabilities(rng, 4), binary(rng, 4)]
    const by = (name: Single, at: number[], rights: number[]) => slopes(total(name, rights, 'sum'), at)
    expect(await student.mseGradient(predictions, targets, 'sum'), 'of mse').toBeNear(
      by('mse', predictions, targets),
      DIFFERENCES,
    )
    expect(await student.maeGradient(predictions, targets, 'sum'), 'of mae').toBeNear(
      predictions.map((value, i) => Math.sign(value - targets[i])),
    )
    expect(await student.bceGradient(p, labels, 'sum'), 'of bce').toBeNear(by('bce', p, labels), DIFFERENCES)
    expect(await student.bceWithLogitsGradient(predictions, labels, 'sum'), 'of bceWithLogits').toBeNear(
      by('bceWithLogits', predictions, labels),
      DIFFERENCES,
    )
    expect(await student.crossEntropyGradient([predictions], [2], 'sum'), 'of crossEntropy').toBeNear(
      [slopes(row => loss.crossEntropy(row, 2), predictions)],
      DIFFERENCES,
    )
  })
})
