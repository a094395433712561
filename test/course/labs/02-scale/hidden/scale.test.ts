import { tensor } from '@backprop/core'
import { exercise, expect } from '@backprop/testkit'
import { submissionTest } from '@backprop/grader/suite'

const test = submissionTest<typeof import('#lab/scale')>('scale')

exercise('scale', () => {
  test('numbers', async ({ student, on, rng }) => {
    const values = Array.from({ length: 6 }, () => rng.normal())
    const scaled = await student.scale(tensor(values, { on, shape: [2, 3] }), 2.5)
    expect(scaled, 'each number times 2.5').toBeNear(
      [values.slice(0, 3), values.slice(3)].map(row => row.map(v => v * 2.5)),
    )
  })

  test('shape', async ({ student, on }) => {
    const scaled = await student.scale(tensor([1, 2], { on, shape: [2, 1] }), 3)
    expect(scaled, 'the shape of x').toHaveShape([2, 1])
    expect(scaled, 'each number times 3').toBeNear([[3], [6]])
  })
})
