import type { AdamSettings, FloatArray, FusedKernels, Slot, View } from '../../backend.ts'
import type { Allocate } from './strided.ts'

interface Tools {
  readonly allocate: Allocate
  readonly contiguous: (x: View) => FloatArray
  readonly close: (values: FloatArray) => Slot
}

/** The kernels that the plain backend does in one loop, because training spends its time there. */
type Kernels = Pick<FusedKernels, 'crossEntropy' | 'crossEntropyGradient' | 'adam'>

export function fusedKernels({ allocate, contiguous, close }: Tools): Kernels {
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
      adam(contiguous(value), contiguous(gradient), contiguous(m), contiguous(v), settings)
      return [value.slot, m.slot, v.slot]
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

/** In place. */
function adam(
  value: FloatArray,
  gradient: FloatArray,
  m: FloatArray,
  v: FloatArray,
  { learningRate, beta1, beta2, epsilon, step }: AdamSettings,
): void {
  const [unbias1, unbias2] = [1 / (1 - beta1 ** step), 1 / (1 - beta2 ** step)]
  for (let i = 0; i < value.length; i++) {
    const g = gradient[i]
    const mi = beta1 * m[i] + (1 - beta1) * g
    const vi = beta2 * v[i] + (1 - beta2) * g * g
    m[i] = Math.abs(mi) < TINY ? 0 : mi
    v[i] = vi < TINY ? 0 : vi
    value[i] -= (learningRate * mi * unbias1) / (Math.sqrt(vi * unbias2) + epsilon)
  }
}
