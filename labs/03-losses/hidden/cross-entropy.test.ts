import { expectRefusal, submissionTest } from '@backprop/grader/suite'
import { exercise } from '@backprop/testkit'
import {
  binary,
  bothClasses,
  classes,
  expectNumber,
  grid,
  LIKELY,
  list,
  loss,
  NINE_DIGITS,
  normals,
  probabilities,
  reduced,
  SIX_DIGITS,
  withOne,
} from './reference.ts'

type Module = typeof import('#lab/losses')
const test = submissionTest<Module>('losses')
const keeping = submissionTest<Module>('losses', { keepsArguments: ['bce', 'bceWithLogits', 'crossEntropy'] })

const REDUCTIONS = ['mean', 'sum'] as const

exercise('bce', () => {
  test('mean', async ({ student, rng }) => {
    expectNumber(await student.bce([0.5], [1]), Math.log(2), 'a coin toss costs log 2')
    for (const count of [1, 2, 15]) {
      const [p, labels] = [probabilities(rng, count), binary(rng, count)]
      const expected = reduced(list(count, i => loss.bce(p[i], labels[i])))
      expectNumber(await student.bce(p, labels), expected, `the mean of ${count}`)
      expectNumber(await student.bce(p, labels, 'mean'), expected, `the mean of ${count}`)
    }
    for (const likely of LIKELY)
      for (const [p, label] of bothClasses(likely))
        expectNumber(await student.bce([p], [label]), loss.bce(p, label), `a probability of ${p} for class 1`)
  })

  keeping('sum', async ({ student, rng }) => {
    const [p, labels] = [probabilities(rng, 9), binary(rng, 9)]
    const expected = reduced(
      list(9, i => loss.bce(p[i], labels[i])),
      'sum',
    )
    expectNumber(await student.bce(p, labels, 'sum'), expected, 'the sum over 9 examples')
  })

  test('certain', async ({ student }) => {
    expectNumber(await student.bce([0], [0]), 0, 'certain and right: class 0')
    expectNumber(await student.bce([1], [1]), 0, 'certain and right: class 1')
    expectNumber(await student.bce([0, 0.5], [1, 1]), Infinity, 'certain and wrong: class 0')
    expectNumber(await student.bce([1, 0.5], [0, 0], 'sum'), Infinity, 'certain and wrong: class 1')
  })

  test('refused', async ({ student, rng }) => {
    const [p, labels] = [probabilities(rng, 3), binary(rng, 3)]
    for (const reduction of REDUCTIONS) {
      for (const place of [0, 1, 2]) {
        for (const wrong of [-0.01, -1e-9, -1e-15, 1 + 1e-15, 1 + 1e-9, 1.01, 3, Infinity, -Infinity, NaN])
          await expectRefusal(student.bce(withOne(p, place, wrong), labels, reduction), `${wrong} is not a probability`)
        for (const wrong of [-1, 2, 0.5, 1e-9, 1e-15, 1 - 1e-15, NaN])
          await expectRefusal(student.bce(p, withOne(labels, place, wrong), reduction), `${wrong} is not a label`)
      }
      await expectRefusal(student.bce([0.5, 0.5], [1], reduction), 'more probabilities than labels')
      await expectRefusal(student.bce([0.5], [1, 0], reduction), 'more labels than probabilities')
      await expectRefusal(student.bce([], [], reduction), 'an empty batch')
    }
    const expected = reduced(p.map((value, i) => loss.bce(value, labels[i])))
    expectNumber(await student.bce(p, labels), expected, 'valid input is accepted')
  })
})

exercise('bce-with-logits', () => {
  test('mean', async ({ student, rng }) => {
    expectNumber(await student.bceWithLogits([0], [0]), Math.log(2), 'a logit of 0 costs log 2')
    for (const count of [1, 2, 15]) {
      const [z, labels] = [normals(rng, count, 3), binary(rng, count)]
      const expected = reduced(list(count, i => loss.bceWithLogits(z[i], labels[i])))
      expectNumber(await student.bceWithLogits(z, labels), expected, `the mean of ${count}`)
      expectNumber(await student.bceWithLogits(z, labels, 'mean'), expected, `the mean of ${count}`)
    }
  })

  test('every-logit', async ({ student }) => {
    for (const z of [...grid(-50, 50, 0.5), -0.05, -0.004, 0.004, 0.05])
      for (const label of [0, 1]) {
        const why = `the loss of a logit of ${z} and label ${label}`
        expectNumber(await student.bceWithLogits([z], [label]), loss.bceWithLogits(z, label), why, NINE_DIGITS)
      }
    const close = 8.01
    expectNumber(
      await student.bceWithLogits([close], [0]),
      loss.bceWithLogits(close, 0),
      'a logit of 8.01',
      NINE_DIGITS,
    )
  })

  keeping('sum', async ({ student, rng }) => {
    const [z, labels] = [normals(rng, 9, 2), binary(rng, 9)]
    const expected = reduced(
      list(9, i => loss.bceWithLogits(z[i], labels[i])),
      'sum',
    )
    expectNumber(await student.bceWithLogits(z, labels, 'sum'), expected, 'the sum over 9 examples')
  })

  test('large-logits', async ({ student, rng }) => {
    for (const z of [1000, 50, 700, 750 + rng.uniform(), 1e8]) {
      for (const [logit, label] of [
        [z, 0],
        [-z, 1],
      ]) {
        const expected = loss.bceWithLogits(logit, label)
        expectNumber(await student.bceWithLogits([logit], [label]), expected, 'very certain and wrong', SIX_DIGITS)
      }
      expectNumber(await student.bceWithLogits([z, -z], [1, 0]), 0, 'very certain and right')
    }
  })

  test('tiny-losses', async ({ student, rng }) => {
    for (const z of [5, 20, 30 + rng.uniform(), 45, 300]) {
      const expected = loss.bceWithLogits(z, 1)
      expectNumber(await student.bceWithLogits([z], [1]), expected, 'certain and right: class 1', SIX_DIGITS)
      expectNumber(await student.bceWithLogits([-z], [0]), expected, 'certain and right: class 0', SIX_DIGITS)
    }
  })

  test('refused', async ({ student, rng }) => {
    const [z, labels] = [normals(rng, 3, 2), binary(rng, 3)]
    for (const reduction of REDUCTIONS) {
      for (const place of [0, 1, 2])
        for (const wrong of [-1, 2, 0.5, 1e-9, NaN])
          await expectRefusal(
            student.bceWithLogits(z, withOne(labels, place, wrong), reduction),
            `${wrong} is not a label`,
          )
      await expectRefusal(student.bceWithLogits([1, 2], [1], reduction), 'more logits than labels')
      await expectRefusal(student.bceWithLogits([1], [1, 0], reduction), 'more labels than logits')
      await expectRefusal(student.bceWithLogits([], [], reduction), 'an empty batch')
    }
    const expected = reduced(z.map((value, i) => loss.bceWithLogits(value, labels[i])))
    expectNumber(await student.bceWithLogits(z, labels), expected, 'valid input is accepted')
  })
})

exercise('cross-entropy', () => {
  test('mean', async ({ student, rng }) => {
    for (const [N, K] of [
      [1, 3],
      [7, 4],
      [3, 10],
      [5, 5],
      [4, 2],
      [2, 1],
    ]) {
      const logits = list(N, () => normals(rng, K, 2))
      const labels = classes(rng, N, K)
      const expected = reduced(list(N, i => loss.crossEntropy(logits[i], labels[i])))
      expectNumber(await student.crossEntropy(logits, labels), expected, `${N} examples of ${K} classes`)
      expectNumber(await student.crossEntropy(logits, labels, 'mean'), expected, `${N} examples of ${K} classes`)
    }
  })

  test('every-gap', async ({ student }) => {
    for (const gap of grid(-50, 50, 0.5))
      for (const row of [
        [0, gap],
        [gap, -60, 0, -3],
      ]) {
        const why = `the loss of the logits ${row.join(', ')}`
        expectNumber(await student.crossEntropy([row], [0]), loss.crossEntropy(row, 0), why, NINE_DIGITS)
      }
  })

  keeping('sum', async ({ student, rng }) => {
    const logits = list(6, () => normals(rng, 3))
    const labels = classes(rng, 6, 3)
    const expected = reduced(
      list(6, i => loss.crossEntropy(logits[i], labels[i])),
      'sum',
    )
    expectNumber(await student.crossEntropy(logits, labels, 'sum'), expected, 'the sum over 6 examples')
  })

  test('large-logits', async ({ student, rng }) => {
    for (const row of [
      [1000, 0, -1000],
      [-1000, -1001, -999.5],
      [1000, 1000, 1000],
      [-1000, 1000],
      [1000, 1001, 999, 1000 + rng.uniform()],
      [1e8, 0, -1e8],
    ]) {
      for (const label of row.keys()) {
        const expected = loss.crossEntropy(row, label)
        expectNumber(await student.crossEntropy([row], [label]), expected, 'logits of ±1000 and more', {
          relative: 1e-6,
          absolute: 1e-12,
        })
      }
    }
  })

  test('tiny-losses', async ({ student, rng }) => {
    for (const gap of [5, 20, 30 + rng.uniform(), 45, 300]) {
      for (const shift of [0, 64, -1024]) {
        const row = [shift - gap, shift, shift - gap - 1]
        const expected = loss.crossEntropy(row, 1)
        expectNumber(await student.crossEntropy([row], [1]), expected, 'certain and right', SIX_DIGITS)
      }
    }
  })

  test('refused', async ({ student, rng }) => {
    const [logits, labels] = [list(4, () => normals(rng, 3)), classes(rng, 4, 3)]
    for (const reduction of REDUCTIONS) {
      for (const place of labels.keys())
        for (const wrong of [-1, 3, 1.5, Infinity, NaN]) {
          const why = `${wrong} is not one of three classes`
          await expectRefusal(student.crossEntropy(logits, withOne(labels, place, wrong), reduction), why)
        }
      await expectRefusal(student.crossEntropy(logits, [1], reduction), 'more rows than labels')
      await expectRefusal(student.crossEntropy(logits, [1, 0, 1, 2, 0], reduction), 'more labels than rows')
      await expectRefusal(student.crossEntropy([], [], reduction), 'an empty batch')
    }
    const expected = reduced(logits.map((row, i) => loss.crossEntropy(row, labels[i])))
    expectNumber(await student.crossEntropy(logits, labels), expected, 'valid input is accepted')
  })
})
