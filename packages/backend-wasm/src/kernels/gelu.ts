import { type FusedKernels, sizeOf } from '@backprop/core'
import { type Device, LINE, MAP_COST } from '../device.ts'

export function gelu({ pool, make, address }: Device): Pick<FusedKernels, 'gelu' | 'geluGradient'> {
  return {
    gelu(x) {
      const n = sizeOf(x.shape)
      const at = address(x)
      return make(n, y =>
        pool.share('gelu', n, 4 * n * MAP_COST, LINE, ({ from, count }) => {
          return { x: at + from * 4, y: y + from * 4, n: count }
        }),
      )
    },
    geluGradient(x, dy) {
      const n = sizeOf(x.shape)
      const [at, dyAt] = [address(x), address(dy)]
      return make(n, dx =>
        pool.share('geluGradient', n, 4 * n * MAP_COST, LINE, ({ from, count }) => {
          return { x: at + from * 4, dy: dyAt + from * 4, dx: dx + from * 4, n: count }
        }),
      )
    },
  }
}
