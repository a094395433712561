import type { Backend } from './backend.ts'
import type { Rng } from './random.ts'
import { misfit, type Shape, shapeText, sizeOf } from './shape.ts'
import { Tensor } from './tensor.ts'

/** A number, a row of numbers, rows of rows, and so on. */
export type NestedNumbers = number | readonly NestedNumbers[]

interface CreateOptions {
  readonly on: Backend
  readonly requiresGrad?: boolean
}

/**
 * A tensor from a number, nested arrays or a typed array; `shape` is that of the nesting unless given. Throws
 * `ShapeError` if rows differ in shape, or the numbers do not fill `shape`.
 */
export function tensor(
  values: NestedNumbers | ArrayLike<number>,
  { on, shape, requiresGrad }: CreateOptions & { readonly shape?: Shape },
): Tensor {
  const flat: number[] = []
  // Anything else is a typed array, or something like one.
  const nested = typeof values === 'number' || Array.isArray(values)
  const natural = nested ? flattenInto(flat, values as NestedNumbers) : [values.length]
  const given = shape ?? natural
  if (sizeOf(given) !== sizeOf(natural)) {
    const fact = `shape ${shapeText(given)} holds ${sizeOf(given)} numbers, but ${sizeOf(natural)} were given`
    throw misfit('tensor', fact)
  }
  return new Tensor(on, on.write(nested ? flat : (values as ArrayLike<number>)), [...given], { requiresGrad })
}

/** A tensor of `value` everywhere. */
export function full(shape: Shape, value: number, { on, requiresGrad }: CreateOptions): Tensor {
  return new Tensor(on, on.write(new Float64Array(sizeOf(shape)).fill(value)), [...shape], { requiresGrad })
}

/** A tensor of zeros. */
export const zeros = (shape: Shape, options: CreateOptions): Tensor => full(shape, 0, options)

/** A tensor of ones. */
export const ones = (shape: Shape, options: CreateOptions): Tensor => full(shape, 1, options)

type Drawing<Which> = CreateOptions & { readonly rng: Rng } & Partial<Which>

/** Numbers from the uniform distribution over [low, high), which is [0, 1) unless given. */
export function uniform(
  shape: Shape,
  { rng, low = 0, high = 1, ...options }: Drawing<{ low: number; high: number }>,
): Tensor {
  return drawn(shape, () => low + (high - low) * rng.uniform(), options)
}

/** Numbers from the normal distribution with mean 0 and standard deviation `std`, which is 1 unless given. */
export function normal(shape: Shape, { rng, std = 1, ...options }: Drawing<{ std: number }>): Tensor {
  return drawn(shape, () => std * rng.normal(), options)
}

function drawn(shape: Shape, draw: () => number, options: CreateOptions): Tensor {
  return tensor(Float64Array.from({ length: sizeOf(shape) }, draw), { shape, ...options })
}

/** Appends all numbers of `values` to `flat`, and returns their shape. */
function flattenInto(flat: number[], values: NestedNumbers): Shape {
  if (typeof values === 'number') {
    flat.push(values)
    return []
  }
  let first: Shape = []
  for (const [row, inner] of values.entries()) {
    const shape = flattenInto(flat, inner)
    if (row === 0) first = shape
    else if (shapeText(shape) !== shapeText(first)) {
      const fact = `row ${row} has shape ${shapeText(shape)}, but row 0 has shape ${shapeText(first)}`
      throw misfit('tensor', fact, 'all rows of a tensor have the same shape')
    }
  }
  return [values.length, ...first]
}
