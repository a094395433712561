import type { Backend, BinaryKernel, Slot, UnaryKernel, View } from '../backend.ts'
import { defineOp, type Domain, type Op, type Per } from '../op.ts'
import { broadcastShapes, explain, sizeOf } from '../shape.ts'
import { madeBy, type Tensor } from '../tensor.ts'
import { broadcastView, reshapeView } from '../view.ts'
import { sumTo } from './shape-changing.ts'

// The shapes that PyTorch's broadcasting rules distinguish, and an empty one.
// prettier-ignore
const pairs: [number[], number[]][] = [
  [[2, 3], [2, 3]], [[2, 3], [3]], [[4, 1], [1, 5]], [[2, 1, 4], [3, 1]], [[], [3]], [[2, 0], [1]],
]

/** dL/dx from dL/dy, the operands and y. */
type Rule<N extends 1 | 2> = (dy: Tensor, ...operandsAndY: [...Per<N, Tensor>, y: Tensor]) => Tensor

/**
 * An op of one operand, with the rule for dL/dx; without a rule the gradients of the ops that it is made of are used.
 */
const single = (name: string, forward: (on: Backend, x: Tensor) => Slot | Tensor, dx?: Rule<1>, domain?: Domain) =>
  defineOp(name, 1, {
    shape: ([x]) => x,
    forward: (on, [x]) => forward(on, x),
    backward: dx && ((dy, [x], y) => [() => dx(dy, x, y)]),
    examples: [[[3, 4]], [[]], [[0, 2]]],
    domain,
  })

const unary = (kernel: UnaryKernel, dx: Rule<1>, domain?: Domain): Op<1> =>
  single(kernel, (on, x) => on.unary(kernel, x), dx, domain)

const composed = (name: string, { of, dx }: { of: (x: Tensor) => Tensor; dx?: Rule<1> }): Op<1> =>
  single(name, (_, x) => of(x), dx)

/** An op of two operands that broadcast; an axis that was repeated gets the sum of its gradients. */
const binary = (kernel: BinaryKernel, { da, db }: { da?: Rule<2>; db?: Rule<2> }): Op<2> =>
  defineOp(kernel, 2, {
    shape: ([a, b], _, name) => broadcastShapes(name, a, b),
    forward: (on, [a, b], shape) => on.binary(kernel, broadcastView(a, shape), broadcastView(b, shape)),
    backward: (dy, [a, b], y) => [
      da ? () => sumTo(da(dy, a, b, y), a.shape) : null,
      db ? () => sumTo(db(dy, a, b, y), b.shape) : null,
    ],
    examples: pairs,
  })

/** a + b, broadcast; the gradient is dy for both. */
export const add: Op<2> = binary('add', { da: dy => dy, db: dy => dy })
/** a − b, broadcast; the gradients are dy and −dy. */
export const sub: Op<2> = binary('sub', { da: dy => dy, db: dy => neg(dy) })
/** a b, number by number, broadcast; the gradients are dy b and dy a. */
export const mul: Op<2> = binary('mul', { da: (dy, _, b) => mul(dy, b), db: (dy, a) => mul(dy, a) })
/** a / b, broadcast; the gradients are dy / b and −dy y / b. */
export const div: Op<2> = binary('div', { da: (dy, _, b) => div(dy, b), db: (dy, _, b, y) => neg(div(mul(dy, y), b)) })
/** The larger of a and b, broadcast; NaN if either is. Where they are equal, each gets half of the gradient. */
export const maximum: Op<2> = binary('maximum', {
  da: (dy, a, b) => add(gate(dy, sub(a, b)), mul(gate(dy, equal(a, b)), 0.5)),
  db: (dy, a, b) => add(gate(dy, sub(b, a)), mul(gate(dy, equal(a, b)), 0.5)),
})
/** The smaller of a and b, broadcast; NaN if either is. Where they are equal, each gets half of the gradient. */
export const minimum: Op<2> = defineOp('minimum', 2, {
  shape: ([a, b], _, name) => broadcastShapes(name, a, b),
  forward: (_, [a, b]) => neg(maximum(neg(a), neg(b))),
  examples: pairs,
})
/** 1 where a = b and 0 elsewhere, broadcast; no gradient. */
export const equal: Op<2> = binary('equal', {})
/** a where b > 0 and 0 elsewhere, broadcast; the gradient of a is gated too, and b has none. */
export const gate: Op<2> = binary('gate', { da: (dy, _, b) => gate(dy, b) })

/** −x; the gradient is −dy. */
export const neg: Op<1> = unary('neg', dy => neg(dy))
/** eˣ; the gradient is dy y. */
export const exp: Op<1> = unary('exp', (dy, _, y) => mul(dy, y))
/** The natural logarithm, NaN below 0; the gradient is dy / x. */
export const log: Op<1> = unary('log', (dy, x) => div(dy, x), 'positive')
/** √x, NaN below 0; the gradient is dy / 2y. */
export const sqrt: Op<1> = unary('sqrt', (dy, _, y) => div(dy, mul(y, 2)), 'positive')
/** max(x, 0); the gradient is dy where x > 0, 0 elsewhere. */
export const relu: Op<1> = unary('relu', (dy, _, y) => gate(dy, y))
/** 1 / (1 + e⁻ˣ); the gradient is dy y (1 − y). */
export const sigmoid: Op<1> = unary('sigmoid', (dy, _, y) => mul(dy, mul(y, sub(1, y))))
/** The hyperbolic tangent; the gradient is dy (1 − y²). */
export const tanh: Op<1> = unary('tanh', (dy, _, y) => mul(dy, sub(1, square(y))))
/** The error function, 2/√π ∫₀ˣ exp(−t²) dt; the gradient is dy 2/√π exp(−x²). */
export const erf: Op<1> = unary('erf', (dy, x) => mul(dy, mul(exp(neg(square(x))), 2 / Math.sqrt(Math.PI))))

/** x²; the gradient is 2 dy x. */
export const square: Op<1> = composed('square', { of: x => mul(x, x), dx: (dy, x) => mul(mul(dy, x), 2) })
/** |x|; the gradient is dy times the sign of x, 0 at 0. */
export const abs: Op<1> = composed('abs', {
  of: x => maximum(x, neg(x)),
  dx: (dy, x) => mul(dy, sub(step(x), step(neg(x)))),
})
/** 1 where x > 0 and 0 elsewhere; no gradient. */
export const step: Op<1> = composed('step', { of: x => gate(1, x) })
/** 1 where x > 0, −1 where x < 0, 0 at 0 and NaN at NaN; no gradient. */
export const sign: Op<1> = defineOp('sign', 1, {
  shape: ([x]) => x,
  forward: (_, [x]) => {
    const bounded = clamp(x, { min: -1, max: 1 })
    return add(sub(step(x), step(neg(x))), sub(bounded, bounded)) // what is added is 0, or NaN
  },
  backward: () => [null],
  examples: [[[3, 4]], [[]], [[0, 2]]],
})
/**
 * x, but at least `min` and at most `max`, if they are given; the gradient is dy where x is unchanged, the bounds
 * included. Throws `RangeError` if min > max.
 */
export const clamp: Op<1, { readonly min?: number; readonly max?: number }> = defineOp('clamp', 1, {
  shape: ([x], { min = -Infinity, max = Infinity }, name) => {
    if (min <= max) return x
    throw new RangeError(explain(name, `min is ${min} and max is ${max}, expected min ≤ max`))
  },
  forward: (_, [x], _shape, { min = -Infinity, max = Infinity }) => minimum(maximum(x, min), max),
  backward: (dy, [x], y) => [() => gate(dy, equal(x, y))],
  examples: [[[3, 4], { min: -0.5, max: 1 }], [[5], { max: 0 }], [[0, 2], { min: 0 }]], // prettier-ignore
})

/**
 * x Φ(x), where Φ is the cumulative distribution function of the normal distribution (Hendrycks and Gimpel 2016); the
 * gradient is dy (Φ(x) + x φ(x)), where φ is its density.
 */
export const gelu: Op<1> = single(
  'gelu',
  (on, x) => on.fused?.gelu?.(flat(x)) ?? mul(x, cumulative(x)),
  (dy, x) =>
    madeBy(x.on, x.on.fused?.geluGradient?.(flat(x), flat(dy)), x.shape) ??
    mul(dy, add(cumulative(x), mul(x, density(x)))),
)
const flat = (x: Tensor): View => reshapeView(x, [sizeOf(x.shape)])
const cumulative = (x: Tensor): Tensor => mul(add(erf(mul(x, Math.SQRT1_2)), 1), 0.5)
const density = (x: Tensor): Tensor => mul(exp(mul(square(x), -0.5)), 1 / Math.sqrt(2 * Math.PI))
/** An approximation of gelu, x/2 (1 + tanh(√(2/π) (x + 0.044715 x³))) (Hendrycks and Gimpel 2016). */
export const geluTanh: Op<1> = composed('geluTanh', {
  of: x => mul(mul(x, 0.5), add(tanh(mul(mul(x, add(mul(square(x), 0.044715), 1)), Math.sqrt(2 / Math.PI))), 1)),
})
