import { join } from 'node:path'
import { wasm } from '@backprop/backend-wasm'
import { noGrad, rng } from '@backprop/core'
import { type PronounSentence, pronounSentence } from '@backprop/datasets'
import { type Chart, connections, images, lineChart, sideBySide, toTerminal } from '@backprop/plots'
import { saveSvg, terminalOptions } from '@backprop/plots/node'
import { NotImplemented } from '@backprop/testkit/todo'
import { fingerprint, resumable, TrainingProgress } from '@backprop/training'
import { rollout, shareOnReferent } from '#lab/look'
import { fit, forward, LENGTH, type Transformer } from '#lab/network'
import { positions } from '#lab/positions'
import { encode, MASK } from '#lab/tokens'

// Change what you like here. The network is trained again only if these settings or your code have changed.
const STEPS = 1000
const SENTENCES = 12_000
const READ = 300
const SEED = 1

// The same arithmetic on every machine, so that everyone gets the same pictures.
const on = await wasm({ relaxed: false })

async function show(file: string, chart: Chart): Promise<void> {
  console.log(`\n${toTerminal(chart, terminalOptions(process.stdout))}`)
  const folder = process.env.BACKPROP_PICTURES
  if (folder) await saveSvg(join(folder, `${file}.svg`), chart)
}

/** The encodings as a picture: a row for each position. */
async function encodings(): Promise<void> {
  const rows = positions(LENGTH, 48)
  const data = rows.flat()
  await show('positions', images({ title: '13 positions of 48 numbers', data, shape: [1, LENGTH, 48], range: [-1, 1] }))
}

/** What `resumable` keeps: the network is filled in by the one epoch there is. */
interface Kept {
  model?: Transformer
}

/** Trains once; the next run loads the weights. */
async function trained(): Promise<{ model: Transformer; losses: number[] }> {
  const generator = rng(SEED)
  const sentences = Array.from({ length: SENTENCES }, () => pronounSentence({ rng: generator }))
  const options = { on, rng: rng(SEED) }
  // The network that a saved one is loaded into: the same sizes, without training.
  const kept: Kept = { model: await fit(sentences, { ...options, steps: 0 }) }
  const progress = new TrainingProgress(process.stdout, { epochs: 1, steps: STEPS })
  const key = await fingerprint(join(import.meta.dirname, 'src'), { STEPS, SENTENCES, SEED })
  const [losses] = await resumable({
    file: join(import.meta.dirname, '.cache', 'training', 'transformer.safetensors'),
    ...{ key, model: kept, rng: rng(SEED), epochs: 1 },
    train: async (_, random) => {
      const seen: number[] = []
      const onStep = (step: number, loss: number) => {
        seen.push(loss)
        progress.step(1, step, loss)
      }
      kept.model = await fit(sentences, { on, rng: random, steps: STEPS, onStep })
      return seen
    },
  })
  if (!kept.model) throw new Error('fit returned no model.')
  return { model: kept.model, losses }
}

/** Reads sentences with their pronouns masked; the attention of all blocks, `[L, H, T, T]` for each. */
function read(model: Transformer, sentences: readonly PronounSentence[]) {
  const ids = sentences.map(({ words, pronoun }) => {
    const row = encode(words, model.words, LENGTH)
    row[pronoun] = MASK
    return row
  })
  const at = sentences.map(({ pronoun }, b) => b * LENGTH + pronoun)
  const { logits, weights } = noGrad(() => forward(model, ids, at, { on }))
  const [, H] = weights[0].shape
  const scores = logits.dataSync()
  const numbers = weights.map(block => [...block.dataSync()])
  const V = model.words.length
  return sentences.map((sentence, b) => {
    const row = [...scores.subarray(b * V, (b + 1) * V)]
    const rowOf = (block: number[], h: number, t: number) => {
      const start = ((b * H + h) * LENGTH + t) * LENGTH
      return block.slice(start, start + LENGTH)
    }
    const all = (length: number) => Array.from({ length }, (_, i) => i)
    const blocks = numbers.map(block => all(H).map(h => all(LENGTH).map(t => rowOf(block, h, t))))
    return { ...sentence, weights: blocks, guess: model.words[row.indexOf(Math.max(...row))] }
  })
}

async function learning(): Promise<void> {
  console.log(`\nYour transformer learns from ${SENTENCES} sentences:`)
  const { model, losses } = await trained()
  const every = 50
  const means = Array.from({ length: Math.floor(losses.length / every) }, (_, k) => {
    const part = losses.slice(k * every, (k + 1) * every)
    return part.reduce((sum, loss) => sum + loss, 0) / every
  })
  const x = means.map((_, k) => (k + 1) * every)
  await show(
    'loss',
    lineChart({ title: 'Guessing masked words', series: { loss: { x, y: means } }, x: 'step', y: 'loss' }),
  )
  const generator = rng(SEED + 1)
  const draw = () => pronounSentence({ rng: generator, pairs: 'held-out', kind: 'role' })
  const sentences = read(model, Array.from({ length: READ }, draw))
  const right = sentences.filter(({ words, pronoun, guess }) => words[pronoun] === guess).length
  console.log(
    `\n${READ} sentences with new pairs of nouns: ${((100 * right) / READ).toFixed(1)} % of the pronouns guessed.`,
  )
  await attempt('attention', () => looks(sentences))
}

/** Where the masked pronouns look. */
async function looks(sentences: ReturnType<typeof read>): Promise<void> {
  console.log(`In ${(100 * shareOnReferent(sentences)).toFixed(1)} % of them, it looks more at the right noun.`)
  const charts = sentences.slice(0, 2).map(({ words, pronoun, weights, guess }) => {
    const names = words.map((word, t) => (t === pronoun ? '[mask]' : word))
    const attention = rollout(weights, pronoun).slice(0, words.length)
    return connections({ title: `guessed: ${guess}`, names, from: pronoun, weights: attention })
  })
  await show('attention', sideBySide(charts))
}

/** Does one part of the show, or skips it if a function it needs is not written yet. */
async function attempt(what: string, part: () => void | Promise<void>): Promise<void> {
  try {
    await part()
  } catch (error) {
    if (!(error instanceof NotImplemented)) throw error
    console.log(`\nNo picture of ${what} yet: ${error.message}`)
  }
}

await attempt('positions', encodings)
await attempt('the training', learning)
