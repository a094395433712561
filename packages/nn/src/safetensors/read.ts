import { explain, shapeText, sizeOf } from '@backprop/core'
import { arrayOf, dtypes, type Entry, isDtype, METADATA, type Safetensors, type StoredTensor } from './dtypes.ts'

declare const TextDecoder: new (
  label: string,
  options: { readonly fatal: boolean },
) => { decode(bytes: Uint8Array): string }

/** Nothing in the file is trusted: it may come from anywhere. */
const refuse = (fact: string, hint?: string): never => {
  throw new Error(explain('fromSafetensors', fact, hint))
}

/**
 * Reads tensors in the safetensors format; each gets a copy of its numbers. Throws at the first fault.
 */
export function fromSafetensors(bytes: Uint8Array): Safetensors {
  const header = headerOf(bytes)
  const start = 8 + header.length
  const { [METADATA]: metadata = {}, ...rest } = parse(header)
  const entries = Object.entries(rest).map(([name, entry]) => [name, entryOf(name, entry)] as const)
  checkCover(entries, bytes.length - start)
  const tensors = new Map(
    entries.map(
      ([
        name,
        {
          dtype,
          shape,
          data_offsets: [begin, end],
        },
      ]): [string, StoredTensor] => {
        // Always a copy: the slice of a Node Buffer is not one.
        const { buffer } = new Uint8Array(bytes.subarray(start + begin, start + end))
        return [name, { shape, values: new arrayOf[dtype](buffer) }]
      },
    ),
  )
  return { tensors, metadata: textsOf(metadata) }
}

function headerOf(bytes: Uint8Array): Uint8Array {
  if (bytes.length < 8)
    refuse(`the file has ${bytes.length} bytes, but the length of its header alone takes 8`, cutShort)
  const length = new DataView(bytes.buffer, bytes.byteOffset, 8).getBigUint64(0, true)
  if (length > bytes.length - 8) {
    refuse(`the header should have ${length} bytes, but only ${bytes.length - 8} follow`, cutShort)
  }
  return bytes.slice(8, 8 + Number(length))
}

const cutShort = 'was the file cut short, or is it of another format'

function parse(header: Uint8Array): Record<string, unknown> {
  // The format requires an object from the first byte on, so that nothing can hide before it.
  if (header[0] !== 0x7b) refuse('the header does not begin with {', 'is the file of another format')
  const text = textOf(header)
  checkNames(text, name => refuse(`the header has "${name}" twice`))
  return JSON.parse(text) as Record<string, unknown> // it begins with {
}

function textOf(header: Uint8Array): string {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(header)
    JSON.parse(text)
    return text
  } catch {
    return refuse('the header is not JSON in UTF-8', cutShort)
  }
}

/** Checks the header's entry for one tensor. */
function entryOf(name: string, entry: unknown): Entry {
  const { dtype, shape, data_offsets } = (entry ?? {}) as Readonly<Record<string, unknown>>
  if (!isDtype(dtype))
    return refuse(`"${name}" has dtype ${JSON.stringify(dtype)}, expected one of ${dtypes.join(', ')}`)
  if (!isCounts(shape)) return refuse(`"${name}" has shape ${JSON.stringify(shape)}, expected a list of sizes`)
  if (!isCounts(data_offsets) || data_offsets.length !== 2) {
    return refuse(`"${name}" has data_offsets ${JSON.stringify(data_offsets)}, expected [begin, end]`)
  }
  const [begin, end] = data_offsets
  const wanted = sizeOf(shape) * arrayOf[dtype].BYTES_PER_ELEMENT
  if (end - begin !== wanted) {
    const fact = `"${name}" has shape ${shapeText(shape)} of ${dtype}, which takes ${wanted} bytes`
    refuse(`${fact}, but its data_offsets ${shapeText(data_offsets)} hold ${end - begin}`)
  }
  return { dtype, shape, data_offsets: [begin, end] }
}

/** Every byte after the header belongs to exactly one tensor. */
function checkCover(entries: readonly (readonly [string, Entry])[], size: number): void {
  const inOrder = entries
    .map(([name, { data_offsets }]) => ({ name, begin: data_offsets[0], end: data_offsets[1] }))
    .sort((a, b) => a.begin - b.begin || a.end - b.end)
  let before = { name: 'the header', end: 0 }
  for (const { name, begin, end } of inOrder) {
    if (begin < before.end)
      refuse(`"${name}" begins at byte ${begin}, but "${before.name}" ends at ${before.end}: they overlap`)
    if (begin > before.end) refuse(`bytes ${before.end} to ${begin} belong to no tensor`)
    if (end > size) refuse(`"${name}" ends at byte ${end}, but only ${size} follow the header`, cutShort)
    before = { name, end }
  }
  if (before.end < size) refuse(`the last tensor ends at byte ${before.end}, but ${size} follow the header`)
}

const isCounts = (x: unknown): x is number[] =>
  Array.isArray(x) && x.every(count => Number.isSafeInteger(count) && count >= 0)

function textsOf(metadata: unknown): Record<string, string> {
  const isTexts = typeof metadata === 'object' && metadata !== null && !Array.isArray(metadata)
  const bad = isTexts ? Object.entries(metadata).find(([, text]) => typeof text !== 'string') : [METADATA]
  if (bad) refuse(`the metadata must be texts by name, but "${bad[0]}" is not a text`)
  return metadata as Record<string, string> // the line above looked at each
}

/** The parts of JSON that matter for names; numbers, commas and spaces between them don't. */
const TOKENS = /"(?:[^"\\]+|\\.)*"|[{}[\]:]/g

/**
 * Calls `onRepeat` for a name that an object in this JSON text has twice. `JSON.parse` silently takes the last one,
 * other readers the first, so they would read different tensors from one file. The text must be valid JSON.
 */
function checkNames(text: string, onRepeat: (name: string) => void): void {
  const open: (Set<string> | null)[] = [] // the names so far in each open object; null for an array
  let last = ''
  for (const [token] of text.matchAll(TOKENS)) {
    if (token === '{') open.push(new Set())
    else if (token === '[') open.push(null)
    else if (token === '}' || token === ']') open.pop()
    else if (token === ':') {
      const name = JSON.parse(last) as string // the text was valid, and a colon follows a name
      const names = open.at(-1)
      if (names?.has(name)) onRepeat(name)
      names?.add(name)
    } else last = token
  }
}
