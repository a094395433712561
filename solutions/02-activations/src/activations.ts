/**
 * Activation functions: what a neuron does to its score before it passes it on.
 *
 * Many numbers at once form a flat list, row after row, together with a shape: the list [1, 2, 3, 4, 5, 6] of shape [2,
 * 3] has the rows 1, 2, 3 and 4, 5, 6. Four of the five functions treat every number separately, so they need no shape.
 */

/** Given: the error function erf(x) = 2/√π ∫₀ˣ e^(−t²) dt, to 15 digits. It rises from −1 to 1, and erf(0) is 0. */
export function erf(x: number): number {
  if (Math.abs(x) > 6) return Math.sign(x)
  // erf(x) = 2/√π e^(−x²) Σ 2ⁿ x²ⁿ⁺¹ / (1·3·5 … (2n+1)): all terms have one sign, so nothing cancels.
  let term = x
  let sum = x
  for (let n = 1; Math.abs(term) > 1e-17 * Math.abs(sum); n += 1) {
    term *= (2 * x * x) / (2 * n + 1)
    sum += term
  }
  return (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * sum
}

/**
 * Given: the lines that run along an axis of a shape, each as a list of indices into the flat list.
 *
 * @param shape how many numbers there are along each axis
 * @param axis which axis, from 0 for the first
 * @throws RangeError when the shape has no such axis
 * @example linesAlong([2, 3], 1) // [[0, 1, 2], [3, 4, 5]], the rows
 * @example linesAlong([2, 3], 0) // [[0, 3], [1, 4], [2, 5]], the columns
 */
export function linesAlong(shape: number[], axis: number): number[][] {
  if (!Number.isInteger(axis) || axis < 0 || axis >= shape.length)
    throw new RangeError(`The shape [${shape.join(', ')}] has no axis ${axis}; its first one is axis 0.`)
  const product = (sizes: number[]) => sizes.reduce((count, size) => count * size, 1)
  const size = shape[axis]
  // Neighbours on a line are this far apart in the flat list.
  const step = product(shape.slice(axis + 1))
  return Array.from({ length: product(shape.slice(0, axis)) * step }, (_, line) => {
    const first = Math.floor(line / step) * size * step + (line % step)
    return Array.from({ length: size }, (_, k) => first + k * step)
  })
}

/**
 * The sigmoid 1 / (1 + e⁻ˣ) of each number. It rises from 0 to 1.
 *
 * @param x any numbers `[N]`; not changed
 * @returns `[N]`, to nine decimal places, right to six digits even where they are tiny, and never NaN however large x
 * is
 * @example sigmoid([-Math.log(3), 0, 1000]) // [0.25, 0.5, 1]
 */
export function sigmoid(x: number[]): number[] {
  // SOLUTION(sigmoid): Return 1 / (1 + e⁻ˣ) for every x. Mind the sign in the exponent.
  return x.map(value => 1 / (1 + Math.exp(-value)))
  // END
}

/**
 * The hyperbolic tangent (eˣ − e⁻ˣ) / (eˣ + e⁻ˣ) of each number. It rises from −1 to 1.
 *
 * @param x any numbers `[N]`; not changed
 * @returns `[N]`, to nine decimal places, and never NaN however large x is
 * @example tanh([-1000, 0, Math.log(2)]) // [-1, 0, 0.6]
 */
export function tanh(x: number[]): number[] {
  // SOLUTION(tanh): Return (eˣ − e⁻ˣ) / (eˣ + e⁻ˣ) for every x, in a form in which no power gets too large.
  return x.map(value => 2 / (1 + Math.exp(-2 * value)) - 1)
  // END
}

/**
 * The rectified linear unit max(0, x) of each number.
 *
 * @param x any numbers `[N]`; not changed
 * @returns `[N]`; NaN stays NaN, so that a mistake made earlier is not hidden
 * @example relu([-2, 0, 3]) // [0, 0, 3]
 */
export function relu(x: number[]): number[] {
  // SOLUTION(relu): Return the larger of 0 and x for every x.
  return x.map(value => Math.max(0, value))
  // END
}

/**
 * The Gaussian error linear unit x Φ(x) of each number, exactly, where Φ(x) = (1 + erf(x / √2)) / 2 is the share of a
 * normal distribution that lies below x.
 *
 * @param x any numbers `[N]`; not changed
 * @returns `[N]`, to nine decimal places
 * @example gelu([-1000, -1, 0, 1, 1000]) // [0, -0.1586…, 0, 0.8413…, 1000], where a zero may be −0
 */
export function gelu(x: number[]): number[] {
  // SOLUTION(gelu): Return x Φ(x) for every x. `erf` is given above.
  return x.map(value => (value * (1 + erf(value / Math.SQRT2))) / 2)
  // END
}

/**
 * Softmax along an axis: every line along it becomes shares, eᶻⁱ / Σₖ eᶻᵏ, which are positive and add up to 1.
 *
 * @param z any finite numbers, as a flat list, row after row; not changed
 * @param shape how many numbers there are along each axis; their product is the length of z
 * @param axis the axis along which the shares add up to 1, from 0 for the first
 * @returns a flat list as long as z; no number is NaN, even when those of z are ±1000
 * @throws RangeError when the shape has no such axis (`linesAlong` throws it)
 * @example softmax([0, Math.log(3), 1000, 1000], [2, 2], 1) // [0.25, 0.75, 0.5, 0.5]
 * @example softmax([0, 1000, Math.log(3), 1000], [2, 2], 0) // [0.25, 0.5, 0.75, 0.5]
 */
export function softmax(z: number[], shape: number[], axis: number): number[] {
  // SOLUTION(softmax): For every line along the axis, divide each power by the sum of the line's powers.
  const y = z.map(() => 0)
  for (const line of linesAlong(shape, axis)) {
    const largest = Math.max(...line.map(i => z[i]))
    const powers = line.map(i => Math.exp(z[i] - largest))
    const total = powers.reduce((sum, power) => sum + power, 0)
    for (const [k, i] of line.entries()) y[i] = powers[k] / total
  }
  return y
  // END
}
