import type { Backend } from '../src/index.ts'

/**
 * The same device without its fused kernels, so that core composes them. A backend may be a class: nothing is spread.
 */
export function composing(on: Backend): Backend {
  return {
    name: `${on.name} (composed)`,
    dtype: on.dtype,
    write: values => on.write(values),
    read: slot => on.read(slot),
    free: slot => on.free(slot),
    unary: (kernel, x) => on.unary(kernel, x),
    binary: (kernel, a, b) => on.binary(kernel, a, b),
    reduce: (kernel, x, axis) => on.reduce(kernel, x, axis),
    matmul: (a, b) => on.matmul(a, b),
    concat: (parts, axis) => on.concat(parts, axis),
    gather: (x, indices) => on.gather(x, indices),
    scatterAdd: (dy, indices, R) => on.scatterAdd(dy, indices, R),
  }
}
