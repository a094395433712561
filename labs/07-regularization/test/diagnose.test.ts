import { exercise, expect, test } from '@backprop/testkit'
import { diagnose } from '#lab/diagnose'

const GUESSING = Math.log(10)

exercise('diagnose', () => {
  test('notices a validation loss that rises again', () => {
    const training = [1.5, 0.6, 0.3, 0.2, 0.1, 0.1, 0.1]
    const validation = [1.6, 0.8, 0.7, 0.8, 1, 1.2, 1.4]
    expect(diagnose(training, validation, GUESSING), 'medians 0.8, 0.8 and 1: above 1.2 · 0.8').toBe('overfit')
  })

  test('notices a training loss that stays high', () => {
    const training = [2.2, 2.1, 2, 1.9, 1.9, 1.8, 1.8]
    expect(diagnose(training, training, GUESSING), 'above half of 2.30').toBe('underfit')
  })

  test('accepts two losses that are low and stay low', () => {
    const training = [1, 0.5, 0.3, 0.2, 0.2, 0.2]
    const validation = [1.1, 0.6, 0.4, 0.4, 0.4, 0.42]
    expect(diagnose(training, validation, GUESSING), 'a gap alone is not overfitting').toBe('good')
  })

  test('ignores a single bad epoch at the end', () => {
    const training = [1, 0.5, 0.3, 0.2, 0.2, 0.2]
    const validation = [1.1, 0.6, 0.4, 0.4, 0.4, 4]
    expect(diagnose(training, validation, GUESSING), 'the median of the last five is 0.4').toBe('good')
  })

  test('checks for underfitting first', () => {
    const training = [2.2, 2.1, 2, 1.9, 1.9, 1.8, 1.8]
    const validation = [2.2, 2.1, 2, 3, 4, 5, 6]
    expect(diagnose(training, validation, GUESSING), 'it has not even learned its own examples').toBe('underfit')
  })

  test('sorts numbers, not strings', () => {
    // The last five in order: 9, 9.1, 12, 12, 30. As strings: 12, 12, 30, 9, 9.1.
    const validation = [12, 12, 12, 12, 12, 9, 30, 12, 9.1]
    const training = validation.map(() => 1)
    expect(diagnose(training, validation, 100), 'sort((a, b) => a - b) compares numbers').toBe('good')
  })

  test('does not change its arguments', () => {
    const losses = [5, 1, 4, 2, 3, 0]
    diagnose(losses, losses, GUESSING)
    expect(losses, '`sort` sorts in place: sort a copy').toEqual([5, 1, 4, 2, 3, 0])
  })

  test('rejects curves that cannot be judged', () => {
    expect(() => diagnose([1, 1, 1], [1, 1, 1], 2), 'three epochs have no median of five').toThrow(RangeError)
    expect(() => diagnose([1, 1, 1, 1, 1], [1, 1, 1, 1, 1, 1], 2), 'one curve is longer').toThrow(RangeError)
    expect(() => diagnose([1, 1, 1, 1, NaN], [1, 1, 1, 1, 1], 2), 'a training that broke down').toThrow(RangeError)
  })
})
