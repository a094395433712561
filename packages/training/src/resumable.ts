import { readFile } from 'node:fs/promises'
import { Rng } from '@backprop/core'
import { writeWhole } from '@backprop/files'
import { fromSafetensors, loadInto, saveWeights, toSafetensors } from '@backprop/nn'
import type { Optimizer, Safetensors, StoredTensor } from '@backprop/nn'
import { fromJson, toJson } from './json.ts'

export interface ResumableOptions<Result> {
  /** Where the state is kept after each epoch; whoever deletes the file starts over. */
  readonly file: string
  /** What else the result depends on, see `fingerprint`: a state that was kept under another key is not used. */
  readonly key: string
  /** What learns: any object with parameters in it, such as a module or a list of layers, as it is before epoch 1. */
  readonly model: object
  /** Leave it out if each epoch makes its own. */
  readonly optimizer?: Optimizer
  /** As it is before epoch 1. */
  readonly rng: Rng
  /** How many there are to be in all; when that grows, training goes on. */
  readonly epochs: number
  /** Trains one epoch, counted from 1, with random numbers from `rng` alone. What it returns JSON must be able to say. */
  readonly train: (epoch: number, rng: Rng) => Promise<Result>
  /** Told how many epochs need not be trained again, and what they showed, if there are any. */
  readonly onResume?: (results: readonly Result[]) => void
}

/**
 * Trains epoch by epoch, and keeps after each one what it takes to go on: weights, optimizer, random numbers, results.
 * Interrupted at any moment and called again, it goes on after the last whole epoch, and ends with the same weights as
 * without the interruption. Called again after the end, it only puts the weights back.
 *
 * @returns what the epochs showed, in order
 * @throws Error when the file was kept under the same key for another network; the message says which file to delete
 */
export async function resumable<Result>(options: ResumableOptions<Result>): Promise<Result[]> {
  const { model, optimizer, epochs, train, onResume } = options
  const kept = await keptState<Result>(options)
  if (kept) recall(kept.state, options)
  const random = kept ? Rng.fromState(kept.rng) : options.rng
  const results = kept?.results ?? []
  if (kept) onResume?.([...results])
  for (let epoch = results.length + 1; epoch <= epochs; epoch++) {
    results.push(await train(epoch, random))
    const weights = fromSafetensors(await saveWeights(model)).tensors
    const tensors = new Map([...named('model.', weights), ...named('optimizer.', (await optimizer?.save()) ?? [])])
    const { key } = options
    const metadata = { key, rng: JSON.stringify(random.state()), results: toJson(results) }
    // Where nothing can be written, training continues anyway.
    await writeWhole(options.file, toSafetensors(tensors, metadata)).catch(() => undefined)
  }
  return results
}

interface KeptState<Result> {
  readonly state: Safetensors
  readonly rng: readonly number[]
  readonly results: Result[]
}

/** What was kept under this key; nothing if the file is not there, damaged, or beyond the epochs that are wanted. */
async function keptState<Result>({ file, key, epochs }: ResumableOptions<Result>): Promise<KeptState<Result> | null> {
  try {
    const state = fromSafetensors(await readFile(file))
    if (state.metadata.key !== key) return null
    const rng = JSON.parse(state.metadata.rng) as number[] // we wrote it, with this key
    const results = fromJson(state.metadata.results) as Result[]
    return results.length <= epochs ? { state, rng, results } : null
  } catch {
    return null
  }
}

type Network = Pick<ResumableOptions<unknown>, 'file' | 'model' | 'optimizer'>

function recall({ tensors }: Safetensors, { file, model, optimizer }: Network): void {
  const under = (prefix: string) =>
    new Map([...tensors].flatMap(([name, x]) => (name.startsWith(prefix) ? [[name.slice(prefix.length), x]] : [])))
  try {
    loadInto(model, toSafetensors(under('model.')))
    optimizer?.restore(under('optimizer.'))
  } catch (error) {
    const cure = `Delete ${file} to train from the beginning.`
    throw new Error(`The training that was kept does not fit this network. ${cure}`, { cause: error })
  }
}

const named = (prefix: string, tensors: Iterable<readonly [string, StoredTensor]>) =>
  Array.from(tensors, ([name, x]) => [prefix + name, x] as const)
