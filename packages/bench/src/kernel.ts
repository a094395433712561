import { loadModule } from '@backprop/backend-wasm'
import type { Contender, Timed } from './contender.ts'

/** Products in a row for one sample, so that the clock and the first touch of new numbers count for little. */
const OPERATIONS = 2e8

const PAGE = 65536
const LINE = 64

/**
 * Our matrix kernel in a bare loop, on matrices that stay where they are: no tensors, no graph, no memory to find, and
 * no read in between. Its best rate is what `ours` could reach if all the rest cost nothing.
 */
export async function bareKernel(): Promise<Contender> {
  const { kernels, write, memory } = await loadModule()
  return {
    name: 'bare-kernel',
    multiply(size) {
      const bytes = Math.ceil((size * size * 4) / LINE) * LINE
      const block = Math.ceil(kernels.freeFrom() / LINE) * LINE
      const a = block + LINE
      const [b, c, scratch] = [a + bytes, a + 2 * bytes, a + 3 * bytes]
      const end = scratch + kernels.packedGemmScratch(size, size, size) + LINE
      memory.grow(Math.max(0, Math.ceil((end - memory.buffer.byteLength) / PAGE)))
      const numbers = new Float32Array(memory.buffer)
      const [M, N, K, row] = [size, size, size, size * 4]
      const steps = { aRow: row, aStep: 4, bStep: row, bColumn: 4, cRow: row }
      const product = { M, N, K, a, b, c, ...steps, init: 0, bias: 0, scratch }
      write.packedGemm(new Int32Array(memory.buffer), numbers, block / 4, product)
      const rounds = Math.ceil(OPERATIONS / (2 * size ** 3))
      return Promise.resolve({
        run: inputs =>
          Promise.resolve(
            inputs.map((input): Timed => {
              numbers.set(input.a, a / 4)
              numbers.set(input.b, b / 4)
              kernels.packedGemm(block)
              const start = performance.now()
              for (let round = 0; round < rounds; round++) kernels.packedGemm(block)
              const seconds = (performance.now() - start) / 1000 / rounds
              return { seconds, result: numbers[c / 4 + size * size - 1] }
            }),
          ),
      })
    },
  }
}
