import type { AdamSettings, FloatArray } from '../../backend.ts'

/** The smallest normal float32. Below it processors slow down a hundredfold, and a dead unit's moments decay to there. */
const TINY = 2 ** -126

/** One step of Adam in place, in one loop: training spends more time here than anywhere but in matmul. */
export function adam([value, gradient, m, v]: FloatArray[], settings: AdamSettings): void {
  const { learningRate, beta1, beta2, epsilon, step } = settings
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
