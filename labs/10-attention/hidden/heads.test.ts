import { tensor } from '@backprop/core'
import { expectRefusal, submissionTest } from '@backprop/grader/suite'
import { exercise } from '@backprop/testkit'
import { boxes, expectTensor, fields, normals, randomHeads } from './checks.ts'
import { attendWithHeads } from './transformer.ts'

const test = submissionTest<typeof import('#lab/heads')>('heads', {
  keepsArguments: ['splitHeads', 'joinHeads', 'multiHead'],
})

/** B, T, d, H */
const SIZES = [
  [2, 3, 4, 2],
  [1, 5, 6, 3],
  [3, 2, 8, 8],
  [2, 4, 5, 1],
  [1, 1, 12, 4],
]

exercise('heads', () => {
  test('split', async ({ student, on, rng }) => {
    for (const [B, T, d, H] of SIZES) {
      const x = Array.from({ length: B }, () => normals(rng, T, d))
      const width = d / H
      const expected = x.map(rows =>
        Array.from({ length: H }, (_, h) => rows.map(row => row.slice(h * width, (h + 1) * width))),
      )
      expectTensor(await student.splitHeads(tensor(x, { on }), H), expected, `${d} columns for ${H} heads`)
    }
  })

  test('join', async ({ student, on, rng }) => {
    for (const [B, T, d, H] of SIZES) {
      const y = Array.from({ length: B }, () => Array.from({ length: H }, () => normals(rng, T, d / H)))
      const expected = y.map(heads => heads[0].map((_, t) => heads.flatMap(rows => rows[t])))
      expectTensor(await student.joinHeads(tensor(y, { on })), expected, `${H} heads of ${d / H} columns`)
    }
  })

  test('single-heads', async ({ student, on, rng }) => {
    for (const [B, T, d, H] of SIZES) {
      const x = Array.from({ length: B }, () => normals(rng, T, d))
      const w = randomHeads(rng, d)
      const mask = tensor(x.map(() => [Array<number>(T).fill(0)]), { on }) // prettier-ignore
      const found = fields(await student.multiHead(tensor(x, { on }), boxes(on).heads(w), H, mask))
      const expected = x.map(rows => attendWithHeads(rows, w, H))
      expectTensor(found.y, expected.map(({ y }) => y), `${H} heads, as many single heads put together`) // prettier-ignore
      expectTensor(found.weights, expected.map(({ weights }) => weights), `the weights of ${H} heads`) // prettier-ignore
    }
  })

  test('padding', async ({ student, on, rng }) => {
    const hidden = [[false, false, true, true], [false, false, false, false], [false, true, true, true]] // prettier-ignore
    const x = hidden.map(() => normals(rng, 4, 6, 2))
    const w = randomHeads(rng, 6)
    const mask = tensor(hidden.map(row => [row.map(is => (is ? -1e9 : 0))]), { on }) // prettier-ignore
    for (const H of [1, 2, 3]) {
      const found = fields(await student.multiHead(tensor(x, { on }), boxes(on).heads(w), H, mask))
      const expected = x.map((rows, b) => attendWithHeads(rows, w, H, hidden[b]))
      expectTensor(found.weights, expected.map(({ weights }) => weights), `${H} heads and each sentence's own padding`) // prettier-ignore
      expectTensor(found.y, expected.map(({ y }) => y), `the answers of ${H} heads`) // prettier-ignore
    }
  })

  test('refusals', async ({ student, on, rng }) => {
    const x = tensor([normals(rng, 2, 6)], { on })
    for (const H of [4, 5, 7])
      await expectRefusal(student.splitHeads(x, H), `6 columns can't be shared among ${H} heads`)
    // A function that rejects everything earns nothing.
    const one = [normals(rng, 1, 6)]
    expectTensor(await student.splitHeads(tensor(one, { on }), 6), [one[0][0].map(value => [[value]])], 'six heads of 6 columns') // prettier-ignore
  })
})
