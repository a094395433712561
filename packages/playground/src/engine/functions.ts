import type { Rng } from '@backprop/core/random'
import { type FeatureColumns, featureColumns } from '../data/columns.ts'
import type { Activation, Expressible, LayerPlace, Loss, Rule } from '../setup/setup.ts'
import { ACTIVATION_KERNELS, type ActivationKernel } from './activations.ts'
import { dropoutKernel } from './dropout.ts'
import { type EarlyStopping, earlyStopping } from './early-stopping.ts'
import { LOSS_KERNELS, type LossKernel, softmaxColumns } from './losses.ts'
import type { DropoutKernel } from './network.ts'
import { type RuleKernel, ruleKernel } from './rules.ts'

/** What an update rule is made for. */
export interface RuleOptions {
  readonly rule: Rule
  readonly layers: readonly LayerPlace[]
  /** How many parameters there are. */
  readonly count: number
  /** η at the start; a schedule may change it later. */
  readonly learningRate: number
  /** λ of AdamW's decoupled decay, which only weights have; 0 for other rules. */
  readonly decay: number
}

/** into ← the gradient of the mean loss of n examples x `[features, n]` */
export type GradientKernel = (
  theta: Float64Array,
  x: Float64Array,
  target: Float64Array,
  n: number,
  into: Float64Array,
) => void

/** Every function that a run is made of: all ours, or the student's where they are written. */
export interface Functions {
  readonly features: FeatureColumns
  /** `layer` counts from 0, the output is the last one; it only says what a difference is called. */
  activation(name: Activation, layer?: number): ActivationKernel
  loss(name: Loss): LossKernel
  /** into ← the probabilities of classes, from logits, both `[width, n]` */
  softmax(logits: Float64Array, into: Float64Array, n: number, width: number): void
  rule(options: RuleOptions): RuleKernel
  dropout(p: number, rng: Rng): DropoutKernel
  /** gradient ← gradient + ∂/∂w of (λ/2) Σ w², over the weights of all layers */
  addL2(theta: Float64Array, gradient: Float64Array, layers: readonly LayerPlace[], decay: number): void
  /** Back-propagation through one hidden layer of tanh and a linear output, with ½ (ŷ − y)²; null for the network's own. */
  backprop(layers: readonly LayerPlace[]): GradientKernel | null
  /** Differentiation of the loss's graph, for networks that `backprop` doesn't do; null for the network's own. */
  autodiff(network: Expressible): GradientKernel | null
  readonly earlyStopping: EarlyStopping
}

/** Ours. */
export const OUR_FUNCTIONS: Functions = {
  features: featureColumns,
  activation: name => ACTIVATION_KERNELS[name],
  loss: name => LOSS_KERNELS[name],
  softmax: softmaxColumns,
  rule: ruleKernel,
  dropout: dropoutKernel,
  addL2(theta, gradient, layers, decay) {
    for (const { inputs, outputs, weights } of layers)
      for (let i = weights; i < weights + inputs * outputs; i += 1) gradient[i] += decay * theta[i]
  },
  backprop: () => null,
  autodiff: () => null,
  earlyStopping,
}
