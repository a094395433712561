import { wasm } from '@backprop/backend-wasm'
import { type Backend, plain } from '@backprop/core'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { DeviceClient, DeviceQuota } from '../src/sandbox/device/client.ts'
import { DEVICE_LIMITS, type DeviceLimits } from '../src/sandbox/device/limits.ts'
import { ProtocolError } from '../src/sandbox/wire/wire.ts'

/** What a hostile child may tell the device; none of it may reach a kernel. */

const f32 = (...values: number[]) => Float32Array.from(values)
const i32 = (...values: number[]) => Int32Array.from(values)
const huge = 2 ** 30

/** After these there are id 1 with 6 numbers, 2 with 6, and 3 with 4; 4 was there and is not any more. */
const START = [
  ['write', 1, f32(1, 2, 3, 4, 5, 6), 6],
  ['write', 2, f32(6, 5, 4, 3, 2, 1), 6],
  ['write', 3, f32(0, 0, 0, 0), 4],
  ['write', 4, f32(9), 1],
  ['free', 4],
]
const A = [1, [2, 3], [3, 1], 0]
const B = [2, [2, 3], [3, 1], 0]
const image = [1, [1, 1, 2, 3], [6, 6, 3, 1], 0]
const kernel = [3, [1, 1, 2, 2], [4, 4, 2, 1], 0]

const HOSTILE: Record<string, unknown[]> = {
  'no command': ['unary', 'of nothing'],
  'a number for a command': [7],
  'an unknown kernel': [['eval', 9, A]],
  'a kernel by the name of a method of objects': [['constructor', 9, A]],
  'a kernel by no name': [[null, 9, A]],
  'numbers that never were': [['unary', 9, 'neg', [77, [1], [1], 0]]],
  'numbers that were freed': [['unary', 9, 'neg', [4, [1], [1], 0]]],
  'freeing twice': [['free', 4]],
  'freeing what never was': [['free', 77]],
  'an id that was used before': [['unary', 4, 'neg', A]],
  'an id that is negative': [['unary', -1, 'neg', A]],
  'an id that is not a number': [['unary', '9', 'neg', A]],
  'an id that is NaN': [['unary', NaN, 'neg', A]],
  'an id that is not an integer': [['unary', 9.5, 'neg', A]],
  'a shape of NaN': [['unary', 9, 'neg', [1, [NaN], [1], 0]]],
  'a shape of fractions': [['unary', 9, 'neg', [1, [1.5], [1], 0]]],
  'a negative shape': [['unary', 9, 'neg', [1, [-2, -3], [3, 1], 0]]],
  'an infinite shape': [['unary', 9, 'neg', [1, [Infinity], [0], 0]]],
  'a shape that is not a list': [['unary', 9, 'neg', [1, 'six', [1], 0]]],
  'a shape of nine axes': [['unary', 9, 'neg', [1, Array(9).fill(1), Array(9).fill(0), 0]]],
  'strides of another number of axes': [['unary', 9, 'neg', [1, [2, 3], [1], 0]]],
  'a negative stride': [['unary', 9, 'neg', [1, [6], [-1], 5]]],
  'a negative offset': [['unary', 9, 'neg', [1, [2], [1], -1]]],
  'an offset of NaN': [['unary', 9, 'neg', [1, [2], [1], NaN]]],
  'a view over the end': [['unary', 9, 'neg', [1, [6], [1], 1]]],
  'a view whose strides reach over the end': [['unary', 9, 'neg', [1, [2, 3], [4, 1], 0]]],
  'an empty view far outside': [['unary', 9, 'neg', [1, [0], [1], 1e6]]],
  'one number repeated a billion times': [['unary', 9, 'neg', [1, [huge], [0], 0]]],
  'sizes whose product is no longer a safe integer': [['unary', 9, 'neg', [1, [huge, huge, huge], [0, 0, 0], 0]]],
  'the same beside a size of 0': [['unary', 9, 'neg', [1, [huge, huge, 0], [0, 0, 0], 0]]],
  'too few arguments': [['binary', 9, 'add', A]],
  'too many arguments': [['binary', 9, 'add', A, B, A]],
  'a kind of kernel that there is not': [['unary', 9, 'sin', A]],
  'shapes that differ': [['binary', 9, 'add', A, [2, [3, 2], [2, 1], 0]]],
  'an axis that is not there': [['reduce', 9, 'sum', A, 2]],
  'the axis of a scalar': [['reduce', 9, 'sum', [1, [], [], 0], 0]],
  'the largest of nothing': [['reduce', 9, 'max', [1, [0, 2], [2, 1], 0], 0]],
  'matrices that do not fit': [['matmul', 9, A, B]],
  'a product of vectors': [['matmul', 9, [1, [6], [1], 0], [2, [6], [1], 0]]],
  'a concatenation of nothing': [['concat', 9, [], 0]],
  'a concatenation of what does not fit': [['concat', 9, [A, [2, [3, 2], [2, 1], 0]], 0]],
  'an index out of range': [['gather', 9, [1, [1, 6, 1], [6, 1, 1], 0], i32(6)]],
  'a negative index': [['gather', 9, [1, [1, 6, 1], [6, 1, 1], 0], i32(-1)]],
  'indices that are not integers': [['gather', 9, [1, [1, 6, 1], [6, 1, 1], 0], f32(0.5)]],
  'a scatter over the end': [['scatterAdd', 9, [1, [1, 6, 1], [6, 1, 1], 0], 6, i32(0, 1, 2, 3, 4, 9)]],
  'a scatter with too few indices': [['scatterAdd', 9, [1, [1, 6, 1], [6, 1, 1], 0], 6, i32(0)]],
  'a label out of range': [['crossEntropy', 9, A, i32(0, 3)]],
  'too few labels': [['crossEntropyGradient', 9, A, i32(0)]],
  'a fused kernel on a strided view': [['softmax', 9, [1, [3, 2], [1, 3], 0]]],
  'a dense layer that does not fit': [['linear', 9, A, [2, [2, 3], [3, 1], 0], [3, [3], [1], 0]]],
  'a dense layer whose bias is too short': [['linear', 9, A, [2, [3, 2], [2, 1], 0], [3, [1], [1], 0]]],
  'a convolution with a stride of 0': [['conv2d', 9, image, kernel, [3, [1], [1], 0], 0, 0]],
  'a convolution with a stride of NaN': [['conv2d', 9, image, kernel, [3, [1], [1], 0], NaN, 0]],
  'a convolution with negative padding': [['conv2d', 9, image, kernel, [3, [1], [1], 0], 1, -1]],
  'a kernel larger than the image': [['conv2d', 9, kernel, image, [3, [1], [1], 0], 1, 0]],
  'a convolution with too many channels': [
    ['conv2d', 9, [1, [1, 3, 1, 2], [6, 2, 2, 1], 0], kernel, [3, [1], [1], 0], 1, 1],
  ],
  'an input gradient for another image': [['conv2dInputGradient', 9, image, kernel, [1, 1, 9, 9], 1, 0]],
  'an input gradient for a huge image': [['conv2dInputGradient', 9, image, kernel, [huge, 1, 3, 4], 1, 0]],
  'a kernel gradient for another kernel': [['conv2dKernelGradient', 9, image, kernel, [1, 1, 9, 9], 1, 0]],
  'a pool with a window of 0': [['maxPool2d', 9, image, 0, 1]],
  'a pool with a window larger than the image': [['avgPool2d', 9, image, 3, 1]],
  'a pool gradient that does not fit': [['maxPool2dGradient', 9, image, kernel, 1, 1]],
  'a mean gradient for another image': [['avgPool2dGradient', 9, kernel, [1, 1, 9, 9], 2, 1]],
  'Adam on one slot thrice': [['adam', 9, 10, 11, 1, 1, 1, [2, [6], [1], 0], 0.1, 0.9, 0.999, 1e-8, 1]],
  'Adam whose gradient is its value': [['adam', 9, 10, 11, 1, 2, 3, [1, [6], [1], 0], 0.1, 0.9, 0.999, 1e-8, 1]],
  'Adam on slots of other sizes': [['adam', 9, 10, 11, 1, 2, 3, [3, [4], [1], 0], 0.1, 0.9, 0.999, 1e-8, 1]],
  'Adam at step 0': [
    ['write', 9, f32(1, 1, 1, 1, 1, 1), 6],
    ['write', 10, f32(1, 1, 1, 1, 1, 1), 6],
    ['adam', 11, 12, 13, 1, 2, 9, [10, [6], [1], 0], 0.1, 0.9, 0.999, 1e-8, 0],
  ],
  'Adam that makes one id twice': [['adam', 9, 9, 9, 1, 2, 3, [1, [6], [1], 0], 0.1, 0.9, 0.999, 1e-8, 1]],
  'more numbers than were announced': [['write', 9, f32(1, 2, 3), 2]],
  'fewer numbers than were announced': [['write', 9, f32(1, 2, 3), 4]],
  'numbers that are text': [['write', 9, 'numbers', 7]],
  'a part without an upload': [['more', f32(1)]],
  'a command between two parts': [
    ['write', 9, new Float32Array(1 << 22), (1 << 22) + 5],
    ['unary', 10, 'neg', A],
  ],
  'a part of the wrong length': [
    ['write', 9, new Float32Array(1 << 22), (1 << 22) + 5],
    ['more', f32(1)],
  ],
  'too many commands at once': Array.from({ length: 257 }, (_, i) => ['write', 9 + i, f32(1), 1]),
}

const EXCESSIVE: Record<string, unknown[]> = {
  'a slot larger than all memory': [['scatterAdd', 9, [1, [2, 0, 3], [3, 3, 1], 0], 2 ** 28, i32()]],
  'a product that would take minutes': [
    ['matmul', 9, [1, [2 ** 13, 2 ** 13], [0, 0], 0], [1, [2 ** 13, 2 ** 13], [0, 0], 0]],
  ],
  'a product of nothing with nothing that is huge': [
    ['matmul', 9, [1, [huge, 0], [0, 0], 0], [1, [0, huge], [0, 0], 0]],
  ],
  'an announcement of too much': [['write', 9, new Float32Array(1 << 22), 2 ** 30]],
}

describe.each([
  ['plain', () => Promise.resolve<Backend>(plain())],
  ['wasm', (): Promise<Backend> => wasm()],
])('one child’s share of %s', (_, make) => {
  let on: Backend & { stats?: () => { readonly liveSlots: number } }
  let client: DeviceClient
  const limits: DeviceLimits = { ...DEVICE_LIMITS, bytes: 2 ** 28 }

  beforeEach(async () => {
    on = await make()
    client = new DeviceClient(on, limits)
    await client.run(START)
  })
  afterEach(() => client.close())

  test.each(Object.keys(HOSTILE))('refuses %s', async name => {
    await expect(client.run(HOSTILE[name])).rejects.toThrow(ProtocolError)
    // What was there before is as it was, for other children.
    expect([...(await client.read(1))]).toEqual([1, 2, 3, 4, 5, 6])
  })

  test.each(Object.keys(EXCESSIVE))('does not lend itself for %s', async name => {
    await expect(client.run(EXCESSIVE[name])).rejects.toThrow(DeviceQuota)
    expect(client.bytes).toBe(64)
  })

  test('refuses any result of changing one part of a good command', async () => {
    const rows = [1, [3, 1, 2], [2, 2, 1], 0]
    const all: unknown[][] = [
      ['matmul', 9, A, [2, [3, 2], [2, 1], 0]],
      ['conv2d', 9, image, kernel, [3, [1], [1], 0], 1, 1],
      ['maxPool2d', 9, image, 2, 1],
      ['geluGradient', 9, [1, [6], [1], 0], [1, [6], [1], 0]],
      ['channelMoments', 9, rows],
      ['batchNorm', 9, rows, [1, [2, 1], [1, 1], 0], [3, [1], [1], 0], [3, [1], [1], 0], 0.1],
      ['batchNormSums', 9, rows, rows, [1, [2, 1], [1, 1], 0], 0.1],
      ['batchNormInputGradient', 9, rows, rows, [1, [2, 1], [1, 1], 0], [3, [1], [1], 0], [1, [2, 1], [1, 1], 0], 0.1],
      ['rowMoments', 9, A, 0.1],
      ['layerNorm', 9, A, [3, [2, 2], [2, 1], 0], [2, [3], [1], 0], [2, [3], [1], 0]],
      ['layerNormSums', 9, A, A, [3, [2, 2], [2, 1], 0]],
      ['layerNormInputGradient', 9, A, A, [3, [2, 2], [2, 1], 0], [2, [3], [1], 0]],
      ['concat', 9, [A, B], 1],
      ['gather', 9, [1, [1, 6, 1], [6, 1, 1], 0], i32(0, 5)],
      ['scatterAdd', 9, [1, [1, 6, 1], [6, 1, 1], 0], 3, i32(0, 1, 2, 2, 1, 0)],
    ]
    const required = ['matmul', 'concat', 'gather', 'scatterAdd']
    const good = all.filter(
      ([kernel]) => required.includes(kernel as string) || Object.hasOwn(on.fused ?? {}, kernel as string),
    )
    for (const command of good) await new DeviceClient(on, limits).run([...START, command])
    const odd = fc.constantFrom(NaN, -1, 1.5, 2 ** 31, 1e300, Infinity, null, undefined, 'x', [], [[]], true, 7, 100)
    const changed = fc
      .tuple(fc.constantFrom(...good), fc.nat(), odd)
      .map(([command, at, value]) => change(command, at, value))
    await fc.assert(
      fc.asyncProperty(changed, async command => {
        const one = new DeviceClient(on, limits)
        await one.run(START)
        const refused: unknown = await one.run([command]).catch((error: unknown) => error)
        if (refused !== undefined) expect([ProtocolError, DeviceQuota]).toContain((refused as Error).constructor)
        one.close()
      }),
      { numRuns: 400 },
    )
  })

  test('numbers of one child are not there for another', async () => {
    const other = new DeviceClient(on, limits)
    await expect(other.run([['unary', 1, 'neg', A]])).rejects.toThrow('an unknown id')
    await expect(other.read(1)).rejects.toThrow(ProtocolError)
    await expect(new DeviceClient(on, limits).run([['free', 1]])).rejects.toThrow(ProtocolError)
  })

  test('stops at its memory, its pieces and its commands', async () => {
    const small = (only: Partial<DeviceLimits>) => new DeviceClient(on, { ...limits, ...only })
    const many = Array.from({ length: 100 }, (_, i) => ['write', i + 1, f32(1, 2, 3), 3])
    await expect(small({ bytes: 1000 }).run(many)).rejects.toThrow(DeviceQuota)
    await expect(small({ slots: 50 }).run(many)).rejects.toThrow('too many pieces of memory on the device')
    await expect(small({ commands: 50 }).run(many)).rejects.toThrow('too many commands for the device')
    await expect(small({ commandWork: 10 }).run([['write', 1, f32(...Array<number>(11)), 11]])).rejects.toThrow(
      DeviceQuota,
    )
    const repeated = [...START, ['reduce', 9, 'sum', [3, [2 ** 28], [0], 0], 0]]
    await expect(small({ bytes: 2 ** 30 - 1 }).run(repeated)).rejects.toThrow('more than 1023 MB of memory')
    const padded = [
      ...START,
      ['conv2dKernelGradient', 9, image, [3, [1, 1, 2, 2], [4, 4, 2, 1], 0], [1, 1, 4001, 4002], 1, 2000],
    ]
    await expect(small({ bytes: 2 ** 25 }).run(padded)).rejects.toThrow('more than 32 MB of memory')
    // Adding a number to each of a row copies it nowhere.
    await small({ bytes: 100 }).run([...START, ['binary', 9, 'add', A, [3, [2, 3], [0, 0], 0]]])
    const labs = small({ bytes: 2048 * 2 ** 20 }).run([...START, ['write', 9, new Float32Array(1 << 22), 2 ** 29]])
    await expect(labs).rejects.toThrow('more than 2048 MB of memory')
    await small({ bytes: 1000, slots: 100 }).run(many.flatMap(write => [write, ['free', write[1]]]))
  })

  test('gives everything back when it ends', async () => {
    const before = on.stats?.().liveSlots ?? 0
    const one = new DeviceClient(on, limits)
    await one.run([...START, ['unary', 9, 'neg', A], ['matmul', 10, A, [2, [3, 2], [2, 1], 0]]])
    one.close()
    expect(on.stats?.().liveSlots ?? 0).toBe(before)
  })

  test('numbers in many parts arrive whole', async () => {
    const values = Float32Array.from({ length: (1 << 22) + 5 }, (_, i) => i % 1000)
    await client.run([
      ['write', 9, values.subarray(0, 1 << 22), values.length],
      ['more', values.subarray(1 << 22)],
    ])
    expect(await client.read(9)).toEqual(values)
  })
})

/** The command with one of its parts, however deep, replaced. */
function change(command: unknown[], at: number, value: unknown): unknown[] {
  const places: { list: unknown[]; i: number }[] = []
  const copy = structuredClone(command)
  const walk = (list: unknown[]): void =>
    list.forEach((part, i) => {
      places.push({ list, i })
      if (Array.isArray(part)) walk(part)
    })
  walk(copy)
  const { list, i } = places[at % places.length]
  list[i] = value
  return copy
}
