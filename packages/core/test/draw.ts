import { type Backend, type Example, rng, type Shape, type Tensor, tensor } from '../src/index.ts'
import { sizeOf } from '../src/shape.ts'

/** Numbers to test an op with: at least 0.3 away from 0, because finite differences lie at the kink of a relu. */
export function draw(shapes: readonly Shape[], domain: Example['domain'], seed = 1): Float64Array[] {
  const r = rng(seed)
  const next = {
    real: () => (r.uniform() < 0.5 ? -1 : 1) * (0.3 + 1.7 * r.uniform()),
    positive: () => 0.3 + 1.7 * r.uniform(),
    probability: () => 0.05 + 0.9 * r.uniform(),
  }[domain]
  return shapes.map(shape => Float64Array.from({ length: sizeOf(shape) }, next))
}

/** Tensors with these values that require a gradient. */
export function leaves(values: readonly ArrayLike<number>[], shapes: readonly Shape[], on: Backend): Tensor[] {
  return values.map((flat, i) => tensor(flat, { on, shape: shapes[i], requiresGrad: true }))
}
