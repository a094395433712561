import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fromSafetensors, toSafetensors } from '@backprop/nn'
import type { Task } from '../images/task.ts'

/** What a lab's `main.ts` keeps, the network that read best first. */
const FILES: Readonly<Record<Task['name'], readonly string[]>> = {
  digits: ['the-whole-training-set.safetensors', 'divided-by-255.safetensors'],
  photographs: ['lenet.safetensors'],
}

/**
 * The network that the student's `main.ts` trained, without the optimizer's state; `null` if there is none.
 *
 * @param folder where `main.ts` keeps it, `labs/<lab>/.cache/training`
 */
export async function studentWeights(folder: string, task: Task): Promise<Uint8Array | null> {
  for (const name of FILES[task.name]) {
    const bytes = await readFile(join(folder, name)).catch(() => null)
    const found = bytes && modelIn(bytes, `labs/${task.lab}/.cache/training/${name}`)
    if (found) return found
  }
  return null
}

const MODEL = 'model.'

/** The tensors of the model in a file that `resumable` of @backprop/training wrote; `null` if it is damaged. */
function modelIn(bytes: Uint8Array, file: string): Uint8Array | null {
  try {
    const { tensors, metadata } = fromSafetensors(bytes)
    const model = [...tensors].filter(([name]) => name.startsWith(MODEL))
    const results: unknown = JSON.parse(metadata.results)
    const epochs = Array.isArray(results) ? String(results.length) : ''
    return toSafetensors(new Map(model), { whose: 'yours', file, epochs })
  } catch {
    return null
  }
}
