import { plain, rng, tensor } from '@backprop/core'
import { expect, test } from '@backprop/testkit'
import {
  BatchNorm2d,
  fromSafetensors,
  Linear,
  loadInto,
  Parameter,
  saveWeights,
  sequential,
  state,
  type StoredTensor,
  toSafetensors,
} from '../src/index.ts'

// Part of every platform, but of none of the libraries that this package is checked with.
declare const atob: (base64: string) => string
declare const TextEncoder: new () => { encode(text: string): Uint8Array }
declare const TextDecoder: new () => { decode(bytes: Uint8Array): string }

// Written by safetensors 0.8.0 for Python: save({'steps': np.array(7, dtype=np.int64), …}, metadata={…})
const FROM_PYTHON =
  'sAEAAAAAAAB7Il9fbWV0YWRhdGFfXyI6eyJmb3JtYXQiOiJucCIsIm5vdGUiOiLDvG7DryJ9LCJzdGVwcyI6eyJkdHlwZSI6Ikk2NCIsInNoYXBl' +
  'IjpbXSwiZGF0YV9vZmZzZXRzIjpbMCw4XX0sImxheWVycy4wLmJpYXMiOnsiZHR5cGUiOiJGNjQiLCJzaGFwZSI6WzNdLCJkYXRhX29mZnNldHMi' +
  'Ols4LDMyXX0sImdyw7bDn2UgXCJ4XCIiOnsiZHR5cGUiOiJGMzIiLCJzaGFwZSI6WzAsM10sImRhdGFfb2Zmc2V0cyI6WzMyLDMyXX0sImxheWVy' +
  'cy4wLndlaWdodCI6eyJkdHlwZSI6IkYzMiIsInNoYXBlIjpbMiwzXSwiZGF0YV9vZmZzZXRzIjpbMzIsNTZdfSwibGFiZWxzIjp7ImR0eXBlIjoi' +
  'STMyIiwic2hhcGUiOlszXSwiZGF0YV9vZmZzZXRzIjpbNTYsNjhdfSwicGl4ZWxzIjp7ImR0eXBlIjoiVTgiLCJzaGFwZSI6WzEsMl0sImRhdGFf' +
  'b2Zmc2V0cyI6WzY4LDcwXX19ICAHAAAAAAAAAJqZmZmZmbk/AAAAAAAAAIAAAAAAAADwfwAAgD8AACDAAABAQM3MzD3CFgEAnsl/f/////8CAAAA' +
  'LAEAAAD/'

test('reads what the Python library wrote', () => {
  // Two bytes in front: the numbers then lie at odd places of the underlying buffer.
  const bytes = Uint8Array.from(`..${atob(FROM_PYTHON)}`, byte => byte.charCodeAt(0)).subarray(2)
  const { tensors, metadata } = fromSafetensors(bytes)
  expect(metadata).toEqual({ format: 'np', note: 'ünï' })
  expect(Object.fromEntries(tensors)).toEqual({
    'layers.0.weight': { shape: [2, 3], values: Float32Array.of(1, -2.5, 3, 0.1, 1e-40, 3.4e38) },
    'layers.0.bias': { shape: [3], values: Float64Array.of(0.1, -0, Infinity) },
    steps: { shape: [], values: BigInt64Array.of(7n) },
    labels: { shape: [3], values: Int32Array.of(-1, 2, 300) },
    pixels: { shape: [1, 2], values: Uint8Array.of(0, 255) },
    'größe "x"': { shape: [0, 3], values: new Float32Array(0) },
  })
  expect(fromSafetensors(toSafetensors(tensors, metadata))).toEqual({ tensors, metadata })
})

test('reads a kind of bytes whose slice is no copy, such as a Buffer of Node', () => {
  class Shared extends Uint8Array<ArrayBuffer> {
    override slice(begin: number, end: number) {
      return this.subarray(begin, end)
    }
  }
  const tensors = new Map([['a', { shape: [2], values: Float32Array.of(1, 2) }]])
  const bytes = new Shared(toSafetensors(tensors).buffer)
  const read = fromSafetensors(bytes)
  bytes.fill(0)
  expect(read.tensors).toEqual(tensors)
})

test('another reader finds every number where the format says', () => {
  const tensors = new Map<string, StoredTensor>([
    ['bytes', { shape: [3], values: Uint8Array.of(1, 2, 3) }],
    ['a.weight', { shape: [1, 2], values: Float32Array.of(0.5, -4) }],
    ['__proto__', { shape: [], values: Float64Array.of(Math.PI) }],
  ])
  const bytes = toSafetensors(tensors, { epochs: '5' })
  const view = new DataView(bytes.buffer)
  const length = Number(view.getBigUint64(0, true))
  const text = new TextDecoder().decode(bytes.subarray(8, 8 + length))
  const header = new Map(Object.entries(JSON.parse(text) as Record<string, unknown>))
  const start = (name: string) => 8 + length + (header.get(name) as { data_offsets: number[] }).data_offsets[0]
  expect(length % 8).toBe(0)
  expect(text).toMatch(/^\{.*\} *$/)
  expect(header.get('__metadata__')).toEqual({ epochs: '5' })
  expect(header.get('a.weight')).toEqual({ dtype: 'F32', shape: [1, 2], data_offsets: [8, 16] })
  expect(header.get('bytes')).toMatchObject({ dtype: 'U8', shape: [3] })
  expect(start('__proto__') % 8).toBe(0)
  expect(view.getFloat64(start('__proto__'), true)).toBe(Math.PI)
  expect(view.getFloat32(start('a.weight'), true)).toBe(0.5)
  expect(view.getFloat32(start('a.weight') + 4, true)).toBe(-4)
  expect([...bytes.subarray(start('bytes'))]).toEqual([1, 2, 3])
})

/** A file with this header, and as many bytes of numbers. */
function file(header: string, size: number): Uint8Array {
  const json = new TextEncoder().encode(header)
  const bytes = new Uint8Array(8 + json.length + size)
  new DataView(bytes.buffer).setBigUint64(0, BigInt(json.length), true)
  bytes.set(json, 8)
  return bytes
}
const entry = (begin: number, end: number, shape = '[2]', dtype = 'F32') =>
  `{"dtype":"${dtype}","shape":${shape},"data_offsets":[${begin},${end}]}`
const complaint = (bytes: Uint8Array): string => {
  try {
    fromSafetensors(bytes)
  } catch (error) {
    return String(error)
  }
  return 'nothing was wrong'
}

test('every way in which a file can be damaged is called by its name', () => {
  const good = file(`{"a":${entry(0, 8)}}`, 8)
  expect(complaint(good)).toBe('nothing was wrong')
  expect(complaint(good.subarray(0, 5))).toMatchInlineSnapshot(`
    "Error: fromSafetensors: the file has 5 bytes, but the length of its header alone takes 8.
      Hint: was the file cut short, or is it of another format."
  `)
  expect(complaint(good.subarray(0, 20))).toMatchInlineSnapshot(`
    "Error: fromSafetensors: the header should have 54 bytes, but only 12 follow.
      Hint: was the file cut short, or is it of another format."
  `)
  expect(complaint(good.subarray(0, -1))).toMatchInlineSnapshot(`
    "Error: fromSafetensors: "a" ends at byte 8, but only 7 follow the header.
      Hint: was the file cut short, or is it of another format."
  `)
  expect(complaint(new Uint8Array(100).fill(255))).toMatchInlineSnapshot(`
    "Error: fromSafetensors: the header should have 18446744073709551615 bytes, but only 92 follow.
      Hint: was the file cut short, or is it of another format."
  `)
  expect(complaint(new Uint8Array(8))).toMatchInlineSnapshot(`
    "Error: fromSafetensors: the header does not begin with {.
      Hint: is the file of another format."
  `)
  expect(complaint(file(' {}', 0))).toMatchInlineSnapshot(`
    "Error: fromSafetensors: the header does not begin with {.
      Hint: is the file of another format."
  `)
  expect(complaint(file('{"a":', 0))).toMatchInlineSnapshot(`
    "Error: fromSafetensors: the header is not JSON in UTF-8.
      Hint: was the file cut short, or is it of another format."
  `)
  expect(complaint(file(`{"a":${entry(0, 8, '[2]', 'BF16')}}`, 8))).toMatchInlineSnapshot(
    `"Error: fromSafetensors: "a" has dtype "BF16", expected one of F64, F32, I64, I32, I16, I8, U64, U32, U16, U8."`,
  )
  expect(complaint(file(`{"a":${entry(0, 8, '[2.5]')}}`, 8))).toMatchInlineSnapshot(
    `"Error: fromSafetensors: "a" has shape [2.5], expected a list of sizes."`,
  )
  expect(complaint(file('{"a":{"dtype":"F32","shape":[],"data_offsets":[4]}}', 8))).toMatchInlineSnapshot(
    `"Error: fromSafetensors: "a" has data_offsets [4], expected [begin, end]."`,
  )
  expect(complaint(file(`{"a":${entry(0, 8, '[3]')}}`, 8))).toMatchInlineSnapshot(
    `"Error: fromSafetensors: "a" has shape [3] of F32, which takes 12 bytes, but its data_offsets [0, 8] hold 8."`,
  )
  expect(complaint(file(`{"a":${entry(8, 0)}}`, 8))).toMatchInlineSnapshot(
    `"Error: fromSafetensors: "a" has shape [2] of F32, which takes 8 bytes, but its data_offsets [8, 0] hold -8."`,
  )
  expect(complaint(file(`{"a":${entry(0, 8)},"b":${entry(4, 12)}}`, 12))).toMatchInlineSnapshot(
    `"Error: fromSafetensors: "b" begins at byte 4, but "a" ends at 8: they overlap."`,
  )
  expect(complaint(file(`{"a":${entry(0, 8)},"b":${entry(12, 20)}}`, 20))).toMatchInlineSnapshot(
    `"Error: fromSafetensors: bytes 8 to 12 belong to no tensor."`,
  )
  expect(complaint(file(`{"a":${entry(0, 8)}}`, 12))).toMatchInlineSnapshot(
    `"Error: fromSafetensors: the last tensor ends at byte 8, but 12 follow the header."`,
  )
  expect(complaint(file(`{"a":${entry(0, 8)},"\\u0061":${entry(0, 8)}}`, 8))).toMatchInlineSnapshot(
    `"Error: fromSafetensors: the header has "a" twice."`,
  )
  expect(complaint(file('{"__metadata__":{"epochs":5}}', 0))).toMatchInlineSnapshot(
    `"Error: fromSafetensors: the metadata must be texts by name, but "epochs" is not a text."`,
  )
  expect(complaint(file('{"a":null}', 0))).toMatchInlineSnapshot(
    `"Error: fromSafetensors: "a" has dtype undefined, expected one of F64, F32, I64, I32, I16, I8, U64, U32, U16, U8."`,
  )
})

test('a file whose bytes were changed at random is refused or read, and never read past its end', () => {
  const random = rng(7)
  const good = toSafetensors(new Map([['w', { shape: [2, 2], values: Float32Array.of(1, 2, 3, 4) }]]))
  for (let i = 0; i < 2000; i++) {
    const bytes = good.slice(0, good.length - random.integer(3))
    bytes[random.integer(bytes.length)] = random.integer(256)
    const said = complaint(bytes)
    if (said !== 'nothing was wrong') expect(said).toMatch(/^Error: fromSafetensors: /)
    else for (const { values } of fromSafetensors(bytes).tensors.values()) expect(values.byteLength).toBe(16)
  }
})

test('writing checks what it is given', () => {
  const write = (name: string, shape: number[]) => () =>
    toSafetensors(new Map([[name, { shape, values: Float32Array.of(1, 2) }]]))
  expect(write('w', [3])).toThrowErrorMatchingInlineSnapshot(
    `[Error: toSafetensors: "w" has shape [3], which is 3 numbers, but 2 were given.]`,
  )
  expect(write('__metadata__', [2])).toThrowErrorMatchingInlineSnapshot(
    `[Error: toSafetensors: a tensor is called "__metadata__", but that name is reserved.]`,
  )
})

const on = plain()
const model = (seed: number) =>
  sequential(
    new Linear(3, 4, { on, rng: rng(seed) }),
    new BatchNorm2d(4, { on }),
    new Linear(4, 2, { on, rng: rng(seed) }),
  )

test('a model gets back all that it had learned, its statistics too, on another backend too', async () => {
  const [from, to] = [model(1), model(2)]
  const bytes = await saveWeights(from, { seed: '1' })
  expect([...fromSafetensors(bytes).tensors.keys()].toSorted()).toEqual([...state(from).keys()].toSorted())
  loadInto(to, bytes)
  for (const [name, { value }] of state(to)) {
    expect(value.dataSync(), name).toEqual(state(from).get(name)?.value.dataSync())
    expect(value.requiresGrad).toBe(true)
  }
  const precise = plain({ dtype: 'float64' })
  const dense = new Linear(3, 4, { on: precise, rng: rng(3) })
  loadInto(dense, await saveWeights((from.layers as Linear[])[0]))
  expect(dense.forward(tensor([[1, 0, 0]], { on: precise })).on).toBe(precise)
  expect(await saveWeights(to, { seed: '1' })).toEqual(bytes)
})

test('weights that do not fit change nothing', async () => {
  const bytes = await saveWeights({
    weight: new Parameter(tensor([1, 2], { on })),
    extra: new Parameter(tensor([3], { on })),
  })
  const other = { weight: new Parameter(tensor([7, 8], { on })), bias: new Parameter(tensor([9], { on })) }
  expect(() => loadInto(other, bytes)).toThrowErrorMatchingInlineSnapshot(`
    [Error: loadInto: the file lacks "bias"; the model has no "extra".
      Hint: the model must be built as the one that was saved: same fields, same layers, same sizes.]
  `)
  const wider = { extra: new Parameter(tensor([7], { on })), weight: new Parameter(tensor([[7, 8]], { on })) }
  expect(() => loadInto(wider, bytes)).toThrowErrorMatchingInlineSnapshot(`
    [Error: loadInto: "weight" has shape [2], but the model's has [1, 2].
      Hint: the model must be built as the one that was saved: same fields, same layers, same sizes.]
  `)
  expect(wider.extra.value.dataSync()).toBeNear([7])
  const whole = toSafetensors(new Map([['w', { shape: [1], values: Int32Array.of(1) }]]))
  expect(() => loadInto({ w: new Parameter(tensor([7], { on })) }, whole)).toThrowErrorMatchingInlineSnapshot(
    `[Error: loadInto: "w" holds whole numbers, expected dtype F32 or F64.]`,
  )
})
