import { plain, rng } from '@backprop/core'
import { pronounSentence } from '@backprop/datasets'
import { exercise, expect, test } from '@backprop/testkit'
import { fit, forward, LENGTH, makeTransformer } from '#lab/network'
import { encode } from '#lab/tokens'

const on = plain()
const WORDS = ['[pad]', '[mask]', '[unk]', 'dog', 'the']
const tiny = () => makeTransformer(WORDS, { d: 4, heads: 2, hidden: 6, blocks: 2 }, { on, rng: rng(1) })

exercise('masked-words', () => {
  test('returns a row of logits for each place', () => {
    const ids = [[4, 3, 0], [3, 1, 4]] // prettier-ignore
    const { logits, weights } = forward(tiny(), ids, [1, 4], { on })
    expect(logits.shape, 'two places, five words').toEqual([2, 5])
    expect(weights.map(({ shape }) => shape.join()), 'two blocks: sentences, heads, words, words').toEqual(['2,2,3,3', '2,2,3,3']) // prettier-ignore
  })

  test('reads each sentence by itself, whatever its padding', () => {
    const alone = forward(tiny(), [[4, 3]], [0, 1], { on }).logits.dataSync()
    const padded = forward(tiny(), [[3, 3, 3], [4, 3, 0]], [3, 4], { on }).logits.dataSync() // prettier-ignore
    const why = 'neither other sentences nor padding matter, and word t of sentence b is at b · T + t'
    expect([...padded], why).toBeNear([...alone], { absolute: 1e-4 })
  })

  test('knows where a word stands', () => {
    const logits = [...forward(tiny(), [[3, 3]], [0, 1], { on }).logits.dataSync()]
    const gap = Math.max(...logits.slice(0, 5).map((value, i) => Math.abs(value - logits[5 + i])))
    expect(gap, 'the same word in two places: are the positions added?').toBeGreaterThan(1e-3)
  })

  test('learns from all sentences of a batch', async () => {
    const words = Array.from({ length: 30 }, (_, i) => `word${i}`)
    const sentences = words.map(word => ({ words: [word, 'it'], pronoun: 1 }))
    const rowsAfter = async (steps: number) => {
      const { words: known, embedding } = await fit(sentences, { on, rng: rng(5), steps })
      const d = embedding.value.shape[1]
      return words.map(word => embedding.value.dataSync()[known.indexOf(word) * d])
    }
    const [before, after] = [await rowsAfter(0), await rowsAfter(1)]
    const changed = after.filter((value, i) => value !== before[i]).length
    const why = 'after a step most words have another embedding: in a batch, word t of sentence b is at b · LENGTH + t'
    expect(changed, why).toBeGreaterThan(5)
  })

  test('learns, and reports each step', async () => {
    const generator = rng(3)
    const sentences = Array.from({ length: 40 }, () => pronounSentence({ rng: generator }))
    const losses: number[] = []
    const steps: number[] = []
    const onStep = (step: number, loss: number) => {
      steps.push(step)
      losses.push(loss)
    }
    const model = await fit(sentences, { on, rng: generator, steps: 8, onStep })
    expect(steps, 'onStep(1, …), onStep(2, …), …').toEqual([1, 2, 3, 4, 5, 6, 7, 8])
    expect(losses[7], 'the loss falls').toBeLessThan(losses[0])
    const ids = encode(sentences[0].words, model.words, LENGTH)
    expect(ids.slice(0, sentences[0].words.length), 'no word of the sentences is unknown').not.toContain(2)
  })
})
