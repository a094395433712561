import { expect } from '@backprop/testkit'
import type { AdamSettings, Backend, FloatArray } from '../src/index.ts'
import { type Check, draw, NEAR } from './values.ts'

const SETTINGS = { learningRate: 0.01, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 }

/** The fused step of Adam, where a backend has one, against the paper's lines in float64. */
export function adamTests(check: Check): void {
  check('adam over ten steps', async on => {
    for (const n of [1, 3, 4, 8, 17, 1000]) {
      let ours: State = [draw([n], 1), new Float64Array(n), new Float64Array(n)]
      let truth = ours
      for (let step = 1; step <= 10; step++) {
        const gradient = draw([n], step + 1).map((g, i) => (step > 3 && i % 2 ? 0 : g))
        truth = asPublished(truth, gradient, { ...SETTINGS, step })
        ours = (await fused(on, ours, gradient, { ...SETTINGS, step })) ?? truth
      }
      for (const [i, name] of ['value', 'm', 'v'].entries())
        expect(ours[i], `${name} of ${n}`).toBeNear(truth[i], { relative: 1e-4, absolute: 1e-7 })
    }
  })

  check('moments of adam that fade away', async on => {
    const faded: State = [Float64Array.of(1), Float64Array.of(1e-37), Float64Array.of(1e-37)]
    const settings = { ...SETTINGS, learningRate: 0.001, beta1: 0.1, beta2: 0.1, step: 100 }
    const [value, m, v] = (await fused(on, faded, Float64Array.of(0), settings)) ?? faded
    expect(value).toBeNear([1], NEAR)
    expect([...m, ...v]).toBeNear([0, 0], { absolute: 1e-36 })
  })
}

type State = readonly [value: FloatArray, m: FloatArray, v: FloatArray]

async function fused(on: Backend, state: State, gradient: Float64Array, settings: AdamSettings) {
  if (!on.fused?.adam) return undefined
  const view = (values: FloatArray) =>
    ({ slot: on.write(values), shape: [values.length], strides: [1], offset: 0 }) // prettier-ignore
  const [value, m, v] = state.map(view)
  const g = view(gradient)
  const slots = on.fused.adam(value, g, m, v, settings)
  const next = await Promise.all(slots.map(slot => on.read(slot)))
  for (const slot of [...slots, g.slot]) on.free(slot)
  return next as unknown as State // three, as there were
}

/** Kingma and Ba (2015), algorithm 1. */
function asPublished(state: State, g: Float64Array, settings: AdamSettings): State {
  const { learningRate, beta1, beta2, epsilon, step } = settings
  const m = g.map((gi, i) => beta1 * state[1][i] + (1 - beta1) * gi)
  const v = g.map((gi, i) => beta2 * state[2][i] + (1 - beta2) * gi * gi)
  const change = (i: number) => m[i] / (1 - beta1 ** step) / (Math.sqrt(v[i] / (1 - beta2 ** step)) + epsilon)
  return [g.map((_, i) => state[0][i] - learningRate * change(i)), m, v]
}
