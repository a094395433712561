import { loadModule } from '@backprop/backend-wasm'
import { CLOCKS, type Contender, type Timed } from './contender.ts'

/** Multiplications and additions in one sample, so that the clock and the first touch of new numbers count for little. */
const OPERATIONS = 2e8

const PAGE_BYTES = 65536
const LINE_BYTES = 64

/**
 * Our matrix kernel in a loop, on matrices that stay in place: no tensors, no graph, no allocation, and no read in between.
 * Its best rate is what `ours` could reach if everything else cost nothing.
 */
export async function bareKernel(): Promise<Contender> {
  const { kernels, write, memory } = await loadModule()
  return {
    name: 'bare-kernel',
    multiply(size) {
      const bytes = Math.ceil((size * size * 4) / LINE_BYTES) * LINE_BYTES
      const block = Math.ceil(kernels.freeFrom() / LINE_BYTES) * LINE_BYTES
      const a = block + LINE_BYTES
      const [b, c, scratch] = [a + bytes, a + 2 * bytes, a + 3 * bytes]
      const end = scratch + kernels.packedGemmScratch(size, size, size) + LINE_BYTES
      memory.grow(Math.max(0, Math.ceil((end - memory.buffer.byteLength) / PAGE_BYTES)))
      const numbers = new Float32Array(memory.buffer)
      const [M, N, K, row] = [size, size, size, size * 4]
      const steps = { aRow: row, aStep: 4, bStep: row, bColumn: 4, cRow: row }
      const product = { M, N, K, a, b, c, ...steps, init: 0, bias: 0, scratch }
      write.packedGemm(new Int32Array(memory.buffer), numbers, block / 4, product)
      const rounds = Math.ceil(OPERATIONS / (2 * size ** 3))
      return Promise.resolve({
        run: (inputs, clock = 'elapsed') =>
          Promise.resolve(
            inputs.map((input): Timed => {
              numbers.set(input.a, a / 4)
              numbers.set(input.b, b / 4)
              kernels.packedGemm(block)
              const start = CLOCKS[clock]()
              for (let round = 0; round < rounds; round++) kernels.packedGemm(block)
              const seconds = (CLOCKS[clock]() - start) / rounds
              return { seconds, result: numbers[c / 4 + size * size - 1] }
            }),
          ),
      })
    },
  }
}
