import type { Slot, UnaryKernel, View } from '@backprop/core'
import { expect, test } from '@backprop/testkit'
import { wasm } from '../src/index.ts'

/** The largest error allowed, in units of the last place, over a range in which the result is a normal number. */
const cases: [kernel: UnaryKernel, exact: (x: number) => number, from: number, to: number, ulps: number][] = [
  ['exp', Math.exp, -87, 88.7, 1.1],
  ['log', Math.log, 1.2e-38, 10, 1.1],
  ['sigmoid', x => 1 / (1 + Math.exp(-x)), -86, 30, 2.5],
  ['tanh', Math.tanh, -12, 12, 1.6],
  ['erf', erf, -5, 5, 2.5],
]

test.each([true, false])('functions are accurate to the last digits (relaxed SIMD: %s)', async relaxed => {
  const on = await wasm({ relaxed })
  for (const [kernel, exact, from, to, ulps] of cases) {
    const n = 200_003
    const x = Float32Array.from({ length: n }, (_, i) => from + ((to - from) * i) / n)
    const slot = on.unary(kernel, line(on.write(x), n))
    const y = on.readSync(slot)
    let worst = 0
    for (let i = 0; i < n; i++) worst = Math.max(worst, ulpsBetween(y[i], exact(x[i])))
    expect(worst, kernel).toBeLessThanOrEqual(ulps)
  }
})

test('the ends of the range: infinities, zeros and subnormal numbers', async () => {
  const on = await wasm()
  const f = (kernel: UnaryKernel, x: number[]) => [...on.readSync(on.unary(kernel, line(on.write(x), x.length)))]
  expect(f('exp', [88.8, -104, -100, -Infinity])).toEqual([Infinity, 0, Math.fround(Math.exp(-100)), 0])
  expect(f('log', [0, -0, -1, Infinity, 1])).toEqual([-Infinity, -Infinity, NaN, Infinity, 0])
  expect(f('log', [1e-40])[0]).toBeNear(Math.log(Math.fround(1e-40)), { relative: 1e-6 })
  expect(f('tanh', [-0, 1e-30, 20, -Infinity])).toEqual([-0, Math.fround(1e-30), 1, -1])
  expect(f('relu', [-0, -1, NaN, 2])).toEqual([-0, 0, NaN, 2])
  expect(f('sigmoid', [-Infinity, Infinity, NaN])).toEqual([0, 1, NaN])
})

test('the result does not depend on the position of a number in a row', async () => {
  const on = await wasm()
  const x = new Float32Array(7).fill(0.7)
  for (const kernel of ['exp', 'tanh', 'erf'] as const) {
    expect(new Set(on.readSync(on.unary(kernel, line(on.write(x), 7)))).size).toBe(1)
  }
})

const line = (slot: Slot, n: number): View => ({ slot, shape: [n], strides: [1], offset: 0 })

/** The distance of `actual` from `exact`, in steps between neighbouring float32 numbers there. */
function ulpsBetween(actual: number, exact: number): number {
  const step = 2 ** (Math.max(-126, Math.floor(Math.log2(Math.abs(exact)))) - 23)
  return Math.abs(actual - exact) / (exact === 0 ? 2 ** -149 : step)
}

/** Its series up to 2; beyond, where the series would lose digits, 1 − erfc by Lentz's continued fraction. */
function erf(x: number): number {
  const z = Math.abs(x)
  if (z < 2) {
    let [sum, term] = [0, x]
    for (let n = 0; n < 60; n++) {
      sum += term / (2 * n + 1)
      term *= (-x * x) / (n + 1)
    }
    return (sum * 2) / Math.sqrt(Math.PI)
  }
  let fraction = z
  for (let k = 60; k > 0; k--) fraction = z + k / 2 / fraction
  return Math.sign(x) * (1 - Math.exp(-z * z) / Math.sqrt(Math.PI) / fraction)
}
