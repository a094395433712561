import type { Rng } from '@backprop/core'
import { expectRefusal, submissionTest } from '@backprop/grader/suite'
import { exercise } from '@backprop/testkit'
import { expectLists, expectNumber, normals } from './checks.ts'
import { rolledOut, softmaxed } from './transformer.ts'

const test = submissionTest<typeof import('#lab/look')>('look', {
  keepsArguments: ['gaze', 'rollout', 'lookedAt', 'shareOnReferent'],
})

/** Attention weights of H heads over T words. */
const weightsOf = (rng: Rng, H: number, T: number) =>
  Array.from({ length: H }, () => normals(rng, T, T, 2).map(softmaxed))

/** Column by column, the mean over the heads. */
const meanRow = (weights: number[][][], query: number) =>
  Array.from({ length: weights[0].length }, (_, t) => {
    let sum = 0
    for (const head of weights) sum += head[query][t]
    return sum / weights.length
  })

exercise('look', () => {
  test('mean-over-heads', async ({ student, rng }) => {
    for (const [H, T] of [
      [2, 5],
      [1, 3],
      [4, 13],
      [3, 1],
    ])
      for (const query of [0, T - 1, rng.integer(T)]) {
        const weights = weightsOf(rng, H, T)
        expectLists(await student.gaze(weights, query), meanRow(weights, query), `word ${query} of ${T}, ${H} heads`)
      }
  })

  test('through-blocks', async ({ student, rng }) => {
    for (const [L, H, T] of [
      [1, 2, 4],
      [2, 1, 5],
      [3, 2, 6],
      [2, 3, 1],
    ])
      for (const query of [0, T - 1, rng.integer(T)]) {
        const blocks = Array.from({ length: L }, () => weightsOf(rng, H, T))
        const why = `word ${query} of ${T}, ${L} blocks with ${H} heads`
        expectLists(await student.rollout(blocks, query), rolledOut(blocks, query), why)
      }
  })

  test('most-attention', async ({ student, rng }) => {
    for (let round = 0; round < 8; round += 1) {
      const attention = softmaxed(normals(rng, 1, 9)[0])
      const candidates = [...rng.permutation(9)].slice(0, 2 + (round % 4))
      let best = candidates[0]
      for (const t of candidates) if (attention[t] > attention[best]) best = t
      expectNumber(await student.lookedAt(attention, candidates), best, 'the candidate with the most attention')
    }
    expectNumber(await student.lookedAt([0.1, 0.2, 0.7], [1]), 1, 'only one candidate')
    expectNumber(await student.lookedAt([0, 0, 1], [1, 0]), 1, 'candidates without any attention: the first')
  })

  test('ties', async ({ student }) => {
    expectNumber(await student.lookedAt([0.4, 0.2, 0.4], [2, 0]), 2, 'the first of two with the same attention')
    expectNumber(await student.lookedAt([0.3, 0.3, 0.1, 0.3], [2, 3, 1, 0]), 3, 'the first of three')
  })

  test('share', async ({ student, rng }) => {
    for (const count of [1, 4, 25]) {
      const sentences = Array.from({ length: count }, (_, i) => {
        const T = 4 + (i % 6)
        const [pronoun, referent, other] = rng.permutation(T)
        return { weights: [weightsOf(rng, 2, T), weightsOf(rng, 2, T)], pronoun, referent, other }
      })
      let right = 0
      for (const { weights, pronoun, referent, other } of sentences) {
        const row = rolledOut(weights, pronoun)
        if (row[referent] > row[other]) right += 1
      }
      expectNumber(await student.shareOnReferent(sentences), right / count, `the share of ${count} sentences`)
    }
    const even = { weights: [[[[0.5, 0.5, 0], [0.5, 0.5, 0], [0.4, 0.4, 0.2]]]], pronoun: 2, referent: 0, other: 1 } // prettier-ignore
    expectNumber(await student.shareOnReferent([even]), 0, 'a tie is not more')
    expectNumber(await student.shareOnReferent([{ ...even, referent: 1, other: 0 }]), 0, 'whichever noun comes first')
  })

  test('refusals', async ({ student, rng }) => {
    const weights = weightsOf(rng, 2, 3)
    for (const query of [3, -1, 7]) await expectRefusal(student.gaze(weights, query), `word ${query} of 3`)
    for (const query of [3, -1, 7])
      await expectRefusal(student.rollout([weights], query), `word ${query} of 3, one block`)
    // A function that rejects everything earns nothing.
    expectLists(await student.rollout([weights], 2), rolledOut([weights], 2), 'the last word, one block')
    expectLists(await student.gaze(weights, 2), meanRow(weights, 2), 'the last word')
  })
})
