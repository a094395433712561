/** The features of a point (x₁, x₂), by the names that TensorFlow Playground gives them in its links. */
export const FEATURES = ['x', 'y', 'xSquared', 'ySquared', 'xTimesY', 'sinX', 'sinY'] as const
export type Feature = (typeof FEATURES)[number]

export const ACTIVATIONS = ['relu', 'tanh', 'sigmoid', 'linear', 'gelu'] as const
export type Activation = (typeof ACTIVATIONS)[number]

/** Sets of points of two classes, and of up to five (`classes`); `painted` and `file` are the user's own points. */
export const CLASS_SETS = ['circle', 'xor', 'gauss', 'spiral', 'classes', 'formula', 'painted', 'file'] as const
export type ClassSet = (typeof CLASS_SETS)[number]

export const VALUE_SETS = ['reg-plane', 'reg-gauss'] as const
export type ValueSet = (typeof VALUE_SETS)[number]

export const RULES = ['sgd', 'momentum', 'rmsprop', 'adam', 'adamw'] as const
export type Rule = (typeof RULES)[number]

/** How a network starts: TensorFlow Playground's −0.5 to 0.5 with biases of 0.1, by fans, all 0, or all the same number. */
export const INITS = ['uniform', 'glorot', 'he', 'zeros', 'same'] as const
export type Init = (typeof INITS)[number]

export const LOSSES = ['squared', 'absolute', 'logistic', 'cross-entropy'] as const
export type Loss = (typeof LOSSES)[number]

export const SCHEDULES = ['constant', 'step', 'cosine'] as const
export type Schedule = (typeof SCHEDULES)[number]

export const PENALTIES = ['none', 'L1', 'L2'] as const
export type Penalty = (typeof PENALTIES)[number]

export const MOST = { layers: 8, neurons: 16, classes: 5 } as const

/** One hidden layer. */
export interface HiddenLayer {
  readonly neurons: number
  /** Its own activation; the network's where it is missing. */
  readonly activation?: Activation
  /** The probability of dropping a neuron, 0 ≤ p < 1. */
  readonly dropout: number
}

/** Everything that decides a training: a link holds exactly this. */
export interface Setup {
  readonly problem: 'classification' | 'regression'
  readonly dataset: ClassSet
  readonly regDataset: ValueSet
  /** How many classes `dataset: 'classes'` has, 2 to 5. */
  readonly classes: number
  /** For `dataset: 'formula'`: points above the curve x₂ = f(x₁) are +1. */
  readonly formula: string
  /** In percent, 0 to 50 on the slider, up to 80 in a link. */
  readonly noise: number
  /** The share of the points to train on, in percent. */
  readonly trainShare: number
  readonly batchSize: number
  /** Decides points, weights and order. Any text, such as 0.48213. What follows a last `/` doesn't change the points. */
  readonly seed: string
  readonly features: readonly Feature[]
  readonly layers: readonly HiddenLayer[]
  readonly activation: Activation
  readonly init: Init
  readonly loss: Loss
  readonly rule: Rule
  readonly learningRate: number
  readonly schedule: Schedule
  readonly penalty: Penalty
  readonly penaltyRate: number
  /** Shown, not learned: */
  readonly showTestData: boolean
  readonly discretize: boolean
}

/** What TensorFlow Playground starts with. */
export const DEFAULT_SETUP: Setup = {
  problem: 'classification',
  dataset: 'circle',
  regDataset: 'reg-plane',
  classes: 3,
  formula: '2*sin(x)',
  noise: 0,
  trainShare: 50,
  batchSize: 10,
  seed: '0.48213',
  features: ['x', 'y'],
  layers: [
    { neurons: 4, dropout: 0 },
    { neurons: 2, dropout: 0 },
  ],
  activation: 'tanh',
  init: 'uniform',
  loss: 'squared',
  rule: 'sgd',
  learningRate: 0.03,
  schedule: 'constant',
  penalty: 'none',
  penaltyRate: 0,
  showTestData: false,
  discretize: false,
}

/** The width of each layer: features, hidden layers, outputs (one, or one for each class). */
export function layerSizes(setup: Setup): number[] {
  return [setup.features.length, ...setup.layers.map(({ neurons }) => neurons), outputs(setup)]
}

const outputs = (setup: Setup): number => (manyClasses(setup) ? setup.classes : 1)

/** Whether the targets are classes 0, 1, … rather than −1 and +1, or numbers. */
export const manyClasses = ({ problem, dataset }: Setup): boolean =>
  problem === 'classification' && dataset === 'classes'

/**
 * The loss that is used: cross-entropy for several classes, whatever is chosen; `logistic` for `cross-entropy` of two,
 * which is the same; and squared errors for regression where a loss needs classes.
 */
export function usedLoss(setup: Setup): Loss {
  if (manyClasses(setup)) return 'cross-entropy'
  if (setup.loss === 'squared' || setup.loss === 'absolute') return setup.loss
  return setup.problem === 'regression' ? 'squared' : 'logistic'
}

/** The activation of each hidden layer, then that of the output: tanh where classes −1 and +1 have a loss of values. */
export function layerActivations(setup: Setup): Activation[] {
  const loss = usedLoss(setup)
  const bounded = setup.problem === 'classification' && (loss === 'squared' || loss === 'absolute')
  return [...setup.layers.map(({ activation }) => activation ?? setup.activation), bounded ? 'tanh' : 'linear']
}

/** Where the numbers of one layer are in the flat list of all parameters: its weights `[in, out]`, then its biases `[out]`. */
export interface LayerPlace {
  readonly inputs: number
  readonly outputs: number
  readonly weights: number
  readonly biases: number
}

/** The places of all layers, and how many numbers there are in all. */
export function parameterLayout(sizes: readonly number[]): { layers: LayerPlace[]; count: number } {
  let count = 0
  const layers = sizes.slice(1).map((outputs, i) => {
    const inputs = sizes[i]
    const place = { inputs, outputs, weights: count, biases: count + inputs * outputs }
    count += inputs * outputs + outputs
    return place
  })
  return { layers, count }
}

/** A network that lab 08's engine can express. */
export interface Expressible {
  readonly layers: readonly LayerPlace[]
  /** One for each layer. */
  readonly activations: readonly Exclude<Activation, 'gelu'>[]
  readonly loss: Loss
}

/** The network as lab 08's engine can express it; null if it can't, because there is a GELU or a dropout in it. */
export function expressible(setup: Setup): Expressible | null {
  const { layers } = parameterLayout(layerSizes(setup))
  const activations = layerActivations(setup).filter(name => name !== 'gelu')
  if (activations.length < layers.length || setup.layers.some(({ dropout }) => dropout > 0)) return null
  return { layers, activations, loss: usedLoss(setup) }
}

/** Whether lab 04's `backprop` fits: one hidden layer of tanh without dropout, a linear output, and squared errors. */
export function fitsBackprop(setup: Setup): boolean {
  const [hidden, output] = layerActivations(setup)
  return (
    setup.layers.length === 1 &&
    setup.layers[0].dropout === 0 &&
    hidden === 'tanh' &&
    output === 'linear' &&
    usedLoss(setup) === 'squared' &&
    !manyClasses(setup)
  )
}
