import type { AdamSettings, FloatArray, FusedKernels, Slot, View } from '../../backend.ts'
import type { Allocate } from './strided.ts'

interface Tools {
  readonly allocate: Allocate
  readonly contiguous: (x: View) => FloatArray
  readonly close: (values: FloatArray) => Slot
}

/** The kernels that the plain backend does in one loop, because training spends its time there. */
export function fusedKernels({ allocate, contiguous, close }: Tools): FusedKernels {
  return {
    crossEntropy(logits, labels) {
      const [N, C] = logits.shape
      const x = contiguous(logits)
      let total = 0
      for (let n = 0; n < N; n++) total += logSumExp(x, n * C, C) - x[n * C + labels[n]]
      return close(allocate(1).fill(total / N))
    },
    crossEntropyGradient(logits, labels) {
      const [N, C] = logits.shape
      const x = contiguous(logits)
      const y = allocate(N * C)
      for (let n = 0; n < N; n++) {
        const lse = logSumExp(x, n * C, C)
        for (let i = n * C; i < (n + 1) * C; i++) y[i] = Math.exp(x[i] - lse) / N
        y[n * C + labels[n]] -= 1 / N
      }
      return close(y)
    },
    adam(value, gradient, m, v, settings) {
      const inputs = [value, gradient, m, v].map(contiguous)
      const next = inputs.slice(1).map(x => allocate(x.length))
      adam(inputs, next, settings)
      return [close(next[0]), close(next[1]), close(next[2])]
    },
  }
}

/** log Σ exp(x), shifted by the largest x so that nothing overflows. */
function logSumExp(x: FloatArray, start: number, count: number): number {
  let max = -Infinity
  for (let i = start; i < start + count; i++) max = Math.max(max, x[i])
  let sum = 0
  for (let i = start; i < start + count; i++) sum += Math.exp(x[i] - max)
  return max + Math.log(sum)
}

/** The smallest normal float32. Below it processors slow down a hundredfold, and a dead unit's moments decay to there. */
const TINY = 2 ** -126

function adam(
  [value, gradient, m, v]: readonly FloatArray[],
  [nextValue, nextM, nextV]: readonly FloatArray[],
  { learningRate, beta1, beta2, epsilon, step }: AdamSettings,
): void {
  const [unbias1, unbias2] = [1 / (1 - beta1 ** step), 1 / (1 - beta2 ** step)]
  for (let i = 0; i < value.length; i++) {
    const g = gradient[i]
    const mi = beta1 * m[i] + (1 - beta1) * g
    const vi = beta2 * v[i] + (1 - beta2) * g * g
    nextM[i] = Math.abs(mi) < TINY ? 0 : mi
    nextV[i] = vi < TINY ? 0 : vi
    nextValue[i] = value[i] - (learningRate * mi * unbias1) / (Math.sqrt(vi * unbias2) + epsilon)
  }
}
