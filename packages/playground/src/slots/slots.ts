import {
  type Activation,
  expressible,
  fitsBackprop,
  layerActivations,
  type Loss,
  manyClasses,
  type Rule,
  type Setup,
  usedLoss,
} from '../setup/setup.ts'
import { activation, derivative } from './fill-activations.ts'
import { autodiff } from './fill-autodiff.ts'
import * as losses from './fill-losses.ts'
import * as regularization from './fill-regularization.ts'
import * as rows from './fill-rows.ts'
import * as tabs from './fill-tabs.ts'
import * as updates from './fill-updates.ts'
import type { Filling } from './filling.ts'

/** Where the page uses a function. */
export type SlotTab = 'plane' | 'digits' | 'words'

/** A place in a network that a student's function can fill. */
export interface Slot extends Filling {
  readonly tab: SlotTab
  /** The name under which the file exports the function. */
  readonly id: string
  /** Where the function is: a lab's folder, and a file in it. */
  readonly lab: string
  readonly file: string
  /** What the page calls it. */
  readonly label: string
  /** Whether a training of the plane with this set-up calls it. */
  readonly used: (setup: Setup) => boolean
  /** The slots whose functions are not called while a student's function is used here. */
  readonly replaces?: readonly string[]
  /** How long one call may take before it counts as endless. One second unless given. */
  readonly seconds?: number
}

const activates = (name: Activation) => (setup: Setup) => layerActivations(setup).includes(name)
const loses = (name: Loss) => (setup: Setup) => usedLoss(setup) === name
const updatesBy = (name: Rule) => (setup: Setup) => setup.rule === name
const always = () => true
const never = () => false

const LAB01 = { tab: 'plane', lab: 'labs/01-perceptron', file: 'src/perceptron.ts' } as const
const ACTIVATIONS = { tab: 'plane', lab: 'labs/02-activations', file: 'src/activations.ts' } as const
const DERIVATIVES = { tab: 'plane', lab: 'labs/02-activations', file: 'src/derivatives.ts' } as const
const LOSSES = { tab: 'plane', lab: 'labs/03-losses', file: 'src/losses.ts' } as const
const GRADIENTS = { tab: 'plane', lab: 'labs/03-losses', file: 'src/gradients.ts' } as const
const DESCENT = { tab: 'plane', lab: 'labs/04-gradient-descent', file: 'src/descent.ts' } as const
const OPTIMIZERS = { tab: 'plane', lab: 'labs/04-gradient-descent', file: 'src/optimizers.ts' } as const
const NETWORK = { tab: 'plane', lab: 'labs/04-gradient-descent', file: 'src/network.ts' } as const
const DROPOUT = { tab: 'plane', lab: 'labs/07-regularization', file: 'src/dropout.ts' } as const
const STOPPING = { tab: 'plane', lab: 'labs/07-regularization', file: 'src/early-stopping.ts' } as const
const DECAY = { tab: 'plane', lab: 'labs/07-regularization', file: 'src/weight-decay.ts' } as const
const TENSORS = { tab: 'plane', lab: 'labs/08-autodiff', file: 'src/tensors.ts' } as const
const ATTENTION = { tab: 'words', lab: 'labs/10-attention', used: never } as const
const LIMITS = { tab: 'digits', lab: 'labs/11-limits', used: never } as const

/** The slots of the way back through a network, which `backprop` and `backward` go by themselves. */
const WAY_BACK = [
  ...['sigmoidBackward', 'tanhBackward', 'reluBackward'],
  ...['mseGradient', 'maeGradient', 'bceWithLogitsGradient', 'crossEntropyGradient'],
]

// prettier-ignore
/** All of them, in the order of the labs. A new one is one entry. */
export const SLOTS: readonly Slot[] = [
  { id: 'features', ...LAB01, label: 'features', used: always, ...rows.features },
  { id: 'sigmoid', ...ACTIVATIONS, label: 'sigmoid', used: activates('sigmoid'), ...activation('sigmoid') },
  { id: 'tanh', ...ACTIVATIONS, label: 'tanh', used: activates('tanh'), ...activation('tanh') },
  { id: 'relu', ...ACTIVATIONS, label: 'ReLU', used: activates('relu'), ...activation('relu') },
  { id: 'gelu', ...ACTIVATIONS, label: 'GELU', used: activates('gelu'), ...activation('gelu') },
  { id: 'softmax', ...ACTIVATIONS, label: 'softmax', used: manyClasses, ...rows.softmax },
  { id: 'sigmoidBackward', ...DERIVATIVES, label: 'derivative of the sigmoid', used: activates('sigmoid'), ...derivative('sigmoid', 'y') },
  { id: 'tanhBackward', ...DERIVATIVES, label: 'derivative of tanh', used: activates('tanh'), ...derivative('tanh', 'y') },
  { id: 'reluBackward', ...DERIVATIVES, label: 'derivative of ReLU', used: activates('relu'), ...derivative('relu', 'x') },
  { id: 'geluBackward', ...DERIVATIVES, label: 'derivative of GELU', used: activates('gelu'), ...derivative('gelu', 'x') },
  { id: 'mse', ...LOSSES, label: 'squared error', used: loses('squared'), ...losses.mse },
  { id: 'mae', ...LOSSES, label: 'absolute error', used: loses('absolute'), ...losses.mae },
  { id: 'bceWithLogits', ...LOSSES, label: 'binary cross-entropy', used: loses('logistic'), ...losses.bceWithLogits },
  { id: 'crossEntropy', ...LOSSES, label: 'cross-entropy', used: manyClasses, ...losses.crossEntropy },
  { id: 'mseGradient', ...GRADIENTS, label: 'gradient of the squared error', used: loses('squared'), ...losses.mseGradient },
  { id: 'maeGradient', ...GRADIENTS, label: 'gradient of the absolute error', used: loses('absolute'), ...losses.maeGradient },
  { id: 'bceWithLogitsGradient', ...GRADIENTS, label: 'gradient of the binary cross-entropy', used: loses('logistic'), ...losses.bceWithLogitsGradient },
  { id: 'crossEntropyGradient', ...GRADIENTS, label: 'gradient of the cross-entropy', used: manyClasses, ...losses.crossEntropyGradient },
  { id: 'step', ...DESCENT, label: 'step of gradient descent', used: updatesBy('sgd'), ...updates.step },
  { id: 'momentum', ...OPTIMIZERS, label: 'momentum', used: updatesBy('momentum'), ...updates.optimizer('momentum') },
  { id: 'rmsprop', ...OPTIMIZERS, label: 'RMSProp', used: updatesBy('rmsprop'), ...updates.optimizer('rmsprop') },
  { id: 'adam', ...OPTIMIZERS, label: 'Adam', used: updatesBy('adam'), ...updates.optimizer('adam') },
  { id: 'backprop', ...NETWORK, label: 'back-propagation', used: fitsBackprop, replaces: ['backward', ...WAY_BACK], ...updates.backprop },
  { id: 'dropout', ...DROPOUT, label: 'dropout', used: ({ layers }) => layers.some(({ dropout }) => dropout > 0), ...regularization.dropout },
  { id: 'earlyStopping', ...STOPPING, label: 'early stopping', used: always, ...regularization.earlyStopping },
  { id: 'l2', ...DECAY, label: 'L2 penalty', used: ({ penalty, rule }) => penalty === 'L2' && rule !== 'adamw', ...regularization.l2 },
  { id: 'adamW', ...DECAY, label: 'AdamW', used: updatesBy('adamw'), ...updates.adamW },
  { id: 'backward', ...TENSORS, label: 'automatic differentiation', used: setup => expressible(setup) !== null, replaces: WAY_BACK, ...autodiff },
  { id: 'positions', ...ATTENTION, file: 'src/positions.ts', label: 'positions', ...tabs.positions },
  { id: 'attention', ...ATTENTION, file: 'src/attention.ts', label: 'attention', ...tabs.attention },
  { id: 'forward', ...ATTENTION, file: 'src/network.ts', label: 'the transformer', ...tabs.forward },
  { id: 'fit', ...ATTENTION, file: 'src/network.ts', label: 'its training', seconds: 30, ...tabs.fit },
  { id: 'rollout', ...ATTENTION, file: 'src/look.ts', label: 'attention through all blocks', ...tabs.rollout },
  { id: 'inputGradient', ...LIMITS, file: 'src/gradient.ts', label: 'gradient of the pixels', ...tabs.inputGradient },
  { id: 'fgsm', ...LIMITS, file: 'src/attack.ts', label: 'fast gradient sign method', ...tabs.fgsm },
]
