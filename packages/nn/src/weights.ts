import { explain, sameShape, shapeText, tensor } from '@backprop/core'
import { state } from './parameter.ts'
import type { StoredTensor } from './safetensors/dtypes.ts'
import { fromSafetensors } from './safetensors/read.ts'
import { toSafetensors } from './safetensors/write.ts'

/** All parameters and statistics of a model, by name, as a safetensors file. */
export async function saveWeights(
  model: object,
  metadata?: Readonly<Record<string, string>>,
): Promise<Uint8Array<ArrayBuffer>> {
  // All reads start now, so training that continues meanwhile does not change the file.
  const reads = [...state(model)].map(async ([name, { value }]): Promise<[string, StoredTensor]> => {
    return [name, { shape: value.shape, values: await value.data() }]
  })
  return toSafetensors(new Map(await Promise.all(reads)), metadata)
}

/**
 * Loads the weights of a safetensors file into a model that was built in the same way. Throws, and changes nothing,
 * unless every name and shape fits.
 */
export function loadInto(model: object, bytes: Uint8Array): void {
  const { tensors } = fromSafetensors(bytes)
  const boxes = state(model)
  const missing = [...boxes.keys()].filter(name => !tensors.has(name))
  const unexpected = [...tensors.keys()].filter(name => !boxes.has(name))
  if (missing.length + unexpected.length > 0)
    throw new Error(explain('loadInto', misfit(missing, unexpected), sameModel))
  const fitting = [...boxes].map(([name, box]) => {
    const { shape, values } = tensors.get(name)! // none is missing
    if (!sameShape(shape, box.value.shape)) {
      const fact = `"${name}" has shape ${shapeText(shape)}, but the model's has ${shapeText(box.value.shape)}`
      throw new Error(explain('loadInto', fact, sameModel))
    }
    if (values instanceof Float32Array || values instanceof Float64Array) return { box, shape, values }
    throw new Error(explain('loadInto', `"${name}" holds whole numbers, expected dtype F32 or F64`))
  })
  for (const { box, shape, values } of fitting) {
    const { on } = box.value
    box.value.release('loadInto() replaced them; the new ones are in parameter.value')
    box.value = tensor(values, { on, shape, requiresGrad: true })
  }
}

const sameModel = 'the model must be built as the one that was saved: same fields, same layers, same sizes'

function misfit(missing: readonly string[], unexpected: readonly string[]): string {
  const facts: string[] = []
  if (missing.length > 0) facts.push(`the file lacks ${listed(missing)}`)
  if (unexpected.length > 0) facts.push(`the model has no ${listed(unexpected)}`)
  return facts.join('; ')
}

function listed(names: readonly string[]): string {
  const shown = names.slice(0, 5).map(name => `"${name}"`)
  return shown.join(', ') + (names.length > 5 ? ` and ${names.length - 5} more` : '')
}
