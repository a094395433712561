import type { FusedKernels } from '@backprop/core'
import type { TensorInfo } from '@tensorflow/tfjs-core'
import type { Device } from '../device.ts'
import type { Views } from '../views.ts'

/** A step of Adam in one scope: none of its twelve kernels makes a slot, and none of its numbers is broadcast by hand. */
export function adamKernel(device: Device, { dense, whole }: Views): Pick<FusedKernels, 'adam'> {
  const { run, upload, scopeOf, reshape, free } = device
  const scalar = (x: number) => upload(Float32Array.of(x), [])
  const add = (a: TensorInfo, b: TensorInfo) => run('Add', { a, b })
  const sub = (a: TensorInfo, b: TensorInfo) => run('Sub', { a, b })
  const mul = (a: TensorInfo, b: TensorInfo) => run('Multiply', { a, b })

  return {
    adam(value, gradient, m, v, { learningRate, beta1, beta2, epsilon, step }) {
      // The corrections of the bias of m and v in front, so that they are two numbers.
      const spread = Math.sqrt(1 - beta2 ** step)
      const rate = (learningRate * spread) / (1 - beta1 ** step)
      const [nextValue, nextM, nextV] = scopeOf(() => {
        const g = whole(gradient) ?? dense(gradient)
        // From the first step on they have the shape in which gradients come.
        const [x, m1, v1] = [value, m, v].map(view => reshape(whole(view) ?? dense(view), g.shape))
        const m2 = add(m1, mul(sub(g, m1), scalar(1 - beta1)))
        const v2 = add(v1, mul(sub(mul(g, g), v1), scalar(1 - beta2)))
        const change = run('RealDiv', { a: m2, b: add(run('Sqrt', { x: v2 }), scalar(epsilon * spread)) })
        return [sub(x, mul(change, scalar(rate))), m2, v2]
      })
      for (const { slot } of [value, m, v]) free(slot)
      return [nextValue, nextM, nextV]
    },
  }
}
