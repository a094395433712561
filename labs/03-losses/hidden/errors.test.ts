import { expectRefusal, submissionTest } from '@backprop/grader/suite'
import { exercise } from '@backprop/testkit'
import { classes, ERRORS, expectNumber, list, loss, NINE_DIGITS, normals, reduced, withOne } from './reference.ts'

type Module = typeof import('#lab/losses')
const test = submissionTest<Module>('losses')
const keeping = submissionTest<Module>('losses', { keepsArguments: ['zeroOne', 'mse', 'mae'] })

exercise('zero-one', () => {
  test('share', async ({ student, rng }) => {
    for (const [count, K] of [
      [1, 2],
      [13, 2],
      [40, 10],
    ]) {
      const [answers, labels] = [classes(rng, count, K), classes(rng, count, K)]
      const wrong = answers.filter((answer, i) => answer !== labels[i]).length
      expectNumber(await student.zeroOne(answers, labels), wrong / count, `the share of wrong answers of ${count}`)
    }
    // Far apart and negative classes count like any others.
    expectNumber(await student.zeroOne([-1, 1, 90], [1, 1, 3]), 2 / 3, 'classes are names')
    expectNumber(await student.zeroOne([7, 0], [7, 0], 'mean'), 0, 'nothing is wrong')
    const [far, near] = [
      [257, 255, 65_537, 2 ** 32 + 3],
      [1, -1, 1, 3],
    ]
    expectNumber(await student.zeroOne(far, near, 'sum'), 4, 'different names, whatever their last bits are')
    expectNumber(await student.zeroOne(far, far, 'sum'), 0, 'large names that are equal')
  })

  keeping('sum', async ({ student, rng }) => {
    const [answers, labels] = [classes(rng, 60, 4), classes(rng, 60, 4)]
    const wrong = answers.filter((answer, i) => answer !== labels[i]).length
    expectNumber(await student.zeroOne(answers, labels, 'sum'), wrong, 'the number of wrong answers')
  })

  test('refused', async ({ student, rng }) => {
    for (const reduction of ['mean', 'sum'] as const) {
      await expectRefusal(student.zeroOne([1, 0], [1], reduction), 'more answers than labels')
      await expectRefusal(student.zeroOne([1], [1, 0], reduction), 'more labels than answers')
      await expectRefusal(student.zeroOne([1, 0, 1, 2], [1, 0, 1], reduction), 'one more answer at the end')
      await expectRefusal(student.zeroOne([], [], reduction), 'an empty batch')
    }
    const labels = classes(rng, 7, 5)
    expectNumber(await student.zeroOne(withOne(labels, 3, 9), labels), 1 / 7, 'as many answers as labels are fine')
  })
})

for (const name of ['mse', 'mae'] as const) {
  exercise(name, () => {
    test('mean', async ({ student, rng }) => {
      for (const [count, scale] of [
        [1, 1],
        [2, 0.01],
        [17, 1000],
      ]) {
        const [predictions, targets] = [normals(rng, count, scale), normals(rng, count, scale)]
        const expected = reduced(list(count, i => loss[name](predictions[i], targets[i])))
        expectNumber(await student[name](predictions, targets), expected, `the mean of ${count}`, NINE_DIGITS)
        expectNumber(await student[name](predictions, targets, 'mean'), expected, `the mean of ${count}`, NINE_DIGITS)
      }
      expectNumber(await student[name]([3, -2, 0], [3, -2, 0]), 0, 'no errors, no loss')
      const shift = 1 + rng.uniform()
      const expected = reduced([0, loss[name](shift, 0), 0, 0])
      expectNumber(await student[name]([1, 2 + shift, 3, 4], [1, 2, 3, 4]), expected, 'one error of four', NINE_DIGITS)
      for (const error of ERRORS)
        expectNumber(await student[name]([error], [0]), loss[name](error, 0), `an error of ${error}`, NINE_DIGITS)
    })

    keeping('sum', async ({ student, rng }) => {
      const [predictions, targets] = [normals(rng, 11, 3), normals(rng, 11, 3)]
      const expected = reduced(
        list(11, i => loss[name](predictions[i], targets[i])),
        'sum',
      )
      expectNumber(await student[name](predictions, targets, 'sum'), expected, 'the sum over 11 examples')
    })

    test('refused', async ({ student, rng }) => {
      for (const reduction of ['mean', 'sum'] as const) {
        await expectRefusal(student[name]([1, 2], [1], reduction), 'more predictions than targets')
        await expectRefusal(student[name]([1], [1, 2], reduction), 'more targets than predictions')
        await expectRefusal(student[name]([1, 2, 3, 4], [1, 2, 3], reduction), 'one more prediction at the end')
        await expectRefusal(student[name]([], [], reduction), 'an empty batch')
      }
      const error = 1 + rng.uniform()
      expectNumber(await student[name]([error], [0]), loss[name](error, 0), 'as many predictions as targets are fine')
    })
  })
}
