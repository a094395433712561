import { readFile } from 'node:fs/promises'
import { Rng } from '@backprop/core'
import { writeWhole } from '@backprop/files'
import {
  fromSafetensors,
  loadInto,
  type Optimizer,
  type Safetensors,
  saveWeights,
  type StoredTensor,
  toSafetensors,
} from '@backprop/nn'
import { fromJson, toJson } from './json.ts'

export interface ResumableOptions<Result> {
  /** Where the state is saved after each epoch; delete the file to start over. */
  readonly file: string
  /** What else the result depends on, see `fingerprint`: a state that was saved under another key is not used. */
  readonly key: string
  /** Any object with parameters in it, such as a module or a list of layers, in its state before epoch 1. */
  readonly model: object
  /** Leave it out if each epoch makes a new one. */
  readonly optimizer?: Optimizer
  /** In its state before epoch 1. */
  readonly rng: Rng
  /** The total number; if you raise it later, training continues. */
  readonly epochs: number
  /** Trains one epoch, counted from 1, with random numbers from `rng` alone, and returns what JSON can hold. */
  readonly train: (epoch: number, rng: Rng) => Promise<Result>
  /** Called with the results of earlier epochs, if there are any, which are not trained again. */
  readonly onResume?: (results: readonly Result[]) => void
}

/**
 * Trains epoch by epoch, and saves after each one what it needs to continue: weights, optimizer, random numbers,
 * results. If it is interrupted and called again, it continues after the last whole epoch, and ends with the same
 * weights as without the interruption. Called again after the end, it only loads the weights.
 *
 * @returns the results of the epochs, in order
 * @throws Error if the file was saved under the same key for another network; the message says which file to delete
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

/** The state saved under this key; `null` if the file is missing, damaged, or has more epochs than requested. */
async function keptState<Result>({ file, key, epochs }: ResumableOptions<Result>): Promise<KeptState<Result> | null> {
  try {
    const state = fromSafetensors(await readFile(file))
    if (state.metadata.key !== key) return null
    const rng = JSON.parse(state.metadata.rng) as number[] // written below, with this key
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
    const fix = `Delete ${file} to train from the beginning.`
    throw new Error(`The saved training does not fit this network. ${fix}`, { cause: error })
  }
}

const named = (prefix: string, tensors: Iterable<readonly [string, StoredTensor]>) =>
  Array.from(tensors, ([name, x]) => [prefix + name, x] as const)
