import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { wasm } from '@backprop/backend-wasm'
import { rng } from '@backprop/core'
import { cacheFolder, loadCifar10, loadMnist } from '@backprop/datasets/node'
import { writeWhole } from '@backprop/files'
import { fromSafetensors, saveWeights } from '@backprop/nn'
import { ImageNetwork, type LayerPlan, LENET5, PERCEPTRON } from '../images/image-network.ts'
import { DIGITS, PHOTOGRAPHS, pixelsOf, type Task } from '../images/task.ts'
import { type LabelledImages, trainNetwork, type TrainOptions } from '../images/train-network.ts'
import { trainWords } from '../words/train-words.ts'
import { SIZES, WordNetwork } from '../words/word-network.ts'

type Settings = Pick<TrainOptions, 'epochs' | 'batchSize' | 'learningRate' | 'mirror'>

/** What makes one of our networks. A change of any of it makes a new one. */
interface Recipe {
  readonly task: Task
  readonly plan: readonly LayerPlan[]
  /** How many of the training images to learn from. */
  readonly images: number
  readonly seed: number
  readonly settings: Settings
  readonly load: () => Promise<{ readonly train: LabelledImages; readonly test: LabelledImages }>
}

const RECIPES: readonly Recipe[] = [
  {
    task: DIGITS,
    plan: PERCEPTRON,
    images: 60_000,
    seed: 1,
    settings: { epochs: 2, batchSize: 64, learningRate: 2e-3 },
    load: () => loadMnist(),
  },
  {
    task: PHOTOGRAPHS,
    plan: LENET5,
    images: 20_000,
    seed: 1,
    settings: { epochs: 5, batchSize: 64, learningRate: 2e-3, mirror: true },
    load: () => loadCifar10(),
  },
]

export interface ReferenceOptions {
  /** The folder that keeps the trained networks; one in the user's cache unless given. */
  readonly cache?: string
  /** Called with a line of text now and then while a network trains. */
  readonly onProgress?: (text: string) => void
}

/**
 * Our network for one task as a safetensors file: from the cache, or trained now. On an idle core, the digits take about
 * 7 seconds (97.4 % of the test images right), the photographs about a minute.
 */
export async function referenceWeights(
  task: Task,
  { cache = cacheFolder('trained-networks'), onProgress }: ReferenceOptions,
): Promise<Uint8Array> {
  const recipe = RECIPES.find(one => one.task.name === task.name)
  if (!recipe) throw new Error(`There is no recipe for a network of ${task.name}.`)
  const { plan, images, seed, settings } = recipe
  const key = JSON.stringify({ plan, images, seed, settings })
  return keptOrMade(join(cache, `${task.lab}.safetensors`), key, () => trained(recipe, key, onProgress))
}

async function trained(
  { task, plan, images, seed, settings, load }: Recipe,
  key: string,
  onProgress: ReferenceOptions['onProgress'],
): Promise<Uint8Array> {
  const data = await load()
  const on = await wasm({ relaxed: false }) // the same weights on every machine
  const random = rng(seed)
  const network = new ImageNetwork(plan, task.shape, { on, rng: random })
  const train = {
    images: data.train.images.subarray(0, images * pixelsOf(task)),
    labels: data.train.labels.subarray(0, images),
  }
  const { accuracy } = await trainNetwork(
    task,
    network,
    { train, test: data.test },
    {
      ...settings,
      ...{ on, rng: random, reportEvery: 500 },
      onProgress: ({ step, steps, accuracy }) =>
        onProgress?.(
          `${task.name}: step ${step} of ${steps}, ${(100 * accuracy).toFixed(1)} % of the test images right`,
        ),
    },
  )
  const epochs = String(settings.epochs)
  const metadata = { whose: 'ours', key, images: String(images), epochs, accuracy: accuracy.toFixed(4) }
  const bytes = await saveWeights(network, metadata)
  on.close()
  return bytes
}

const WORDS = { ...SIZES, seed: 1, steps: 600 } as const

/** Our network for the words as a safetensors file, from the cache or trained now: about 10 seconds on an idle core. */
export async function referenceWords({
  cache = cacheFolder('trained-networks'),
  onProgress,
}: ReferenceOptions): Promise<Uint8Array> {
  const key = JSON.stringify(WORDS)
  return keptOrMade(join(cache, '10-attention.safetensors'), key, async () => {
    const on = await wasm({ relaxed: false }) // the same weights on every machine
    const random = rng(WORDS.seed)
    const network = new WordNetwork({ on, rng: random })
    const { accuracy } = await trainWords(network, {
      ...{ rng: random, steps: WORDS.steps, reportEvery: 100 },
      onProgress: ({ step, steps }) => onProgress?.(`words: step ${step} of ${steps}`),
    })
    const metadata = { whose: 'ours', key, steps: String(WORDS.steps), accuracy: accuracy.toFixed(4) }
    const bytes = await saveWeights(network, metadata)
    on.close()
    return bytes
  })
}

/** A file of weights that was made with this key, or a new one, which is kept. */
async function keptOrMade(file: string, key: string, make: () => Promise<Uint8Array>): Promise<Uint8Array> {
  const kept = await readFile(file).catch(() => null)
  if (kept && keyOf(kept) === key) return kept
  const bytes = await make()
  // Where nothing can be written, the network is trained again next time.
  await writeWhole(file, bytes).catch(() => undefined)
  return bytes
}

function keyOf(file: Uint8Array): string | undefined {
  try {
    return fromSafetensors(file).metadata.key
  } catch {
    return undefined
  }
}
