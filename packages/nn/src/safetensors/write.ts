import { explain, shapeText, sizeOf } from '@backprop/core'
import { arrayOf, type Dtype, dtypes, type Entry, METADATA, type StoredTensor } from './dtypes.ts'

declare const TextEncoder: new () => { encode(text: string): Uint8Array }

/**
 * Writes tensors in the safetensors format (github.com/huggingface/safetensors): eight bytes with the length of the
 * header, the header as JSON, and all numbers, little-endian and without gaps. The header is padded with spaces to a
 * multiple of eight, and wide numbers come first, so that each tensor is aligned in memory. Throws if numbers and shape
 * don't match.
 */
export function toSafetensors(
  tensors: ReadonlyMap<string, StoredTensor>,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array<ArrayBuffer> {
  const header: [string, Entry | Readonly<Record<string, string>>][] = []
  if (Object.keys(metadata).length > 0) header.push([METADATA, metadata])
  const widestFirst = [...tensors].sort(([, a], [, b]) => b.values.BYTES_PER_ELEMENT - a.values.BYTES_PER_ELEMENT)
  let end = 0
  for (const [name, tensor] of widestFirst) {
    check(name, tensor)
    const begin = end
    end += tensor.values.byteLength
    header.push([name, { dtype: dtypeOf(tensor), shape: tensor.shape, data_offsets: [begin, end] }])
  }
  const json = new TextEncoder().encode(JSON.stringify(Object.fromEntries(header)))
  const start = 8 + Math.ceil(json.length / 8) * 8
  const bytes = new Uint8Array(start + end)
  new DataView(bytes.buffer).setBigUint64(0, BigInt(start - 8), true)
  bytes.fill(0x20, 8, start)
  bytes.set(json, 8)
  let offset = start
  for (const [, { values }] of widestFirst) {
    bytes.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), offset)
    offset += values.byteLength
  }
  return bytes
}

function dtypeOf({ values }: StoredTensor): Dtype {
  const dtype = dtypes.find(name => values instanceof arrayOf[name])
  if (dtype !== undefined) return dtype
  throw new TypeError(explain('toSafetensors', 'expected a typed array, such as a Float32Array'))
}

function check(name: string, { shape, values }: StoredTensor): void {
  if (name === METADATA) {
    throw new Error(explain('toSafetensors', `a tensor is called "${METADATA}", but that name is reserved`))
  }
  if (sizeOf(shape) === values.length) return
  const fact = `"${name}" has shape ${shapeText(shape)}, which is ${sizeOf(shape)} numbers, but ${values.length} were given`
  throw new Error(explain('toSafetensors', fact))
}
