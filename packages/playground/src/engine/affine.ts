import type { LayerPlace } from '../setup/setup.ts'

/**
 * The three products of a layer, z = x W + b. All values are kept neuron by neuron: x `[inputs, n]`, z `[outputs, n]`.
 * Four sums at a time stay in registers, so each number that is loaded is used four times.
 */

/** z ← x W + b */
export function affine(theta: Float64Array, place: LayerPlace, x: Float64Array, z: Float64Array, n: number): void {
  const { inputs, outputs, weights, biases } = place
  for (let j = 0; j < outputs; j += 1) {
    const bias = theta[biases + j]
    const row = j * n
    let k = 0
    for (; k + 3 < n; k += 4) {
      let s0 = bias
      let s1 = bias
      let s2 = bias
      let s3 = bias
      let w = weights + j
      let at = k
      for (let i = 0; i < inputs; i += 1) {
        const weight = theta[w]
        s0 += weight * x[at]
        s1 += weight * x[at + 1]
        s2 += weight * x[at + 2]
        s3 += weight * x[at + 3]
        w += outputs
        at += n
      }
      z[row + k] = s0
      z[row + k + 1] = s1
      z[row + k + 2] = s2
      z[row + k + 3] = s3
    }
    for (; k < n; k += 1) {
      let s = bias
      let w = weights + j
      let at = k
      for (let i = 0; i < inputs; i += 1) {
        s += theta[w] * x[at]
        w += outputs
        at += n
      }
      z[row + k] = s
    }
  }
}

/** into ← ∂J/∂W and ∂J/∂b, from dz = ∂J/∂z */
export function affineGradient(
  into: Float64Array,
  place: LayerPlace,
  x: Float64Array,
  dz: Float64Array,
  n: number,
): void {
  const { inputs, outputs, weights, biases } = place
  for (let j = 0; j < outputs; j += 1) {
    let s = 0
    for (let k = 0; k < n; k += 1) s += dz[j * n + k]
    into[biases + j] = s
  }
  for (let i = 0; i < inputs; i += 1) {
    const row = i * n
    const to = weights + i * outputs
    let j = 0
    for (; j + 3 < outputs; j += 4) {
      let s0 = 0
      let s1 = 0
      let s2 = 0
      let s3 = 0
      let at = j * n
      for (let k = 0; k < n; k += 1) {
        const value = x[row + k]
        s0 += value * dz[at]
        s1 += value * dz[at + n]
        s2 += value * dz[at + 2 * n]
        s3 += value * dz[at + 3 * n]
        at += 1
      }
      into[to + j] = s0
      into[to + j + 1] = s1
      into[to + j + 2] = s2
      into[to + j + 3] = s3
    }
    for (; j < outputs; j += 1) {
      let s = 0
      for (let k = 0; k < n; k += 1) s += x[row + k] * dz[j * n + k]
      into[to + j] = s
    }
  }
}

/** dx ← dz Wᵀ */
export function affineBackward(
  theta: Float64Array,
  place: LayerPlace,
  dz: Float64Array,
  dx: Float64Array,
  n: number,
): void {
  const { inputs, outputs, weights } = place
  for (let i = 0; i < inputs; i += 1) {
    const row = i * n
    const w = weights + i * outputs
    let k = 0
    for (; k + 3 < n; k += 4) {
      let s0 = 0
      let s1 = 0
      let s2 = 0
      let s3 = 0
      let at = k
      for (let j = 0; j < outputs; j += 1) {
        const weight = theta[w + j]
        s0 += weight * dz[at]
        s1 += weight * dz[at + 1]
        s2 += weight * dz[at + 2]
        s3 += weight * dz[at + 3]
        at += n
      }
      dx[row + k] = s0
      dx[row + k + 1] = s1
      dx[row + k + 2] = s2
      dx[row + k + 3] = s3
    }
    for (; k < n; k += 1) {
      let s = 0
      for (let j = 0; j < outputs; j += 1) s += theta[w + j] * dz[j * n + k]
      dx[row + k] = s
    }
  }
}
