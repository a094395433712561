import { tensor } from '@backprop/core'
import { submissionTest } from '@backprop/grader/suite'
import { exercise } from '@backprop/testkit'
import { boxes, expectNumber, expectTensor, fields, normals, randomBlock, randomModel, randomNorm } from './checks.ts'
import { blockOf, type Model, normed } from './transformer.ts'

const test = submissionTest<typeof import('#lab/block')>('block', {
  keepsArguments: ['layerNorm', 'block', 'countParameters'],
})

/** B, T, d, H, hidden */
const SIZES = [
  [2, 3, 4, 2, 8],
  [1, 5, 6, 3, 3],
  [3, 2, 8, 1, 16],
  [2, 1, 5, 5, 1],
]

/** Counts numbers one by one. */
const size = (part: unknown): number =>
  typeof part === 'number' ? 1 : Array.isArray(part) ? part.reduce((sum: number, each) => sum + size(each), 0) : 0
const parts = (thing: object): number =>
  Object.values(thing).reduce(
    (sum: number, part: unknown) =>
      sum + (typeof part === 'object' && part !== null && !Array.isArray(part) ? parts(part) : size(part)),
    0,
  )

exercise('block', () => {
  test('layer-norm', async ({ student, on, rng }) => {
    for (const [rows, d, scale] of [
      [3, 4, 1],
      [1, 9, 20],
      [5, 2, 0.01],
      [4, 16, 3],
    ]) {
      const x = normals(rng, rows, d, scale).map((row, t) => row.map(value => value + 2 * t))
      const w = randomNorm(rng, d)
      const found = await student.layerNorm(tensor(x, { on }), boxes(on).norm(w))
      expectTensor(found, normed(x, w), `${rows} rows of ${d} numbers, each with its own mean and variance`)
      const batch = await student.layerNorm(tensor([x, x], { on }), boxes(on).norm(w))
      expectTensor(batch, [normed(x, w), normed(x, w)], 'two sentences')
    }
  })

  test('equal-numbers', async ({ student, on, rng }) => {
    const w = randomNorm(rng, 3)
    const found = await student.layerNorm(tensor([[4, 4, 4]], { on }), boxes(on).norm(w))
    expectTensor(found, [w.shift], 'a row of equal numbers becomes β')
  })

  test('block', async ({ student, on, rng }) => {
    for (const [B, T, d, H, hidden] of SIZES) {
      const x = Array.from({ length: B }, () => normals(rng, T, d, 2))
      const w = randomBlock(rng, d, hidden)
      const padding = x.map((_, b) => Array.from({ length: T }, (_place, t) => t > 0 && t >= T - b))
      const mask = tensor(padding.map(row => [row.map(is => (is ? -1e9 : 0))]), { on }) // prettier-ignore
      const found = fields(await student.block(tensor(x, { on }), boxes(on).block(w), H, mask))
      const expected = x.map((rows, b) => blockOf(rows, w, H, padding[b]))
      expectTensor(found.y, expected.map(({ y }) => y), `${T} words of ${d} numbers, ${H} heads, ${hidden} neurons`) // prettier-ignore
      expectTensor(found.weights, expected.map(({ weights }) => weights), 'the attention weights') // prettier-ignore
    }
  })

  test('skips', async ({ student, on, rng }) => {
    // Without attention and MLP, the skips pass everything on.
    const x = [normals(rng, 3, 4, 3)]
    const w = randomBlock(rng, 4, 5)
    const zero = (rows: number, cols: number) => Array.from({ length: rows }, () => Array<number>(cols).fill(0))
    const silent = {
      ...w,
      attention: { ...w.attention, out: zero(4, 4) },
      down: { weight: zero(5, 4), bias: [0, 0, 0, 0] },
    }
    const mask = tensor([zero(1, 3)], { on })
    expectTensor(fields(await student.block(tensor(x, { on }), boxes(on).block(silent), 2, mask)).y, x, 'y = x')
    const talking = { ...silent, down: w.down }
    const expected = [blockOf(x[0], talking, 2).y]
    expectTensor(fields(await student.block(tensor(x, { on }), boxes(on).block(talking), 2, mask)).y, expected, 'only the MLP') // prettier-ignore
  })

  test('parameters', async ({ student, rng }) => {
    for (const sizes of [
      { words: 67, d: 48, hidden: 96, blocks: 2 },
      { words: 5, d: 4, hidden: 3, blocks: 1 },
      { words: 9, d: 2, hidden: 7, blocks: 3 },
      { words: 4, d: 3, hidden: 2, blocks: 0 },
      { words: 10 + rng.integer(20), d: 6, hidden: 5, blocks: 2 },
    ]) {
      const model: Partial<Model> = randomModel(rng, { ...sizes, heads: 1 })
      const { embedding, blocks, norm, output } = model
      const all = size(embedding) + (blocks ?? []).reduce((sum, each) => sum + parts(each), 0)
      const expected = all + parts(norm ?? {}) + parts(output ?? {})
      expectNumber(await student.countParameters(sizes), expected, `the parameters of ${JSON.stringify(sizes)}`)
    }
  })
})
