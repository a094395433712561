import { exercise, expect } from '@backprop/testkit'
import { submissionTest } from '@backprop/grader/suite'
import type { Label } from '#lab/neuron'

const test = submissionTest<typeof import('#lab/neuron')>('neuron')

exercise('accuracy', () => {
  test('count', async ({ student, rng }) => {
    const scores = Array.from({ length: 30 }, () => rng.normal())
    const labels = scores.map((s): Label => (s < 0 === rng.uniform() < 0.5 ? 1 : -1))
    const right = scores.filter((s, i) => s < 0 === labels[i] < 0).length
    expect(await student.accuracy(scores, labels), 'the share of right answers').toBeNear(right / 30)
  })

  test('ties', async ({ student }) => {
    expect(await student.accuracy([0, -1, 0], [1, 1, 1]), 'zero counts as +1').toBeNear(2 / 3)
    for (const s of [1e-9, -1e-9]) expect(await student.accuracy([s], [1]), 'close to zero').toBeNear(s < 0 ? 0 : 1)
  })
})
