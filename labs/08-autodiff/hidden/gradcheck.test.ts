import type { Rng } from '@backprop/core'
import { expectRefusal, type SubmissionFixtures, submissionTest } from '@backprop/grader/suite'
import { exercise, expect } from '@backprop/testkit'
import { expectNumber, expectNumbers, fields } from './checks.ts'

type Module = typeof import('#lab/gradcheck')
type Student = SubmissionFixtures<Module>['student']

const test = submissionTest<Module>('gradcheck')
const keeping = submissionTest<Module>('gradcheck', { keepsArguments: ['gradcheck'] })

// Central differences are off by h²f‴/6 and by rounding, both below 1e-9 here.
const NUMERIC = { relative: 1e-7, absolute: 1e-8 }
// The left and the right slope of a curved function differ by h·f″, about 3e-5 of the largest slope here.
const ERROR = { relative: 0, absolute: 1e-4 }

/** A curved function in which the numbers interact, and its gradient: every entry lies between 1 and 4 times `size`. */
function curved(rng: Rng, length: number, size = 1) {
  const at = Array.from({ length }, () => 1 + rng.uniform())
  const inner = (x: readonly number[]) => x.reduce((sum, value) => sum + value, 0)
  const f = (x: number[]) => size * (Math.sin(inner(x)) + x.reduce((sum, value) => sum + value ** 2, 0))
  const gradient = at.map(value => size * (Math.cos(inner(at)) + 2 * value))
  return { f, at, gradient }
}

const largest = (values: readonly number[]) => Math.max(...values.map(Math.abs))

async function checked(student: Student, f: (x: number[]) => number, at: number[], claimed: number[]) {
  const { numeric, worst, error } = fields(await student.gradcheck(f, at, claimed))
  return { numeric, worst, error }
}

exercise('gradcheck', () => {
  keeping('right', async ({ student, rng }) => {
    for (const length of [1, 2, 7])
      for (const size of [1, 1e6, 1e-6, 1e-12]) {
        const { f, at, gradient } = curved(rng, length, size)
        const { numeric, error } = await checked(student, f, at, gradient)
        const scale = { relative: 1e-6, absolute: 1e-7 * size }
        expectNumbers(numeric, gradient, 'the gradient by central differences', scale)
        expectNumber(error, 0, 'the error of a right gradient', { relative: 0, absolute: 1e-6 })
        // The claimed gradient is wrong now, so that returning it earns nothing.
        const wrong = await checked(student, f, at, gradient.map(slope => 3 * slope)) // prettier-ignore
        expectNumbers(wrong.numeric, gradient, 'the gradient by central differences', scale)
        expectNumber(wrong.error, largest(gradient.map(slope => 2 * slope)) / largest(gradient.map(slope => 3 * slope)), 'three times too large', ERROR) // prettier-ignore
      }
    // A cubic has a curved slope: a difference to one side is off.
    const { numeric } = await checked(student, ([a, b]) => 50 * a ** 3 + b, [2, 1], [0, 0])
    expectNumbers(numeric, [600, 1], 'central differences', NUMERIC)
    const flat = await checked(student, () => 3, [1, 2, 3], [0, 0, 0])
    expectNumber(flat.error, 0, 'a function that never changes has the gradient 0')
    expectNumbers(flat.numeric, [0, 0, 0], 'its gradient')
  })

  test('worst', async ({ student, rng }) => {
    for (const length of [1, 2, 5, 9])
      for (const size of [1, 1e6, 1e-6, 1e-12]) {
        const { f, at, gradient } = curved(rng, length, size)
        const worst = rng.integer(length)
        const other = (worst + 1) % length
        const claimed = gradient.map((slope, j) => slope + size * (j === worst ? -0.5 : j === other ? 0.3 : 0))
        const found = await checked(student, f, at, claimed)
        expectNumber(found.worst, worst, 'the entry with the largest error')
        const scale = Math.max(largest(claimed), largest(gradient))
        expectNumber(found.error, (0.5 * size) / scale, 'its error', ERROR)
      }
    // A small entry with a large relative error is not the worst.
    const f = ([a, b, c]: number[]) => 1000 * a + 0.001 * b + c
    const found = await checked(student, f, [1, 1, 1], [1010, 0.002, 1])
    expectNumber(found.worst, 0, 'compared with the largest number')
    expectNumber(found.error, 10 / 1010, 'the largest number may be a claimed one', ERROR)
    const numeric = await checked(student, f, [1, 1, 1], [990, 0.001, 1])
    expectNumber(numeric.error, 10 / 1000, 'or a numeric one', ERROR)
    for (const [claimed, error] of [
      [[-1000, 0.001, 1], 2],
      [[0, 0, 0], 1],
    ] as const)
      expectNumber((await checked(student, f, [1, 1, 1], [...claimed])).error, error, 'the error', ERROR)
    // Equal errors: their sums have no rounding errors at these numbers.
    const twins = await checked(student, ([a, b, c]) => a + 0 * b + 0 * c, [0, 0, 0], [1, 4, 4])
    expectNumber(twins.worst, 1, 'the first of several')
  })

  test('kinks', async ({ student, rng }) => {
    const h = 1e-5
    for (const [left, right] of [
      [0, 1],
      [-1, 1],
      [2, -3],
    ])
      for (const away of [0, 0.3 * h, -0.6 * h, 0.9 * h]) {
        // A kink at or beside the second number: only its own steps go over it.
        const at = [1 + rng.uniform(), rng.normal(), rng.normal()]
        const bend = (x: number) => (x - at[1] + away > 0 ? right : left) * (x - at[1] + away)
        const f = ([a, b, c]: number[]) => a * a + bend(b) + Math.sin(c)
        const [first, last] = [2 * at[0], Math.cos(at[2])]
        const own = away === 0 ? [left, right, (left + right) / 2] : [away > 0 ? right : left]
        for (const slope of own) {
          const { error } = await checked(student, f, at, [first, slope, last])
          expectNumber(error, 0, 'a slope of one side, or between both', { relative: 0, absolute: 1e-6 })
        }
        const sides = [bend(at[1]) - bend(at[1] - h), bend(at[1] + h) - bend(at[1])].map(rise => rise / h)
        const center = (sides[0] + sides[1]) / 2
        for (const slope of [Math.max(...sides) + 1, Math.min(...sides) - 1]) {
          const found = await checked(student, f, at, [first, slope, last])
          expectNumber(found.worst, 1, 'a slope that is on neither side is wrong')
          expectNumber(found.error, 1 / largest([first, slope, center]), 'its distance from the nearer side', ERROR)
        }
        const elsewhere = await checked(student, f, at, [first, own[0], last + 2])
        expectNumber(elsewhere.worst, 2, 'a kink hides no other mistake')
      }
  })

  test('not-a-number', async ({ student, rng }) => {
    const { f, at, gradient } = curved(rng, 4)
    for (const bad of [NaN, Infinity, -Infinity])
      for (const place of at.keys()) {
        const claimed = gradient.map((slope, j) => (j === place ? bad : j === 1 ? 2 * slope : slope))
        const { numeric, worst, error } = await checked(student, f, at, claimed)
        expectNumber(worst, place, `${bad} is the worst`)
        expect(error === Infinity, `its error is infinite`).toBe(true)
        expectNumbers(numeric, gradient, 'the gradient by central differences', NUMERIC)
      }
    // The square root has no value to the left of 0.
    const { worst, error } = await checked(student, ([a, b]) => a + Math.sqrt(b), [1, 0], [1, 0])
    expectNumber(worst, 1, 'a slope that cannot be measured')
    expect(error === Infinity, 'its error is infinite').toBe(true)
  })

  test('refused', async ({ student, rng }) => {
    for (const claimed of [[1], [], [1, 0, 0]])
      await expectRefusal(
        student.gradcheck(([a]) => a, [1, 2], claimed),
        `${claimed.length} slopes for two numbers`,
      )
    await expectRefusal(
      student.gradcheck(() => 1, [], []),
      'nothing to check',
    )
    const { f, at, gradient } = curved(rng, 2)
    const { error } = await checked(student, f, at, gradient.map(slope => slope / 2)) // prettier-ignore
    expectNumber(error, 0.5, 'a gradient of the right length is accepted', ERROR)
  })
})
