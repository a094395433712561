import { plain, rng } from '@backprop/core'
import { loadInto, saveWeights } from '@backprop/nn'
import { expect, test } from '@backprop/testkit'
import { readOurs } from '../src/words/reader.ts'
import { trainWords } from '../src/words/train-words.ts'
import { idsOf, OUR_WORD_FUNCTIONS, WordNetwork } from '../src/words/word-network.ts'

const on = plain()
const WORDS = 'the queen did not cross the street because she seemed too wide'.split(' ')

test('a network learns, and is read again from its file as it was', async () => {
  const losses: number[] = []
  const learning = new WordNetwork({ on, rng: rng(2) })
  await trainWords(learning, { rng: rng(3), steps: 12, reportEvery: 6, onProgress: ({ loss }) => losses.push(loss) })
  expect(losses).toHaveLength(2)
  expect(losses[1]).toBeLessThan(losses[0])
  const again = new WordNetwork({ on, rng: rng(4) })
  loadInto(again, await saveWeights(learning))
  const [before, after] = [learning, again].map(each => readOurs(each, [idsOf(WORDS)], [8], OUR_WORD_FUNCTIONS).logits)
  expect(after).toEqual(before)
})
