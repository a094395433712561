import type { FusedKernels } from '@backprop/core'
import type { TensorInfo } from '@tensorflow/tfjs-core'
import type { Device } from '../device.ts'
import { laid } from '../layout.ts'
import type { Views } from '../views.ts'

/** A step of Adam in one scope: none of its twelve kernels makes a slot, and none of its numbers is broadcast by hand. */
export function adamKernel(device: Device, { dense, whole, aligned }: Views): Pick<FusedKernels, 'adam'> {
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
        // From the first step on they have the shape in which gradients come, and their order of axes.
        const all = [gradient, value, m, v]
        const kernels = aligned(...all)
        const tensors = kernels ? kernels.views.map(dense) : all.map(view => whole(view) ?? dense(view))
        const [g, x, m1, v1] = tensors.map(each => reshape(each, tensors[0].shape))
        const m2 = add(m1, mul(sub(g, m1), scalar(1 - beta1)))
        const v2 = add(v1, mul(sub(mul(g, g), v1), scalar(1 - beta2)))
        const change = run('RealDiv', { a: m2, b: add(run('Sqrt', { x: v2 }), scalar(epsilon * spread)) })
        const next = [sub(x, mul(change, scalar(rate))), m2, v2]
        return kernels ? next.map(each => laid(each, kernels.layout.slotStrides)) : next
      })
      for (const { slot } of [value, m, v]) free(slot)
      return [nextValue, nextM, nextV]
    },
  }
}
