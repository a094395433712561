import type { FusedKernels } from '@backprop/core'
import type { Device } from '../device.ts'

type LossKernels = Pick<FusedKernels, 'softmax' | 'logSoftmax' | 'crossEntropy' | 'crossEntropyGradient'>

export function losses({ kernels, make, address, integers }: Device): LossKernels {
  return {
    softmax(x) {
      const [R, C] = x.shape
      return make(R * C, y => kernels.softmax(address(x), y, R, C))
    },
    logSoftmax(x) {
      const [R, C] = x.shape
      return make(R * C, y => kernels.logSoftmax(address(x), y, R, C))
    },
    crossEntropy(logits, labels) {
      const [N, C] = logits.shape
      return integers(labels, at => make(1, y => kernels.crossEntropy(address(logits), at, y, N, C)))
    },
    crossEntropyGradient(logits, labels) {
      const [N, C] = logits.shape
      return integers(labels, at => make(N * C, y => kernels.crossEntropyGradient(address(logits), at, y, N, C)))
    },
  }
}
