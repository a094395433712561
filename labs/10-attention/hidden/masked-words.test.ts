import { type Rng, rng as generator } from '@backprop/core'
import { longestPronounSentence, type PronounSentence, pronounSentence, pronounWords } from '@backprop/datasets'
import { oncePerSubmission, type SubmissionFixtures, submissionTest } from '@backprop/grader/suite'
import { exercise, expect } from '@backprop/testkit'
import { boxes, expectTensor, fields, randomModel } from './checks.ts'
import { type Model, readWith, rolledOut, transformerOf } from './transformer.ts'

type Network = typeof import('#lab/network')
type Given = Omit<SubmissionFixtures<Network>, 'elsewhere'>
const test = submissionTest<Network>('network', { callSeconds: 900, keepsArguments: ['forward'] })

// Measured over seeds; the table and the margins are in the solution's design.md.
const MIDDLE = 0.65
const FULL = 0.9
const LOOKS = 0.8
const STEPS = 1000
const SENTENCES = 12_000
const HELD_OUT = 500
const DRAWS = 2

const MASK = 1
const PAD = 0

interface Outcome {
  /** The share of masked pronouns that were guessed. */
  readonly right: number
  /** The share of them that look more at the right noun than at the other, through all blocks. */
  readonly looks: number
}

/** New words for all words of the grammar: what was learned at home, or typed in, knows none of them. */
function renaming(rng: Rng): (words: string[]) => string[] {
  const order = rng.permutation(pronounWords.length)
  const names = new Map(pronounWords.map((word, i) => [word, `word${order[i]}`]))
  return words => words.map(word => names.get(word) ?? '')
}

/** Sentences of both kinds to learn from, and where their pronouns are, but not what these stand for. */
function examples(rng: Rng, count: number, renamed = (words: string[]) => words) {
  return Array.from({ length: count }, () => {
    const { words, pronoun } = pronounSentence({ rng })
    return { words: renamed(words), pronoun }
  })
}

/** Trains on sentences of both kinds, and reads role sentences with other pairs of nouns to read. */
async function trainAndRead({ student, on, rng, secret, progress, note }: Given, draw: string): Promise<Outcome> {
  const renamed = renaming(secret(`names${draw}`))
  const training = examples(rng, SENTENCES, renamed)
  const onStep = (step: unknown) => {
    if (typeof step === 'number' && step % 100 === 0) progress(`step ${step} of ${STEPS}`, Math.min(1, step / STEPS))
  }
  const options = { on, rng: generator(rng.integer(1_000_000)), steps: STEPS, onStep }
  const model = transformerOf(await student.fit(training, options))
  const heldOut = secret(`held-out${draw}`)
  const read = Array.from({ length: HELD_OUT }, () => {
    const sentence = pronounSentence({ rng: heldOut, pairs: 'held-out', kind: 'role' })
    return judged(model, { ...sentence, words: renamed(sentence.words) })
  })
  const share = (name: keyof (typeof read)[number]) => read.filter(one => one[name]).length / HELD_OUT
  const outcome = { right: share('isRight'), looks: share('looksRight') }
  note(
    `trained on ${SENTENCES} sentences, ${STEPS} steps; ${outcome.right.toFixed(4)} of the masked pronouns in ` +
      `${HELD_OUT} role sentences with other pairs of nouns; attention on the right noun in ${outcome.looks.toFixed(4)}`,
  )
  return outcome
}

/** Masks the pronoun of a sentence: which word is guessed there, and where does it look? */
function judged(model: Model, { words, pronoun, referent, other }: PronounSentence) {
  const ids = Array.from({ length: longestPronounSentence }, (_, t) => {
    if (t >= words.length) return PAD
    // A word that was never seen is [unk].
    return t === pronoun ? MASK : Math.max(2, model.words.indexOf(words[t]))
  })
  const { logits, weights } = readWith(model, ids, pronoun)
  const attention = rolledOut(weights, pronoun)
  return {
    isRight: model.words[logits.indexOf(Math.max(...logits))] === words[pronoun],
    looksRight: attention[referent] > attention[other],
  }
}

/** Asserts that a transformer's words are the special ones, and each word of these sentences once. */
function expectVocabulary({ words }: Model, sentences: ReturnType<typeof examples>): void {
  const [special, others] = [words.slice(0, 3), words.slice(3).sort()]
  expect(special.join(' '), 'words starts with the three special words').toBe('[pad] [mask] [unk]')
  const known = [...new Set(sentences.flatMap(sentence => sentence.words))].sort()
  expect(others.join(' ') === known.join(' '), 'words has each word of the sentences, once').toBe(true)
}

/** Another draw decides if the first one falls short of a mark although it learned, so bad luck must strike twice. */
async function trainUntilFull(fixtures: Given): Promise<Outcome> {
  const { student, on, rng } = fixtures
  // A vocabulary that repeats words has 100,000 of them, and training would take an hour: fail before that.
  const few = examples(rng, 40)
  const options = { on, rng: generator(rng.integer(1_000_000)), steps: STEPS / 10 }
  expectVocabulary(transformerOf(await student.fit(few, options)), few)
  let best = await trainAndRead(fixtures, '')
  for (let draw = 2; draw <= DRAWS && isShort(best); draw += 1) {
    const next = await trainAndRead(fixtures, ` ${draw}`)
    best = { right: Math.max(best.right, next.right), looks: Math.max(best.looks, next.looks) }
  }
  return best
}

const isShort = ({ right, looks }: Outcome) => right > MIDDLE && (right <= FULL || looks <= LOOKS)

/** Training is expensive: the first test that needs it trains, and the others reuse the network's answers. */
const trained = oncePerSubmission(trainUntilFull)

/** A random transformer, sentences with padding, and what is asked about them. */
const CASES = [
  { size: { words: 9, d: 4, heads: 2, hidden: 6, blocks: 1 }, lengths: [5, 3], length: 5 },
  { size: { words: 12, d: 6, heads: 3, hidden: 5, blocks: 2 }, lengths: [2, 7, 6], length: 7 },
  { size: { words: 5, d: 8, heads: 1, hidden: 3, blocks: 3 }, lengths: [4], length: 4 },
  { size: { words: 7, d: 4, heads: 4, hidden: 4, blocks: 2 }, lengths: [1, 2, 3, 13], length: 13 },
]

exercise('masked-words', () => {
  test('forward', async ({ student, on, rng }) => {
    for (const { size, lengths, length } of CASES) {
      const model = randomModel(rng, size)
      const ids = lengths.map(count =>
        Array.from({ length }, (_, t) => (t < count ? 1 + rng.integer(size.words - 1) : PAD)),
      )
      // Every word, in a random order, and one of them twice.
      const places = ids.flatMap((row, b) => [...row.keys()].filter(t => row[t] !== PAD).map(t => [b, t]))
      const asked = [...rng.permutation(places.length), 0].map(i => places[i])
      const at = asked.map(([b, t]) => b * length + t)
      const found = fields(await student.forward(boxes(on).model(model), ids, at, { on }))
      const expected = asked.map(([b, t]) => readWith(model, ids[b], t))
      const why = `${lengths.length} sentences, ${size.blocks} blocks`
      expectTensor(found.logits, expected.map(({ logits }) => logits), `the logits: ${why}`) // prettier-ignore
      expect(Array.isArray(found.weights), 'a list of attention weights').toBe(true)
      expect(found.weights, 'the weights of each block').toHaveLength(size.blocks)
      const read = ids.map(row => readWith(model, row, 0).weights)
      for (const [n, weights] of (found.weights as unknown[]).entries())
        expectTensor(weights, read.map(blocks => blocks[n]), `the attention weights of block ${n}: ${why}`) // prettier-ignore
    }
  })

  test('progress', async ({ student, on, rng }) => {
    const sentences = examples(rng, 40)
    const heard: unknown[][] = []
    const onStep = (...news: unknown[]) => void heard.push(news)
    const model = transformerOf(await student.fit(sentences, { on, rng, steps: 4, onStep }))
    expectVocabulary(model, sentences)
    const { size } = new Set(sentences.flatMap(({ words }) => words))
    expect(
      heard.map(([step]) => step),
      'called once after each step, with its number',
    ).toBeNear([1, 2, 3, 4])
    const losses = heard.map(([, loss]) => loss)
    expect(losses.every(Number.isFinite), 'onStep gets the loss of the step too').toBe(true)
    // A network that knows nothing has a loss of about log of the number of words; logits vary a little at first.
    expect(Number(losses[0]), 'the first loss is that of guessing').toBeGreaterThan(Math.log(size) - 1)
  })

  test('better-than-nouns', async ({ student, on, backend, rng, secret, progress, note }) => {
    // Knowing both nouns, but not what each of them does, gives half of the pronouns.
    const { right } = await trained({ student, on, backend, rng, secret, progress, note })
    expect(right, 'the share of masked pronouns that are guessed').toBeGreaterThan(MIDDLE)
  })

  test('full', async ({ student, on, backend, rng, secret, progress, note }) => {
    const { right } = await trained({ student, on, backend, rng, secret, progress, note })
    expect(right, 'the share of masked pronouns that are guessed').toBeGreaterThan(FULL)
  })

  test('looks-right', async ({ student, on, backend, rng, secret, progress, note }) => {
    const { right, looks } = await trained({ student, on, backend, rng, secret, progress, note })
    expect(right, 'a network that guesses badly may look anywhere').toBeGreaterThan(MIDDLE)
    expect(looks, 'the share of masked pronouns that look at the right noun').toBeGreaterThan(LOOKS)
  })
})
