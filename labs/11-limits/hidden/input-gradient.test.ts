import { tensor } from '@backprop/core'
import { type SubmissionFixtures, submissionTest } from '@backprop/grader/suite'
import { exercise } from '@backprop/testkit'
import { batch, type Case, drawCase } from './cases.ts'
import { expectRows, SINGLE } from './checks.ts'
import { layersOf, lossGradient } from './reference.ts'

type Module = typeof import('#lab/gradient')
const test = submissionTest<Module>('gradient', { keepsArguments: ['inputGradient'] })

type Given = Pick<SubmissionFixtures<Module>, 'student' | 'on'>

async function expectGradients(
  { student, on }: Given,
  { net, images, labels }: Case,
  why: string,
  close = SINGLE,
): Promise<void> {
  const found: unknown = await student.inputGradient(layersOf(net, on), batch(images, on), labels)
  const expected = images.map((x, i) => lossGradient(net, x, labels[i]))
  expectRows(found, expected, why, close)
}

exercise('input-gradient', () => {
  test('worked-example', async ({ student, on, rng }) => {
    const layer = { inSize: 2, outSize: 2, weight: Float64Array.of(1, -1, 0, 1), bias: new Float64Array(2) }
    const found: unknown = await student.inputGradient(
      layersOf([layer], on),
      tensor([[0.2, 0.4]], { on }),
      Uint8Array.of(0),
    )
    expectRows(found, [[-1, 0.5]], 'the numbers of the README')
    // A submission may have memorised that answer.
    await expectGradients({ student, on }, drawCase([2, 2], 1, rng), 'the same shapes with other numbers')
  })

  test('any-network', async ({ student, on, rng }) => {
    for (const sizes of [
      [3, 4],
      [5, 7, 3],
      [6, 5, 4, 3],
      [4, 8, 8, 8, 2],
      [1, 3, 2],
    ])
      await expectGradients({ student, on }, drawCase(sizes, 1, rng), `the gradient through ${sizes.join(' → ')}`)
  })

  test('own-loss', async ({ student, on, rng }) => {
    for (const count of [2, 7, 40])
      await expectGradients(
        { student, on },
        drawCase([6, 9, 4], count, rng),
        `each of ${count} images has its own gradient`,
      )
    // The same image twice: neither halves the other.
    const { net, images, labels } = drawCase([5, 6, 3], 1, rng)
    const twice = { net, images: [images[0], images[0]], labels: Uint8Array.of(labels[0], labels[0]) }
    await expectGradients({ student, on }, twice, 'an image does not care for its copy')
  })

  test('certain', async ({ student, on, rng }) => {
    // Logits of hundreds: the loss is 0 or huge, and its gradient is 0 or full.
    for (const scale of [30, 1000]) {
      const { net, images, labels } = drawCase([4, 6, 3], 12, rng)
      const large = net.map(layer => ({ ...layer, weight: layer.weight.map(w => Math.fround(w * scale ** 0.5)) }))
      // 32 bits round a probability of almost 1, and large weights multiply that.
      const close = { relative: 1e-3, absolute: 1e-5 * scale }
      await expectGradients({ student, on }, { net: large, images, labels }, 'a network that is nearly certain', close)
    }
  })
})
