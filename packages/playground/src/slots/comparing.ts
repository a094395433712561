import type { ActivationKernel } from '../engine/activations.ts'
import { type Functions, type GradientKernel, OUR_FUNCTIONS, type RuleOptions } from '../engine/functions.ts'
import type { LossKernel } from '../engine/losses.ts'
import { Network } from '../engine/network.ts'
import type { RuleKernel } from '../engine/rules.ts'
import { type Activation, type Expressible, FEATURES, type LayerPlace, type Loss, type Rule } from '../setup/setup.ts'

/** A number in which a student's function and ours differ on the same inputs. */
export interface Differing {
  /** What the number is, such as "output of layer 2, neuron 3, example 5". */
  readonly what: string
  readonly slot: string
  readonly yours: number
  readonly ours: number
}

/** The labs ask for nine decimal places; two right functions may differ by less, because they round differently. */
const SAME = 1e-9

const LOSS_SLOTS: Readonly<Record<Loss, string>> = {
  squared: 'mse',
  absolute: 'mae',
  logistic: 'bceWithLogits',
  'cross-entropy': 'crossEntropy',
}

const RULE_SLOTS: Readonly<Record<Rule, string>> = {
  sgd: 'step',
  momentum: 'momentum',
  rmsprop: 'rmsprop',
  adam: 'adam',
  adamw: 'adamW',
}

/**
 * These functions, each call of which is repeated with ours on the same inputs. A difference is reported where it
 * arises, so a wrong derivative isn't blamed on the layers before it. Dropout is ours: two right ones draw other masks.
 *
 * @param sizes the width of each layer, features first
 * @param watch whether calls are compared now, and what hears of a difference
 */
export function comparing(
  yours: Functions,
  sizes: readonly number[],
  watch: { readonly active: () => boolean; readonly report: (difference: Differing) => void },
): Functions {
  const check: Context['check'] = (slot, mine, right, count, what) => {
    for (let i = 0; i < count; i += 1)
      if (Math.abs(mine[i] - right[i]) > SAME * Math.max(1, Math.abs(mine[i]), Math.abs(right[i])))
        return watch.report({ what: what(i), slot, yours: mine[i], ours: right[i] })
  }
  const context: Context = { active: watch.active, check, sizes }
  return {
    ...yours,
    features: at => {
      const columns = yours.features(at)
      if (!watch.active()) return columns
      const n = at.length / 2
      check(
        'features',
        columns,
        OUR_FUNCTIONS.features(at),
        columns.length,
        i => `feature ${FEATURES[Math.floor(i / n)]} of a point`,
      )
      return columns
    },
    activation: (name, layer = 0) => comparedActivation(context, yours, name, layer),
    loss: name => comparedLoss(context, yours.loss(name), name),
    rule: options => comparedRule(context, yours, options),
    dropout: (p, rng) => OUR_FUNCTIONS.dropout(p, rng),
    backprop(layers) {
      const mine = yours.backprop(layers)
      const network = { layers, activations: ['tanh', 'linear'], loss: 'squared' } as const
      return mine && comparedGradient(context, 'backprop', mine, network)
    },
    autodiff(network) {
      const mine = yours.autodiff(network)
      return mine && comparedGradient(context, 'backward', mine, network)
    },
    addL2(theta, gradient, layers, decay) {
      if (!watch.active()) return yours.addL2(theta, gradient, layers, decay)
      const right = gradient.slice()
      OUR_FUNCTIONS.addL2(theta, right, layers, decay)
      yours.addL2(theta, gradient, layers, decay)
      check('l2', gradient, right, right.length, i => `gradient with the penalty, ${parameterName(layers, i)}`)
    },
  }
}

interface Context {
  /** Whether calls are compared now: only during steps, and until the first difference. */
  readonly active: () => boolean
  readonly sizes: readonly number[]
  readonly check: (
    slot: string,
    mine: ArrayLike<number>,
    right: ArrayLike<number>,
    count: number,
    what: (i: number) => string,
  ) => void
}

function comparedActivation(
  { active, check, sizes }: Context,
  yours: Functions,
  name: Activation,
  layer: number,
): ActivationKernel {
  const mine = yours.activation(name, layer)
  const ours = OUR_FUNCTIONS.activation(name)
  const where = layer === sizes.length - 2 ? 'the output' : `layer ${layer + 1}`
  const at = (count: number) => (i: number) => {
    const n = count / sizes[layer + 1]
    return `${where}, neuron ${Math.floor(i / n) + 1}, example ${(i % n) + 1}`
  }
  return {
    forward(z, y, count) {
      if (!active()) return mine.forward(z, y, count)
      const right = new Float64Array(count)
      ours.forward(z, right, count)
      mine.forward(z, y, count)
      check(name, y, right, count, i => `answer of ${at(count)(i)}`)
    },
    backward(dy, z, y, count) {
      if (!active()) return mine.backward(dy, z, y, count)
      const right = dy.slice(0, count)
      ours.backward(right, z, y, count)
      mine.backward(dy, z, y, count)
      check(`${name}Backward`, dy, right, count, i => `gradient of ${at(count)(i)}`)
    },
  }
}

function comparedLoss({ active, check, sizes }: Context, mine: LossKernel, name: Loss): LossKernel {
  const ours = OUR_FUNCTIONS.loss(name)
  return {
    value(output, target, n, width) {
      const value = mine.value(output, target, n, width)
      if (!active()) return value
      check(LOSS_SLOTS[name], [value], [ours.value(output, target, n, width)], 1, () => 'loss')
      return value
    },
    gradient(output, target, into, n, width) {
      if (!active()) return mine.gradient(output, target, into, n, width)
      const right = new Float64Array(n * width)
      ours.gradient(output, target, right, n, width)
      mine.gradient(output, target, into, n, width)
      const what = (i: number) =>
        `gradient of output ${Math.floor(i / n) + 1} of ${sizes[sizes.length - 1]}, example ${(i % n) + 1}`
      check(`${LOSS_SLOTS[name]}Gradient`, into, right, right.length, what)
    },
  }
}

function comparedRule({ active, check }: Context, yours: Functions, options: RuleOptions): RuleKernel {
  const mine = yours.rule(options)
  const ours = OUR_FUNCTIONS.rule(options)
  return {
    update(theta, gradient, learningRate) {
      if (!active()) return mine.update(theta, gradient, learningRate)
      const right = theta.slice()
      ours.update(right, gradient, learningRate)
      mine.update(theta, gradient, learningRate)
      const what = (i: number) => `${parameterName(options.layers, i)} after the step`
      check(RULE_SLOTS[options.rule], theta, right, right.length, what)
    },
    memory: () => mine.memory(),
    restore(memory) {
      mine.restore(memory)
      ours.restore(memory)
    },
  }
}

/** A student's gradient of a whole network without dropout, beside ours. */
function comparedGradient(
  { active, check, sizes }: Context,
  slot: string,
  mine: GradientKernel,
  { layers, activations, loss }: Expressible,
): GradientKernel {
  const ours = new Network({
    sizes,
    activations: activations.map(name => OUR_FUNCTIONS.activation(name)),
    loss: OUR_FUNCTIONS.loss(loss),
    dropouts: activations.map(() => null),
  })
  return (theta, x, target, n, into) => {
    mine(theta, x, target, n, into)
    if (!active()) return
    const right = new Float64Array(into.length)
    ours.gradient(theta, x, target, n, right)
    check(slot, into, right, right.length, i => `gradient of ${parameterName(layers, i)}`)
  }
}

/** What a parameter is, by its index in the flat list: "the weight from 2 to 3 of layer 1". All count from 1. */
export function parameterName(layers: readonly LayerPlace[], index: number): string {
  const l = layers.findIndex(({ biases, outputs }) => index < biases + outputs)
  const { outputs, weights, biases } = layers[l]
  if (index >= biases) return `the bias of neuron ${index - biases + 1} of layer ${l + 1}`
  const from = Math.floor((index - weights) / outputs) + 1
  return `the weight from ${from} to ${((index - weights) % outputs) + 1} of layer ${l + 1}`
}
