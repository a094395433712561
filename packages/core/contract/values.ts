import { expect } from '@backprop/testkit'
import { type Backend, plain, rng, type Shape, sizeOf, type Slot, type Tensor, tensor } from '../src/index.ts'

/** Adds a test to the contract. The backend is there once tests run. */
export type Check = (title: string, run: (on: Backend) => Promise<void>) => void

/** The truth. */
export const exact = plain({ dtype: 'float64' })

/** float32 keeps seven digits, and sums of some hundred numbers lose two or three. */
export const NEAR = { relative: 1e-4, absolute: 1e-5 }

export type Domain = 'real' | 'positive' | 'probability'

/** Numbers that differ; `real` ones are at least 0.3 away from 0, where a relu has its kink. */
export function draw(shape: Shape, seed: number, domain: Domain = 'real'): Float64Array {
  const r = rng(seed)
  const next = {
    real: () => (r.uniform() < 0.5 ? -1 : 1) * (0.3 + 1.7 * r.uniform()),
    positive: () => 0.3 + 1.7 * r.uniform(),
    probability: () => 0.05 + 0.9 * r.uniform(),
  }[domain]
  // What float32 can hold: then both backends start from the same numbers.
  return Float64Array.from({ length: sizeOf(shape) }, () => Math.fround(next()))
}

/** Runs a computation on both backends, and compares the tensors that it returns. Releases what it can. */
export async function same(
  on: Backend,
  shapes: readonly Shape[],
  compute: (inputs: Tensor[]) => readonly Tensor[],
  domain?: Domain,
): Promise<void> {
  const inputs = (where: Backend) =>
    shapes.map((shape, i) => tensor(draw(shape, i + 1, domain), { on: where, shape, requiresGrad: true }))
  const [ours, truth] = [compute(inputs(on)), compute(inputs(exact))]
  for (const [i, y] of ours.entries()) {
    expect(y.shape).toEqual(truth[i].shape)
    expect(await y.data(), `result ${i} of shape [${y.shape.join(', ')}]`).toBeNear(truth[i].dataSync(), NEAR)
  }
}

/** Runs one kernel on both backends, and compares the numbers. */
export async function sameKernel(on: Backend, run: (on: Backend) => Slot, tolerance = NEAR): Promise<void> {
  const slot = run(on)
  const truth = exact.readSync(run(exact))
  const ours = await on.read(slot)
  on.free(slot)
  expect(ours).toBeNear(truth, tolerance)
}
