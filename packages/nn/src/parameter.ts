import type { Tensor } from '@backprop/core'

/** A box for a tensor that training replaces. */
export class Parameter {
  /** A leaf that requires a gradient. */
  value: Tensor

  /** Copies `value`, unless it is a leaf that requires a gradient already. */
  constructor(value: Tensor) {
    const isLeaf = value.requiresGrad && value.origin === null
    this.value = isLeaf ? value : value.detach({ requiresGrad: true })
  }
}

/**
 * All parameters reachable from `root`, by name: `layers.0.weight`.
 * A module is any object; its public fields are its state. (`#private` fields cannot be seen from here.)
 * One that is reachable by several ways is listed once, under the first of its names.
 */
export function parameters(root: object): Map<string, Parameter> {
  const found = new Map<string, Parameter>()
  const seen = new Set<unknown>()
  const visit = (value: unknown, name: string): void => {
    if (!isModule(value) || seen.has(value)) return
    seen.add(value)
    if (value instanceof Parameter) found.set(name, value)
    else for (const [key, inner] of Object.entries(value)) visit(inner, name === '' ? key : `${name}.${key}`)
  }
  visit(root, '')
  return found
}

// A tensor is an object too, and behind it lie its backend and its graph; it is not a module, and so is no typed array.
function isModule(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !ArrayBuffer.isView(value) && !('dataSync' in value)
}
