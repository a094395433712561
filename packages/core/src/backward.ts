import { traced } from './anomaly.ts'
import { full, zeros } from './create.ts'
import { depthOf } from './op.ts'
import { add } from './ops/elementwise.ts'
import { noGrad, type Scoped } from './scope.ts'
import { explain, shapeText, sizeOf } from './shape.ts'
import type { Tensor } from './tensor.ts'

/**
 * Reverse-mode differentiation: adds dL/dx to `x.grad` for each leaf x that requires a gradient and that `loss`, a
 * tensor of one number, was computed from. Afterwards the graph is used up: all values between the leaves and `loss`
 * are released. Throws if `loss` has more than one number, does not require a gradient, or part of its graph was used
 * before.
 */
export function backward(loss: Tensor): void {
  const graph = graphOf('backward', loss)
  const leafGradients = noGrad(() => accumulated(passBack(loss, graph, x => x.requiresGrad)))
  for (const [leaf, gradient] of leafGradients) leaf.grad = gradient
}

/**
 * dL/dx for each of `inputs`: leaves, such as an image, or values in between. No `grad` is read or changed, so the
 * parameters of a model that `loss` went through stay as they were. Afterwards the graph is used up, as by `backward`,
 * but the values of `inputs` stay. An input that `loss` depends on only through ops without a gradient, such as `step`,
 * gets zeros. Throws where `backward` does, and if `loss` was not computed from one of the inputs.
 */
export function grad<const Inputs extends readonly Tensor[]>(
  loss: Tensor,
  inputs: Inputs,
): { -readonly [I in keyof Inputs]: Tensor } {
  const graph = graphOf('grad', loss)
  checkInputs(inputs, graph)
  const needed = new Set<Tensor>(inputs)
  for (const y of graph.toReversed()) if (inputsOf(y).some(x => needed.has(x))) needed.add(y)
  const found = noGrad(() => {
    const gradients = passBack(loss, graph, x => needed.has(x), new Set(inputs))
    const arrived = inputs.map(x => gradients.get(x) ?? zeros(x.shape, { on: x.on }))
    // a + b passes one tensor to both, and an input may be listed twice.
    return arrived.map((dx, i) => (arrived.indexOf(dx) < i ? dx.detach() : dx))
  })
  return found as { -readonly [I in keyof Inputs]: Tensor } // one for each input
}

/**
 * Passes dL/dy from `loss` back through its graph to what `isNeeded`, and releases the graph. Returns what arrived at
 * the leaves and at what is `kept`.
 */
function passBack(
  loss: Tensor,
  graph: readonly Tensor[],
  isNeeded: (x: Tensor) => boolean,
  kept: ReadonlySet<Tensor> = new Set(),
): ReadonlyMap<Tensor, Tensor> {
  const gradients = new Map<Tensor, Tensor>([[loss, full(loss.shape, 1, { on: loss.on })]])
  const owned: Scoped[] = []
  // Everything computed from x comes before x, so by then dL/dx is complete.
  for (const y of graph) {
    const dy = gradients.get(y)
    const { origin } = y
    if (origin === null || origin === 'used') continue
    const toInputs = dy && isNeeded(y) ? origin.gradients(dy) : []
    for (const [i, x] of origin.inputs.entries()) {
      const compute = isNeeded(x) ? toInputs[i] : undefined
      if (!dy || !compute) continue
      const dx = traced(`the gradient of ${origin.opName}`, [dy, ...origin.inputs], compute)
      const before = gradients.get(x)
      gradients.set(x, before ? add(before, dx) : dx) // x was used more than once: its gradients add up
    }
    if (!kept.has(y)) gradients.delete(y)
    owned.push(...origin.owned) // Released last: what y was composed of may still need them.
    y.origin = 'used'
    if (y !== loss && !kept.has(y)) y.release(USED)
  }
  for (const one of owned) one.release(USED)
  return gradients
}

/** All tensors that a gradient will reach, each before its inputs. */
function graphOf(where: string, loss: Tensor): Tensor[] {
  checkLoss(where, loss)
  const found = new Set([loss])
  // A set may grow during the walk, which then visits what was added.
  for (const { origin } of found) {
    if (origin === 'used') throw new Error(explain(where, ...USED_TWICE))
    for (const x of origin?.inputs ?? []) if (x.requiresGrad) found.add(x)
  }
  return [...found].sort((a, b) => depthOf(b) - depthOf(a))
}

const inputsOf = ({ origin }: Tensor): readonly Tensor[] => (origin === null || origin === 'used' ? [] : origin.inputs)

const USED = 'backward() or grad() used them and released them'
const USED_TWICE = [
  'a part of this graph was used by an earlier backward() or grad(), which released it',
  'compute the loss again, or add the losses and differentiate once',
] as const

/** The next gradient of each leaf: its gradient so far plus what just arrived. */
function accumulated(arrived: ReadonlyMap<Tensor, Tensor>): Map<Tensor, Tensor> {
  const total = new Map<Tensor, Tensor>()
  const taken = new Set<Tensor>()
  for (const [leaf, gradient] of arrived) {
    if (leaf.grad) total.set(leaf, add(leaf.grad, gradient))
    // a + b passes one tensor to both, and each leaf must own its gradient.
    else total.set(leaf, taken.has(gradient) ? gradient.detach() : gradient)
    taken.add(gradient)
    leaf.grad?.release('a later backward() added to them')
  }
  return total
}

function checkInputs(inputs: readonly Tensor[], graph: readonly Tensor[]): void {
  for (const [i, x] of inputs.entries()) {
    if (graph.includes(x)) continue
    const fact = `the loss was not computed from input ${i}, of shape ${shapeText(x.shape)}`
    if (x.requiresGrad) throw new Error(explain('grad', fact, 'give the very tensor that the model was called with'))
    const why = 'which does not require a gradient'
    throw new Error(explain('grad', `${fact}, ${why}`, 'call the model with x.detach({ requiresGrad: true })'))
  }
}

function checkLoss(where: string, loss: Tensor): void {
  if (sizeOf(loss.shape) !== 1) {
    const fact = `the loss has shape ${shapeText(loss.shape)}, which is ${sizeOf(loss.shape)} numbers, expected 1`
    throw new Error(explain(where, fact, 'sum() or mean() makes one number of many'))
  }
  if (loss.requiresGrad) return
  const fact = 'nothing that the loss was computed from requires a gradient'
  const hint = 'make parameters with { requiresGrad: true }, and compute the loss outside noGrad'
  throw new Error(explain(where, fact, hint))
}
