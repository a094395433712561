import { readdirSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { sizeOf, type Slot, stridesOf, type View } from '@backprop/core'
import { expect, test } from '@backprop/testkit'
import fc from 'fast-check'
import { wasm, type WasmBackend } from '../src/index.ts'

const numbers = (n: number, seed: number) => Float32Array.from({ length: n }, (_, i) => Math.sin(i * 12.9898 + seed))

/** A whole tensor; a transposed one has its two axes swapped in memory. */
function view(on: WasmBackend, shape: readonly number[], seed: number, transposed = false): View {
  const slot = on.write(numbers(sizeOf(shape), seed))
  return { slot, shape, strides: transposed ? [1, shape[0]] : stridesOf(shape), offset: 0 }
}

/** Checks that all compute the same bits: −0 is not 0, and NaN is NaN. */
function sameBits(backends: readonly WasmBackend[], compute: (on: WasmBackend) => Slot): void {
  const [expected, ...others] = backends.map(on => {
    const slot = compute(on)
    const bits = Buffer.from(on.readSync(slot).buffer)
    on.free(slot)
    return bits
  })
  for (const bits of others) expect(Buffer.compare(bits, expected)).toBe(0)
}

const counts = [2, 3]

/** One backend with one thread, and others with more. */
async function onThreads(relaxed: boolean): Promise<WasmBackend[]> {
  const backends = await Promise.all([1, ...counts].map(threads => wasm({ relaxed, threads, share: 'always' })))
  expect(backends.map(on => on.threads)).toEqual([1, ...counts])
  return backends
}

test.each([true, false])(
  'products are the same to the last bit on any number of threads (relaxed: %s)',
  async relaxed => {
    const backends = await onThreads(relaxed)
    const size = fc.oneof(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 90, max: 400 }))
    const flag = fc.boolean()
    fc.assert(
      fc.property(size, size, size, flag, flag, (M, K, N, turnA, turnB) => {
        sameBits(backends, on => on.matmul(view(on, [M, K], 1, turnA), view(on, [K, N], 2, turnB)))
        sameBits(backends, on => on.fused.linear(view(on, [M, K], 1), view(on, [K, N], 2), view(on, [N], 3)))
      }),
      { numRuns: 20 },
    )
    backends.forEach(on => on.close())
  },
)

test.each([true, false])('convolutions are the same to the last bit (relaxed: %s)', async relaxed => {
  const backends = await onThreads(relaxed)
  const shape = fc.record({
    N: fc.constantFrom(1, 2, 7, 33),
    C: fc.constantFrom(1, 3, 16, 19),
    O: fc.constantFrom(2, 7, 16, 22),
    H: fc.integer({ min: 5, max: 18 }),
    W: fc.integer({ min: 5, max: 33 }),
    kernel: fc.constantFrom(1, 3, 5),
    stride: fc.constantFrom(1, 2),
    padding: fc.integer({ min: 0, max: 2 }),
  })
  fc.assert(
    fc.property(shape, ({ N, C, O, H, W, kernel, ...settings }) => {
      const [inputShape, kernelShape] = [
        [N, C, H, W],
        [O, C, kernel, kernel],
      ]
      const steps = (n: number) => Math.floor((n + 2 * settings.padding - kernel) / settings.stride) + 1
      const x = (on: WasmBackend) => view(on, inputShape, 1)
      const w = (on: WasmBackend) => view(on, kernelShape, 2)
      const dy = (on: WasmBackend) => view(on, [N, O, steps(H), steps(W)], 3)
      sameBits(backends, on => on.fused.conv2d(x(on), w(on), view(on, [O], 4), settings))
      sameBits(backends, on => on.fused.conv2dInputGradient(dy(on), w(on), inputShape, settings))
      sameBits(backends, on => on.fused.conv2dKernelGradient(x(on), dy(on), kernelShape, settings))
    }),
    { numRuns: 20 },
  )
  backends.forEach(on => on.close())
})

test('elementwise kernels and pooling are the same to the last bit', async () => {
  const backends = await onThreads(true)
  const size = fc.integer({ min: 1, max: 24 })
  fc.assert(
    fc.property(size, size, size, (N, H, W) => {
      const shape = [N, 2, H + 2, W + 2]
      const x = (on: WasmBackend) => view(on, shape, 1)
      const pool = { kernel: 2, stride: 2 }
      const dy = (on: WasmBackend) => view(on, [N, 2, (H + 2) >> 1, (W + 2) >> 1], 2)
      for (const kernel of ['copy', 'relu', 'tanh'] as const) sameBits(backends, on => on.unary(kernel, x(on)))
      sameBits(backends, on => on.binary('gate', x(on), view(on, shape, 3)))
      sameBits(backends, on => on.fused.maxPool2d(x(on), pool))
      sameBits(backends, on => on.fused.maxPool2dGradient(x(on), dy(on), pool))
      sameBits(backends, on => on.fused.avgPool2dGradient(dy(on), shape, pool))
      for (const axis of [0, 2, 3]) sameBits(backends, on => on.reduce('sum', x(on), axis))
    }),
    { numRuns: 12 },
  )
  backends.forEach(on => on.close())
})

test('a step of Adam is the same to the last bit', async () => {
  const backends = await onThreads(true)
  const settings = { learningRate: 0.01, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, step: 3 }
  for (const n of [1, 15, 16, 100, 5000])
    for (const returned of [0, 1, 2])
      sameBits(backends, on => {
        const [value, gradient, m] = [1, 2, 3].map(seed => view(on, [n], seed))
        return on.fused.adam(value, gradient, m, { ...m, slot: on.binary('mul', m, m) }, settings)[returned]
      })
  backends.forEach(on => on.close())
})

test('empty products leave the memory as it was', async () => {
  const backends = await onThreads(true)
  for (const [M, N] of [
    [0, 0],
    [0, 40],
    [40, 0],
  ])
    for (const isTurned of [true, false])
      sameBits(backends, on => on.matmul(view(on, [M, 64], 1, isTurned), view(on, [64, N], 2, isTurned)))
  sameBits(backends, on => on.matmul(view(on, [64, 64], 1), view(on, [64, 64], 2)))
  backends.forEach(on => on.close())
})

test('more calls than the queue has room for', async () => {
  const backends = await onThreads(true)
  const settings = { stride: 1, padding: 1 }
  sameBits(backends, on =>
    on.fused.conv2d(view(on, [1500, 1, 8, 8], 1), view(on, [8, 1, 3, 3], 2), view(on, [8], 3), settings),
  )
  backends.forEach(on => on.close())
})

test('says how many threads compute, and goes on with one after close', async () => {
  const on = await wasm({ threads: 2 })
  expect(on.description).toMatch(/^WebAssembly, (relaxed|plain) SIMD, 2 threads$/)
  const product = () => on.readSync(on.matmul(view(on, [200, 200], 1), view(on, [200, 200], 2)))
  const before = product()
  on.close()
  expect(on.threads).toBe(1)
  expect(on.description).toMatch(/, one thread$/)
  expect(product()).toEqual(before)
  on.close()
})

test('"auto" starts a thread on each core', async () => {
  const on = await wasm({ threads: 'auto' })
  const cores = Math.min(availableParallelism(), 8)
  expect(on.threads).toBe(cores)
  expect(on.description).toMatch(cores > 1 ? /, \d threads$/ : /, one thread \(there is one core\)$/)
  expect(on.stats().liveSlots).toBe(0)
  on.close()
})

test('what is shared, and when, changes no bit', async () => {
  const backends = await Promise.all([1, 2].map(threads => wasm({ threads })))
  // Enough calls for threads to be tried, and preferred where they are faster.
  for (let call = 0; call < 20; call++) {
    sameBits(backends, on => on.matmul(view(on, [100, 120], call), view(on, [120, 90], 2)))
    sameBits(backends, on => on.unary('tanh', view(on, [20000], call)))
    sameBits(backends, on => on.reduce('sum', view(on, [400, 500], call), 1))
  }
  backends.forEach(on => on.close())
})

test.each([0, -1, 1.5, NaN])('%s threads are rejected', async threads => {
  await expect(wasm({ threads })).rejects.toThrow(
    `wasm: threads is ${threads}.\n  Hint: give a positive integer, or 'auto' for one on each core.`,
  )
})

// Linux lists the threads of a process as files.
const tasks = () => readdirSync('/proc/self/task').length

test.runIf(process.platform === 'linux')('threads of a dropped backend end', async () => {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  const before = tasks()
  await Promise.all([1, 2, 3].map(() => wasm({ threads: 2 })))
  expect(tasks()).toBeGreaterThan(before)
  // The collector decides whether and when it reports, so it gets several chances; and a thread takes its time to end.
  const tasksLeft = () => {
    collect()
    return tasks()
  }
  await expect.poll(tasksLeft, { timeout: 60_000, interval: 20 }).toBeLessThanOrEqual(before)
})
