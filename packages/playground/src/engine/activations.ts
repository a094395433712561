import type { Activation } from '../setup/setup.ts'

/** An activation function and its derivative on the first `count` numbers of flat arrays. */
export interface ActivationKernel {
  /** y ← f(z) */
  forward(z: Float64Array, y: Float64Array, count: number): void
  /** dy ← dy · f′(z), where y is f(z) */
  backward(dy: Float64Array, z: Float64Array, y: Float64Array, count: number): void
}

const linear: ActivationKernel = {
  forward(z, y, count) {
    for (let i = 0; i < count; i += 1) y[i] = z[i]
  },
  backward() {
    // f′ is 1
  },
}

const relu: ActivationKernel = {
  forward(z, y, count) {
    for (let i = 0; i < count; i += 1) y[i] = z[i] <= 0 ? 0 : z[i]
  },
  backward(dy, z, _y, count) {
    for (let i = 0; i < count; i += 1) if (z[i] <= 0) dy[i] = 0
  },
}

const tanh: ActivationKernel = {
  forward(z, y, count) {
    for (let i = 0; i < count; i += 1) y[i] = Math.tanh(z[i])
  },
  backward(dy, _z, y, count) {
    for (let i = 0; i < count; i += 1) dy[i] *= 1 - y[i] * y[i]
  },
}

const sigmoid: ActivationKernel = {
  forward(z, y, count) {
    for (let i = 0; i < count; i += 1) y[i] = 1 / (1 + Math.exp(-z[i]))
  },
  backward(dy, _z, y, count) {
    for (let i = 0; i < count; i += 1) dy[i] *= y[i] * (1 - y[i])
  },
}

const gelu: ActivationKernel = {
  forward(z, y, count) {
    for (let i = 0; i < count; i += 1) y[i] = z[i] * normalShare(z[i])
  },
  backward(dy, z, _y, count) {
    for (let i = 0; i < count; i += 1) {
      const density = Math.exp((-z[i] * z[i]) / 2) / Math.sqrt(2 * Math.PI)
      dy[i] *= normalShare(z[i]) + z[i] * density
    }
  },
}

/** Φ(x): the share of a normal distribution that lies below x. */
const normalShare = (x: number): number => (1 + erf(x * Math.SQRT1_2)) / 2

/** erf to 15 digits by erf(x) = 2/√π e^(−x²) Σ 2ⁿ x²ⁿ⁺¹ / (1·3·5 … (2n+1)), whose terms have one sign. */
function erf(x: number): number {
  if (Math.abs(x) > 6) return Math.sign(x)
  let term = x
  let sum = x
  for (let n = 1; Math.abs(term) > 1e-17 * Math.abs(sum); n += 1) {
    term *= (2 * x * x) / (2 * n + 1)
    sum += term
  }
  return (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * sum
}

/** Our activation functions. */
export const ACTIVATION_KERNELS: Readonly<Record<Activation, ActivationKernel>> = { relu, tanh, sigmoid, linear, gelu }
