import { tensor } from '@backprop/core'
import type { Backend } from '@backprop/core'
import type { Contender, Timed } from './contender.ts'
import { Unavailable } from './contender.ts'

/**
 * The same kernel in a bare loop: no tensors, no graph and no read around it. Its best rate is what `ours` could reach
 * if all the rest cost nothing. Only on a backend that computes at once; a queue would be timed empty.
 */
export function bareKernel(on: Backend): Contender {
  if (!on.readSync) throw new Unavailable(`the backend ${on.name} queues its kernels`)
  return {
    name: 'bare-kernel',
    multiply: size =>
      Promise.resolve({
        run(inputs) {
          return Promise.resolve(
            inputs.map(({ a, b }): Timed => {
              const [left, right] = [a, b].map(values => tensor(values, { on, shape: [size, size] }))
              const start = performance.now()
              const c = on.matmul(left, right)
              const seconds = (performance.now() - start) / 1000
              const result = on.readSync!(c)[size * size - 1]
              on.free(c)
              left.release()
              right.release()
              return { seconds, result }
            }),
          )
        },
      }),
  }
}
