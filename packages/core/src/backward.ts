import { traced } from './anomaly.ts'
import { full } from './create.ts'
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
  checkLoss(loss)
  const graph = graphOf(loss)
  const leafGradients = noGrad(() => {
    const gradients = new Map<Tensor, Tensor>([[loss, full(loss.shape, 1, { on: loss.on })]])
    const owned: Scoped[] = []
    // Everything computed from x comes before x, so by then dL/dx is complete.
    for (const y of graph) {
      const dy = gradients.get(y)
      const { origin } = y
      if (dy === undefined || origin === null || origin === 'used') continue
      const toInputs = origin.gradients(dy)
      for (const [i, x] of origin.inputs.entries()) {
        const compute = x.requiresGrad ? toInputs[i] : undefined
        if (!compute) continue
        const dx = traced(`the gradient of ${origin.opName}`, [dy, ...origin.inputs], compute)
        const before = gradients.get(x)
        gradients.set(x, before ? add(before, dx) : dx) // x was used more than once: its gradients add up
      }
      gradients.delete(y)
      owned.push(...origin.owned) // Released last: what y was composed of may still need them.
      y.origin = 'used'
      if (y !== loss) y.release(USED)
    }
    for (const one of owned) one.release(USED)
    return accumulated(gradients)
  })
  for (const [leaf, gradient] of leafGradients) leaf.grad = gradient
}

/** All tensors that a gradient will reach, each before its inputs. */
function graphOf(loss: Tensor): Tensor[] {
  const found = new Set([loss])
  // A set may grow during the walk, which then visits what was added.
  for (const { origin } of found) {
    if (origin === 'used') throw new Error(explain('backward', ...USED_TWICE))
    for (const x of origin?.inputs ?? []) if (x.requiresGrad) found.add(x)
  }
  return [...found].sort((a, b) => depthOf(b) - depthOf(a))
}

const USED = 'backward() used them and released them'
const USED_TWICE = [
  'a part of this graph was used by an earlier backward(), which released it',
  'compute the loss again, or add the losses and call backward() once',
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

function checkLoss(loss: Tensor): void {
  if (sizeOf(loss.shape) !== 1) {
    const fact = `the loss has shape ${shapeText(loss.shape)}, which is ${sizeOf(loss.shape)} numbers, expected 1`
    throw new Error(explain('backward', fact, 'sum() or mean() makes one number of many'))
  }
  if (loss.requiresGrad) return
  const fact = 'nothing that the loss was computed from requires a gradient'
  const hint = 'make parameters with { requiresGrad: true }, and compute the loss outside noGrad'
  throw new Error(explain('backward', fact, hint))
}
