import { Tensor } from '@backprop/core'

/** A box for a tensor that training replaces: tensors never change, boxes do. */
export class Parameter {
  /** A leaf that requires a gradient, unless it is frozen. */
  value: Tensor

  /** Copies `value`, unless it is a leaf that requires a gradient already. */
  constructor(value: Tensor) {
    this.value = leafOf(value)
  }
}

/**
 * A box for a tensor that a module updates itself, such as a running mean: it is saved and loaded with the parameters,
 * but no optimizer changes it.
 */
export class Statistic {
  /** A leaf too, so that it outlives a `noGrad` in which it was replaced. Use it under `noGrad`. */
  value: Tensor

  constructor(value: Tensor) {
    this.value = leafOf(value)
  }
}

/** Any number of parameters, or what `parameters(model)` returns. */
type Many = ReadonlyMap<string, Parameter> | Iterable<Parameter>

const each = (of: Many): Iterable<Parameter> =>
  of instanceof Map ? (of as ReadonlyMap<string, Parameter>).values() : (of as Iterable<Parameter>)

/** Forgets the gradients of parameters, so that the next `backward` does not add to them. */
export function zeroGradients(of: Many): void {
  for (const { value } of each(of)) {
    value.grad?.release('zeroGradients() released them')
    value.grad = null
  }
}

/** Freezes parameters: no gradient reaches them, and optimizers pass over them. Values are not copied. */
export function freeze(of: Many): void {
  zeroGradients(of)
  for (const one of each(of)) {
    const { on, shape } = one.value
    one.value = new Tensor(on, one.value.giveAway('freeze() took them over'), shape)
  }
}

/** Lets frozen parameters learn again. */
export function unfreeze(of: Many): void {
  for (const one of each(of)) one.value = one.value.toLeaf()
}

function leafOf(value: Tensor): Tensor {
  return value.requiresGrad && value.origin === null ? value : value.detach({ requiresGrad: true })
}

/**
 * All parameters reachable from `root`, by name: `layers.0.weight`.
 * A module is any object; its public fields are its state (`#private` fields are not visible here). A parameter that is
 * reachable in several ways is listed once, under its first name.
 */
export function parameters(root: object): Map<string, Parameter> {
  return boxes(root, value => value instanceof Parameter)
}

/** The parameters and statistics of a model, by name. */
export function state(root: object): Map<string, Parameter | Statistic> {
  return boxes(root, value => value instanceof Parameter || value instanceof Statistic)
}

function boxes<Box extends object>(root: object, isBox: (value: object) => value is Box): Map<string, Box> {
  const found = new Map<string, Box>()
  const seen = new Set<unknown>()
  const visit = (value: unknown, name: string): void => {
    if (!isModule(value) || seen.has(value)) return
    seen.add(value)
    if (isBox(value)) found.set(name, value)
    else for (const [key, inner] of Object.entries(value)) visit(inner, name === '' ? key : `${name}.${key}`)
  }
  visit(root, '')
  return found
}

// Tensors and typed arrays are objects too, but not modules: behind a tensor lie its backend and its graph.
function isModule(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !ArrayBuffer.isView(value) && !('dataSync' in value)
}
