import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { add, noGrad, tensor } from '@backprop/core'
import { expect, test } from '@backprop/testkit'
import { afterEach, describe } from 'vitest'
import { sizeClass } from '../src/heap.ts'
import { wasm, type WasmBackend } from '../src/index.ts'

test('a size class is at most a quarter larger than the request, and a multiple of a cache line', () => {
  for (let bytes = 33; bytes < 1e9; bytes = Math.ceil(bytes * 1.37)) {
    const room = sizeClass(bytes)
    expect(room).toBeGreaterThanOrEqual(bytes)
    expect(room).toBeLessThanOrEqual(Math.max(bytes * 1.25 + 64, 64))
    expect(room % 64).toBe(0)
    expect(sizeClass(room)).toBe(room)
  }
})

// Shared memory grows differently from other memory.
describe.each([1, 2])('the memory of %s thread(s)', threads => {
  const opened: WasmBackend[] = []
  afterEach(() => opened.splice(0).forEach(on => on.close()))
  const open = async (maxBytes?: number) => {
    const on = await wasm({ threads, maxBytes })
    opened.push(on)
    return on
  }

  test('freed memory is used again: 10,000 rounds reserve nothing more', async () => {
    const on = await open()
    const round = () => {
      const slots = [10, 1000, 77, 5_000].map(n => on.write(new Float32Array(n)))
      for (const slot of slots) on.free(slot)
    }
    round()
    const before = on.stats()
    for (let i = 0; i < 10_000; i++) round()
    expect(on.stats()).toEqual(before)
    expect(before.liveSlots).toBe(0)
  })

  test('freeing twice frees once', async () => {
    const on = await open()
    const slot = on.write([1])
    on.free(slot)
    on.free(slot)
    expect(on.stats().liveSlots).toBe(0)
  })

  test('memory moves when it grows, and keeps its numbers', async () => {
    const on = await open()
    const x = tensor([1, 2, 3], { on })
    const before = on.stats().reservedBytes
    const large = on.write(new Float32Array(before))
    expect(on.stats().reservedBytes).toBeGreaterThan(before)
    expect(noGrad(() => add(x, x)).dataSync()).toBeNear([2, 4, 6])
    on.free(large)
  })

  test('the limit is explained, and after it the backend still works', async () => {
    const on = await open(2 ** 20)
    const slot = on.write(new Float32Array(200_000))
    expect(() => on.write(new Float32Array(200_000))).toThrowErrorMatchingInlineSnapshot(`
      [Error: wasm: there is no room for 200000 more numbers: 1 MB of 1 MB are in use.
        Hint: evaluate inside noGrad, in batches; call release() on what a long loop makes, and await something from time to time, because only then can the garbage collector free dropped tensors.]
    `)
    on.free(slot)
    // There is no room for a block of this class, so it borrows the larger one that was freed.
    const other = on.write(new Float32Array(150_000).fill(2))
    expect(on.readSync(other)[149_999]).toBe(2)
  })

  test('a length that is not a number is refused, and moves nothing', async () => {
    const on = await open()
    const before = on.stats()
    expect(() => on.write({ length: NaN })).toThrow(
      'wasm: a kernel asked for NaN numbers, which is a bug; please report it',
    )
    expect(on.stats()).toEqual(before)
  })

  test('slots that are dropped without being freed are freed', async () => {
    const on = await open()
    setFlagsFromString('--expose-gc')
    const collect = runInNewContext('gc') as () => void
    for (let i = 0; i < 100; i++) on.write(new Float32Array(1000))
    // The collector decides whether and when it reports, so it gets several chances.
    for (let i = 0; i < 50 && on.stats().liveSlots > 10; i++) {
      collect()
      await new Promise(resolve => setTimeout(resolve, 20))
    }
    expect(on.stats().liveSlots).toBeLessThanOrEqual(10)
  })

  test('a loop that awaits only reads and frees nothing does not fill the memory', async () => {
    const on = await open(2 ** 30)
    const one = on.write([1])
    const numbers = new Float32Array(2 ** 20)
    for (let i = 0; i < 600; i++) {
      on.write(numbers)
      await on.read(one)
    }
    expect(on.stats().liveBytes).toBeLessThan(2 ** 30)
  })

  test('a read returns what was there when it was called, even if it pauses', async () => {
    const on = await open()
    const slot = on.write(new Float32Array(2 ** 25).fill(3))
    const values = on.read(slot)
    on.free(slot)
    on.write(new Float32Array(2 ** 25))
    expect((await values)[7]).toBe(3)
  })
})
