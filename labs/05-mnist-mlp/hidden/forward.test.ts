import { Tensor, tensor } from '@backprop/core'
import { type SubmissionFixtures, submissionTest } from '@backprop/grader/suite'
import { exercise, expect } from '@backprop/testkit'
import { layersOf, logits, start } from './reference.ts'

type Mlp = typeof import('#lab/mlp')
const test = submissionTest<Mlp>('mlp', { keepsArguments: ['forward'] })

// Backends compute in 32 bits, the reference in 64.
const CLOSE = { relative: 1e-4, absolute: 1e-4 }

/** The logits of some rows, from the submission and from the reference; `scale` is the size of the pixels. */
async function both(
  { student, on, rng }: Pick<SubmissionFixtures<Mlp>, 'student' | 'on' | 'rng'>,
  sizes: number[],
  rows: number,
  scale = 1,
) {
  const state = start(sizes, rng)
  const x = Array.from({ length: rows }, () => Array.from({ length: sizes[0] }, () => scale * rng.normal()))
  const batch = tensor(x.flat(), { on, shape: [rows, sizes[0]] })
  const found: unknown = await student.forward(layersOf(state, sizes, on), batch)
  expect(found, 'forward returns a tensor').toBeInstanceOf(Tensor)
  return { found: found as Tensor, expected: x.map(row => logits(state.theta, sizes, row)) }
}

exercise('forward', () => {
  test('worked-example', async ({ student, on, rng }) => {
    const theta = [1, -1, 0, 1, 0, -3, 2, 0, 5, 5, 0, 1]
    const layers = layersOf({ theta, m: [], v: [], steps: 0 }, [2, 2, 2], on)
    const found: unknown = await student.forward(layers, tensor([[1, 2]], { on }))
    expect(found, 'forward returns a tensor').toBeInstanceOf(Tensor)
    expect(found as Tensor, 'the logits of the README').toBeNear([[2, 1]], CLOSE)
    // A submission may have memorised that answer.
    const other = await both({ student, on, rng }, [2, 2, 2], 1)
    expect(other.found, 'the same shapes with other numbers').toBeNear(other.expected, CLOSE)
  })

  test('last-layer', async ({ student, on, rng }) => {
    // A single layer is the last one: its negative numbers stay.
    for (const sizes of [
      [5, 9],
      [5, 4, 9],
    ]) {
      const { found, expected } = await both({ student, on, rng }, sizes, 6)
      expect(found, 'no ReLU after the last layer').toBeNear(expected, CLOSE)
    }
  })

  test('any-depth', async ({ student, on, rng }) => {
    for (const sizes of [
      [4, 7, 3],
      [3, 5, 6, 2],
      [6, 4, 4, 4, 4, 5],
      [1, 1, 1],
    ]) {
      const { found, expected } = await both({ student, on, rng }, sizes, 5)
      expect(found, `the logits of ${sizes.join(' → ')}`).toBeNear(expected, CLOSE)
    }
    const large = await both({ student, on, rng }, [4, 7, 3], 5, 1000)
    expect(large.found, 'bytes are large numbers, and nothing bounds them').toBeNear(large.expected, CLOSE)
  })

  test('any-batch', async ({ student, on, rng }) => {
    for (const rows of [1, 2, 33]) {
      const { found, expected } = await both({ student, on, rng }, [4, 8, 3], rows)
      expect(found, `one row of logits for each of ${rows} examples`).toHaveShape([rows, 3])
      expect(found, `the logits of ${rows} examples`).toBeNear(expected, CLOSE)
    }
  })
})
