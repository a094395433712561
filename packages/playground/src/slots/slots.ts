import {
  type Activation,
  fitsBackprop,
  layerActivations,
  type Loss,
  manyClasses,
  type Rule,
  type Setup,
  usedLoss,
} from '../setup/setup.ts'
import { activation, derivative } from './fill-activations.ts'
import * as losses from './fill-losses.ts'
import * as regularization from './fill-regularization.ts'
import * as rows from './fill-rows.ts'
import * as updates from './fill-updates.ts'
import type { Filling } from './filling.ts'

/** A place in the network that a student's function can fill. */
export interface Slot extends Filling {
  /** The name under which the file exports the function. */
  readonly id: string
  /** Where the function is: a lab's folder, and a file in it. */
  readonly lab: string
  readonly file: string
  /** What the page calls it. */
  readonly label: string
  /** Whether a training with this set-up calls it. */
  readonly used: (setup: Setup) => boolean
}

const activates = (name: Activation) => (setup: Setup) => layerActivations(setup).includes(name)
const loses = (name: Loss) => (setup: Setup) => usedLoss(setup) === name
const updatesBy = (name: Rule) => (setup: Setup) => setup.rule === name
const always = () => true

const LAB01 = { lab: 'labs/01-perceptron', file: 'src/perceptron.ts' }
const ACTIVATIONS = { lab: 'labs/02-activations', file: 'src/activations.ts' }
const DERIVATIVES = { lab: 'labs/02-activations', file: 'src/derivatives.ts' }
const LOSSES = { lab: 'labs/03-losses', file: 'src/losses.ts' }
const GRADIENTS = { lab: 'labs/03-losses', file: 'src/gradients.ts' }
const DESCENT = { lab: 'labs/04-gradient-descent', file: 'src/descent.ts' }
const OPTIMIZERS = { lab: 'labs/04-gradient-descent', file: 'src/optimizers.ts' }
const NETWORK = { lab: 'labs/04-gradient-descent', file: 'src/network.ts' }
const DROPOUT = { lab: 'labs/07-regularization', file: 'src/dropout.ts' }
const STOPPING = { lab: 'labs/07-regularization', file: 'src/early-stopping.ts' }
const DECAY = { lab: 'labs/07-regularization', file: 'src/weight-decay.ts' }

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
  { id: 'backprop', ...NETWORK, label: 'back-propagation', used: fitsBackprop, ...updates.backprop },
  { id: 'dropout', ...DROPOUT, label: 'dropout', used: ({ layers }) => layers.some(({ dropout }) => dropout > 0), ...regularization.dropout },
  { id: 'earlyStopping', ...STOPPING, label: 'early stopping', used: always, ...regularization.earlyStopping },
  { id: 'l2', ...DECAY, label: 'L2 penalty', used: ({ penalty, rule }) => penalty === 'L2' && rule !== 'adamw', ...regularization.l2 },
  { id: 'adamW', ...DECAY, label: 'AdamW', used: updatesBy('adamw'), ...updates.adamW },
]
