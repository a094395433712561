import { type Backend, type Rng, tensor } from '@backprop/core'
import { submissionTest } from '@backprop/grader/suite'
import { exercise, expect } from '@backprop/testkit'
import { CLOSE, expectTensor, fields, normals } from './checks.ts'
import { attend, dot, type Matrix, softmaxed, times, transposed } from './transformer.ts'

const test = submissionTest<typeof import('#lab/attention')>('attention', {
  keepsArguments: ['paddingMask', 'attention'],
})

/** Random queries, keys and values for B sentences. */
const draw = (rng: Rng, B: number, { T, S, d, e }: Record<'T' | 'S' | 'd' | 'e', number>, scale = 1) =>
  Array.from({ length: B }, () => ({
    q: normals(rng, T, d, scale),
    k: normals(rng, S, d, scale),
    v: normals(rng, S, e),
  }))

const SIZES = [
  { T: 3, S: 3, d: 4, e: 4 },
  { T: 2, S: 5, d: 3, e: 6 },
  { T: 1, S: 1, d: 2, e: 1 },
  { T: 6, S: 4, d: 16, e: 2 },
  { T: 4, S: 7, d: 1, e: 3 },
]

const stacked = (on: Backend, all: Matrix[]) => tensor(all, { on })

/** The gradients of Σ dy · y, from the formulas. */
function backwards({ q, k, v, dy, hidden = [] }: { q: Matrix; k: Matrix; v: Matrix; dy: Matrix; hidden?: boolean[] }) {
  const { weights } = attend(q, k, v, hidden)
  const dWeights = times(dy, transposed(v))
  const dScores = weights.map((row, t) => {
    const mean = dot(row, dWeights[t])
    return row.map((weight, s) => (weight * (dWeights[t][s] - mean)) / Math.sqrt(q[0].length))
  })
  return [times(dScores, k), times(transposed(dScores), q), times(transposed(weights), dy)]
}

exercise('attention', () => {
  test('worked-example', async ({ student, on, rng }) => {
    const [q, k, v] = [[[2, 0], [0, 2]], [[2, 1], [0, 1]], [[10, 0], [0, 10]]] // prettier-ignore
    const found = fields(await student.attention(tensor(q, { on }), tensor(k, { on }), tensor(v, { on })))
    const heavy = 1 / (1 + Math.exp(-4 / Math.SQRT2))
    expectTensor(found.weights, [[heavy, 1 - heavy], [0.5, 0.5]], 'the weights of the README') // prettier-ignore
    expectTensor(found.y, [[10 * heavy, 10 - 10 * heavy], [5, 5]], 'the answers of the README') // prettier-ignore
    // A submission may have memorised that answer.
    const [other] = draw(rng, 1, { T: 2, S: 2, d: 2, e: 2 })
    const second = fields(await student.attention(...tensors(on, other)))
    expectTensor(second.y, attend(other.q, other.k, other.v).y, 'the same shapes with other numbers')
  })

  test('scaled', async ({ student, on, rng }) => {
    for (const size of SIZES) {
      const [one] = draw(rng, 1, size, 2)
      const found = fields(await student.attention(...tensors(on, one)))
      const expected = attend(one.q, one.k, one.v)
      const why = `${size.T} queries and ${size.S} keys of ${size.d} numbers`
      expectTensor(found.weights, expected.weights, `the weights: ${why}`)
      expectTensor(found.y, expected.y, `the answers: ${why}`)
    }
  })

  test('batches', async ({ student, on, rng }) => {
    for (const [i, B] of [3, 1, 5].entries()) {
      const all = draw(rng, B, SIZES[i])
      const found = fields(
        await student.attention(
          stacked(on, all.map(({ q }) => q)), // prettier-ignore
          stacked(on, all.map(({ k }) => k)), // prettier-ignore
          stacked(on, all.map(({ v }) => v)), // prettier-ignore
        ),
      )
      const expected = all.map(({ q, k, v }) => attend(q, k, v))
      expectTensor(found.y, expected.map(({ y }) => y), `${B} sentences, each with its own keys`) // prettier-ignore
      expectTensor(found.weights, expected.map(({ weights }) => weights), `the weights of ${B} sentences`) // prettier-ignore
    }
    // Sentences and heads: two axes in front.
    const all = draw(rng, 6, SIZES[0])
    const stack = (name: 'q' | 'k' | 'v') =>
      tensor(
        [0, 3].map(b => all.slice(b, b + 3).map(one => one[name])),
        { on },
      )
    const found = fields(await student.attention(stack('q'), stack('k'), stack('v')))
    const expected = all.map(({ q, k, v }) => attend(q, k, v).y)
    expectTensor(found.y, [expected.slice(0, 3), expected.slice(3)], 'two sentences with three heads each')
  })

  test('padding', async ({ student, on, rng }) => {
    const ids = [[5, 7, 0, 0], [4, 2, 1, 9], [8, 0, 0, 0]] // prettier-ignore
    const mask: unknown = await student.paddingMask(ids, { on })
    const expected = ids.map(row => [row.map(id => (id === 0 ? -1e9 : 0))])
    expectTensor(mask, expected, 'the mask: 0 for a word, −1e9 for padding, [B, 1, T]')
    expectTensor(await student.paddingMask([[3]], { on }), [[[0]]], 'one sentence of one word')
    expectTensor(await student.paddingMask([[0, 9]], { on }), [[[-1e9, 0]]], 'padding in front')
    const all = draw(rng, 3, { T: 4, S: 4, d: 6, e: 6 }, 3)
    const stack = (name: 'q' | 'k' | 'v') => stacked(on, all.map(one => one[name])) // prettier-ignore
    const found = fields(await student.attention(stack('q'), stack('k'), stack('v'), tensor(expected, { on })))
    const right = all.map(({ q, k, v }, b) => attend(q, k, v, ids[b].map(id => id === 0))) // prettier-ignore
    expectTensor(found.weights, right.map(({ weights }) => weights), 'no attention to padding') // prettier-ignore
    expectTensor(found.y, right.map(({ y }) => y), 'answers without what padding says') // prettier-ignore
    // A sentence of nothing but padding: −1e9 swallows each score, because floats there are 64 apart. (So scores must be small.)
    const small = draw(rng, 3, { T: 4, S: 4, d: 6, e: 6 })
    const [q, k, v] = (['q', 'k', 'v'] as const).map(name => stacked(on, small.map(one => one[name]))) // prettier-ignore
    const hidden = tensor(ids.map(() => [[-1e9, -1e9, -1e9, -1e9]]), { on }) // prettier-ignore
    const nothing = fields(await student.attention(q, k, v, hidden))
    const rows = small.map(() => Array.from({ length: 4 }, () => Array<number>(4).fill(0.25)))
    expectTensor(nothing.weights, rows, 'a sentence of padding: all scores are the same')
  })

  test('any-mask', async ({ student, on, rng }) => {
    // A mask is added to the scores, whatever its numbers and its shape.
    const [{ q, k, v }] = draw(rng, 1, { T: 3, S: 4, d: 5, e: 2 })
    const bonus = normals(rng, 3, 4, 2)
    const found = fields(await student.attention(...tensors(on, { q, k, v }), tensor(bonus, { on })))
    const rows = q.map((query, t) => {
      const scores = k.map((key, i) => dot(query, key) / Math.sqrt(5) + bonus[t][i])
      return times([softmaxed(scores)], v)[0]
    })
    expectTensor(found.y, rows, 'softmax(q kᵀ / √d + mask) v')
  })

  test('large-scores', async ({ student, on }) => {
    const found = fields(
      await student.attention(
        tensor([[300, 0]], { on }),
        tensor([[300, 0], [0, 300]], { on }), // prettier-ignore
        tensor([[1], [2]], { on }),
      ),
    )
    expectTensor(found.y, [[1]], 'scores of 60,000: exp would overflow')
  })

  test('gradients', async ({ student, on, rng }) => {
    for (const size of SIZES) {
      const [one] = draw(rng, 1, size)
      const dy = normals(rng, size.T, size.e)
      const hidden = Array.from({ length: size.S }, (_, s) => s > 0 && s % 3 === 2)
      const mask = tensor([hidden.map(is => (is ? -1e9 : 0))], { on })
      const found: unknown = await student.slopes(...tensors(on, one), tensor(dy, { on }), mask)
      const own = fields(await student.attention(...tensors(on, one), mask))
      expectTensor(own.y, attend(one.q, one.k, one.v, hidden).y, 'the answers that the gradients belong to')
      expect(Array.isArray(found), 'slopes must be unchanged: it returns three gradients').toBe(true)
      for (const [i, expected] of backwards({ ...one, dy, hidden }).entries())
        expectTensor((found as unknown[])[i], expected, `the gradient of ${['q', 'k', 'v'][i]}`, CLOSE)
    }
  })
})

function tensors(on: Backend, { q, k, v }: { q: Matrix; k: Matrix; v: Matrix }) {
  return [tensor(q, { on }), tensor(k, { on }), tensor(v, { on })] as const
}
