import type { Points } from '../../data/points.ts'
import {
  type Activation,
  type Feature,
  type Init,
  layerActivations,
  layerSizes,
  manyClasses,
  type Setup,
  usedLoss,
} from '../../setup/setup.ts'

/** What an exported program contains. */
export interface ExportOptions {
  readonly setup: Setup
  readonly train: Points
  readonly test: Points
  readonly epochs: number
}

/** A TypeScript program that trains the network of a set-up on the same points with `@backprop/nn`. */
export function exportCode(options: ExportOptions): string {
  const body = [dataPart(options), modelPart(options), trainingPart(options)].join('\n')
  return `${imports(body)}\n${body}\n${pointsPart(options)}`
}

const PACKAGES = {
  '@backprop/core': [
    ...['abs', 'add', 'bceWithLogits', 'crossEntropy', 'full', 'gelu', 'mae', 'mse', 'mul', 'normal', 'plain', 'relu'],
    ...['rng', 'sigmoid', 'square', 'sum', 'tanh', 'Tensor', 'uniform', 'zeros'],
  ],
  '@backprop/nn': [
    ...['accuracy', 'Adam', 'batchesOf', 'cosineDecay', 'Dropout', 'evaluate', 'fit', 'glorotUniform', 'heNormal'],
    ...['Linear', 'parameters', 'RMSProp', 'sequential', 'SGD', 'stepDecay'],
  ],
} as const

/** Imports exactly the names that the program uses. */
function imports(body: string): string {
  return Object.entries(PACKAGES)
    .map(([from, names]) => {
      const used = names.filter(name => new RegExp(`\\b${name}\\b(?!:)`).test(body))
      return `import { ${used.map(name => (name === 'Tensor' ? 'type Tensor' : name)).join(', ')} } from '${from}'\n`
    })
    .join('')
}

const FEATURE_CODE: Record<Feature, string> = {
  x: 'x1',
  y: 'x2',
  xSquared: 'x1 ** 2',
  ySquared: 'x2 ** 2',
  xTimesY: 'x1 * x2',
  sinX: 'Math.sin(x1)',
  sinY: 'Math.sin(x2)',
}

function dataPart({ setup }: ExportOptions): string {
  const names = setup.features.map(name => FEATURE_CODE[name]).join(', ')
  const used = ['x1', 'x2'].map(name => (names.includes(name) ? name : `_${name}`)).join(', ')
  const target = manyClasses(setup)
    ? 'y: points.map(([, , label]) => label)'
    : `y: { values: points.map(([, , target]) => ${usedLoss(setup) === 'logistic' ? '(target + 1) / 2' : 'target'}), shape: [1] }`
  return `const on = plain()
const random = rng(${hashOf(setup.seed)})

type Point = readonly [x1: number, x2: number, target: number]

const features = ([${used}]: Point) => [${names}]

const rows = (points: readonly Point[]) => ({
  x: { values: points.flatMap(features), shape: [${setup.features.length}] },
  ${target},
})

/** The indices of the examples in random order, ${setup.batchSize} in each batch. */
function* shuffled(count: number) {
  const order = random.permutation(count)
  for (let i = 0; i < count; i += ${setup.batchSize}) yield order.subarray(i, i + ${setup.batchSize})
}

const train = rows(trainingPoints())
const test = rows(testPoints())
const trainBatches = () => batchesOf(train, shuffled(trainingPoints().length), { on })
const testBatches = () => batchesOf(test, [testPoints().map((_, i) => i)], { on })
`
}

const ACTIVATION_CODE: Record<Activation, string | null> = {
  relu: 'relu',
  tanh: 'tanh',
  sigmoid: 'sigmoid',
  linear: null,
  gelu: 'gelu',
}

/** Options of `Linear`: how its weights start. */
const INIT_CODE: Record<Init, string> = {
  uniform: 'weight: (shape, init) => uniform(shape, { ...init, low: -0.5, high: 0.5 })',
  glorot: 'weight: glorotUniform',
  he: 'weight: heNormal',
  zeros: 'weight: zeros',
  same: 'weight: (shape, { on }) => full(shape, 0.3, { on })',
}

function modelPart({ setup }: ExportOptions): string {
  const sizes = layerSizes(setup)
  const activations = layerActivations(setup)
  const linears = sizes
    .slice(1)
    .map(
      (outputs, i) =>
        `const layer${i + 1} = new Linear(${sizes[i]}, ${outputs}, { on, rng: random, ${INIT_CODE[setup.init]} })`,
    )
  const layers = activations.flatMap((activation, i) => [
    `layer${i + 1}`,
    ...[ACTIVATION_CODE[activation]].filter(name => name !== null),
    ...(i < setup.layers.length && setup.layers[i].dropout > 0 ? [`new Dropout(${setup.layers[i].dropout})`] : []),
  ])
  const names = linears.map((_, i) => `layer${i + 1}`).join(', ')
  const biases =
    setup.init === 'uniform'
      ? `for (const { bias } of linears) bias.value = full(bias.value.shape, 0.1, { on, requiresGrad: true })\n`
      : ''
  return `${linears.join('\n')}
const linears = [${names}]
${biases}const model = sequential(${layers.join(', ')})
`
}

const LOSS_CODE = {
  squared: '(output: Tensor, y: Tensor) => mul(mse(output, y), 0.5)',
  absolute: 'mae',
  logistic: 'bceWithLogits',
  'cross-entropy': 'crossEntropy',
} as const

function lossPart(setup: Setup): string {
  const lines = [`const loss = ${LOSS_CODE[usedLoss(setup)]}`]
  const decays = setup.rule === 'adamw' && setup.penalty === 'L2'
  if (setup.penalty === 'none' || setup.penaltyRate === 0 || decays) return `${lines.join('\n')}\n`
  const [size, rate] = setup.penalty === 'L1' ? ['abs', setup.penaltyRate] : ['square', setup.penaltyRate / 2]
  const y = manyClasses(setup) ? 'Int32Array' : 'Tensor'
  lines.push(
    `/** ${setup.penalty} regularization of all weights, not of biases. */`,
    `const penalty = () => mul(linears.map(({ weight }) => sum(${size}(weight.value))).reduce((a, b) => add(a, b)), ${rate})`,
    `const penalized = (output: Tensor, y: ${y}) => add(loss(output, y), penalty())`,
  )
  return `${lines.join('\n')}\n`
}

function optimizerCode(setup: Setup, steps: number): string {
  const { rule, learningRate, schedule, penalty, penaltyRate } = setup
  const rate = {
    constant: `learningRate: ${learningRate}`,
    step: `learningRate: stepDecay(${learningRate}, { every: ${100 * steps}, factor: 0.5 })`,
    cosine: `learningRate: cosineDecay(${learningRate}, { steps: ${500 * steps}, end: ${0.01 * learningRate} })`,
  }[schedule]
  const decay = penalty === 'L2' && penaltyRate > 0 ? `, weightDecay: ${penaltyRate}` : ''
  const list = 'parameters(model)'
  return {
    sgd: `new SGD(${list}, { ${rate} })`,
    momentum: `new SGD(${list}, { ${rate}, momentum: 0.9 })`,
    rmsprop: `new RMSProp(${list}, { ${rate} })`,
    adam: `new Adam(${list}, { ${rate} })`,
    adamw: `new Adam(${list}, { ${rate}, decoupled: true${decay} })`,
  }[rule]
}

function trainingPart({ setup, train, epochs }: ExportOptions): string {
  const steps = Math.max(1, Math.ceil(train.target.length / setup.batchSize))
  const losses = lossPart(setup)
  const trained = losses.includes('penalized') ? 'loss: penalized' : 'loss'
  const metrics =
    setup.problem === 'regression' ? '' : `, metrics: { ${manyClasses(setup) ? 'accuracy' : 'accuracy: rightSide'} }`
  const border = usedLoss(setup) === 'logistic' ? ' and the targets 0 or 1' : ''
  const accuracy =
    metrics === '' || manyClasses(setup)
      ? ''
      : `
/** The share of outputs on the right side: a positive output is class +1${border}. */
async function rightSide(output: Tensor, y: Tensor): Promise<number> {
  const [outputs, targets] = [await output.data(), await y.data()]
  return outputs.filter((z, i) => z > 0 === targets[i] > 0).length / outputs.length
}
`
  return `${losses}${accuracy}
const optimizer = ${optimizerCode(setup, steps)}
const before = await evaluate(model, testBatches, { loss${metrics} })
await fit(model, trainBatches, { ${trained}, optimizer, epochs: ${epochs}, rng: random })
const after = await evaluate(model, testBatches, { loss${metrics} })
console.log(JSON.stringify({ before, after }))
`
}

const DECIMALS = 4
const PER_LINE = 6

function pointsPart({ train, test }: ExportOptions): string {
  const list = ({ at, target }: Points) => {
    const texts = Array.from(target, (value, i) => {
      const numbers = [at[2 * i], at[2 * i + 1], value]
      return `[${numbers.map(number => Number(number.toFixed(DECIMALS))).join(', ')}]`
    })
    const lines = Array.from({ length: Math.ceil(texts.length / PER_LINE) }, (_, i) =>
      texts.slice(PER_LINE * i, PER_LINE * (i + 1)).join(', '),
    )
    return lines.map(line => `    ${line},\n`).join('')
  }
  return `function trainingPoints(): readonly Point[] {
  return [
${list(train)}  ]
}

function testPoints(): readonly Point[] {
  return [
${list(test)}  ]
}
`
}

/** A seed as a whole number: the program draws its first weights and its order from another generator than the page. */
function hashOf(seed: string): number {
  let hash = 0
  for (const character of seed) hash = (Math.imul(hash, 31) + (character.codePointAt(0) ?? 0)) >>> 0
  return hash
}
