import { expect, test } from '@backprop/testkit'
import fc from 'fast-check'
import { LIMITS, readHash, writeHash } from '../src/setup/hash.ts'
import {
  ACTIVATIONS,
  CLASS_SETS,
  DEFAULT_SETUP,
  FEATURES,
  INITS,
  LOSSES,
  MOST,
  PENALTIES,
  RULES,
  SCHEDULES,
  type Setup,
  VALUE_SETS,
} from '../src/setup/setup.ts'

const between = ({ min, max }: { min: number; max: number }) =>
  fc.double({ min, max, noNaN: true }).map(value => value + 0)
const notBlank = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 }).filter(text => text.trim() !== '')

const layer = fc.oneof(
  fc.record({ neurons: fc.integer({ min: 1, max: MOST.neurons }), dropout: between(LIMITS.dropout) }),
  fc.record({
    neurons: fc.integer({ min: 1, max: MOST.neurons }),
    dropout: between(LIMITS.dropout),
    activation: fc.constantFrom(...ACTIVATIONS),
  }),
)

const setups: fc.Arbitrary<Setup> = fc.record({
  problem: fc.constantFrom('classification', 'regression'),
  dataset: fc.constantFrom(...CLASS_SETS),
  regDataset: fc.constantFrom(...VALUE_SETS),
  classes: fc.integer({ min: 2, max: MOST.classes }),
  formula: notBlank,
  noise: between(LIMITS.noise),
  trainShare: between(LIMITS.trainShare),
  batchSize: fc.integer(LIMITS.batchSize),
  seed: notBlank,
  features: fc.subarray([...FEATURES]),
  layers: fc.array(layer, { maxLength: MOST.layers }),
  activation: fc.constantFrom(...ACTIVATIONS),
  init: fc.constantFrom(...INITS),
  loss: fc.constantFrom(...LOSSES),
  rule: fc.constantFrom(...RULES),
  learningRate: between(LIMITS.learningRate),
  schedule: fc.constantFrom(...SCHEDULES),
  penalty: fc.constantFrom(...PENALTIES),
  penaltyRate: between(LIMITS.penaltyRate),
  showTestData: fc.boolean(),
  discretize: fc.boolean(),
})

test('a link gives back the set-up, the hidden controls and nothing to complain about', () => {
  const hidden = fc.uniqueArray(fc.constantFrom('learningRate', 'dataset', 'playButton', 'noise'))
  fc.assert(
    fc.property(setups, hidden, fc.boolean(), (setup, hide, hideText) => {
      const link = readHash(`#${writeHash({ setup, hidden: hide, hideText })}`, 'fresh')
      expect(link).toEqual({ setup, hidden: hide, hideText, ignored: [] })
    }),
  )
})

test('any text at all is read, and gives a set-up that can be written and read', () => {
  const keys = fc.constantFrom(
    ...['activation', 'networkShape', 'noise', 'batchSize', 'x', 'seed', 'problem', 'dropouts', '_hide', '__proto__'],
  )
  const noise = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.array(fc.tuple(keys, fc.string()).map(pair => pair.join('='))).map(pairs => pairs.join('&')),
  )
  fc.assert(
    fc.property(noise, hash => {
      const { setup } = readHash(hash, 'fresh')
      expect(readHash(writeHash({ setup }), 'other').setup).toEqual(setup)
    }),
  )
})

const layers = (...neurons: number[]) => neurons.map(count => ({ neurons: count, dropout: 0 }))

/** Links of TensorFlow Playground, without what is the same in all of them. */
const oldLinks: Record<string, [string, Partial<Setup>]> = {
  'nothing at all': ['', {}],
  'what the page writes when it opens': [
    '#activation=tanh&batchSize=10&dataset=circle&regDataset=reg-plane&learningRate=0.03&regularizationRate=0&noise=0&networkShape=4,2&seed=0.83905&showTestData=false&discretize=false&percTrainData=50&x=true&y=true&xTimesY=false&xSquared=false&ySquared=false&cosX=false&sinX=false&cosY=false&sinY=false&collectStats=false&problem=classification&initZero=false&hideText=false',
    { seed: '0.83905' },
  ],
  'logistic regression on two clouds': [
    '#activation=linear&batchSize=10&dataset=gauss&regDataset=reg-plane&learningRate=0.03&regularizationRate=0&noise=0&networkShape=&seed=0.1&x=true&y=true&problem=classification',
    { activation: 'linear', dataset: 'gauss', layers: [], seed: '0.1' },
  ],
  'the same with noise': [
    '#dataset=gauss&noise=40&networkShape=&activation=sigmoid&seed=0.2',
    { dataset: 'gauss', noise: 40, layers: [], activation: 'sigmoid', seed: '0.2' },
  ],
  'a disc in a ring without hidden layers': ['#dataset=circle&networkShape=&seed=1', { layers: [], seed: '1' }],
  'a disc in a ring by squares': [
    '#dataset=circle&networkShape=&x=false&y=false&xSquared=true&ySquared=true&seed=1',
    { layers: [], features: ['xSquared', 'ySquared'], seed: '1' },
  ],
  'one hidden neuron': [
    '#networkShape=1&dataset=circle&activation=relu&seed=3',
    { layers: layers(1), activation: 'relu', seed: '3' },
  ],
  'exclusive or by a product': [
    '#dataset=xor&networkShape=&x=false&y=false&xTimesY=true&seed=3',
    { dataset: 'xor', layers: [], features: ['xTimesY'], seed: '3' },
  ],
  'the spiral with six layers of eight': [
    '#activation=tanh&dataset=spiral&networkShape=8,8,8,8,8,8&noise=0&seed=0.48213&batchSize=10&learningRate=0.01',
    { dataset: 'spiral', layers: layers(8, 8, 8, 8, 8, 8), learningRate: 0.01 },
  ],
  'the spiral with a vanishing gradient': [
    '#activation=sigmoid&dataset=spiral&networkShape=8,8,8,8,8,8&percTrainData=80&seed=5',
    { activation: 'sigmoid', dataset: 'spiral', layers: layers(8, 8, 8, 8, 8, 8), trainShare: 80, seed: '5' },
  ],
  'the spiral with all features': [
    '#dataset=spiral&networkShape=4,2&x=true&y=true&xTimesY=true&xSquared=true&ySquared=true&sinX=true&sinY=true&cosX=true&seed=5',
    { dataset: 'spiral', features: [...FEATURES], seed: '5' },
  ],
  'batches of one': ['#batchSize=1&learningRate=0.1&seed=5', { batchSize: 1, learningRate: 0.1, seed: '5' }],
  'batches of thirty, a rate of three': [
    '#batchSize=30&learningRate=3&seed=5',
    { batchSize: 30, learningRate: 3, seed: '5' },
  ],
  'weights that start at zero': ['#initZero=true&dataset=xor&seed=5', { init: 'zeros', dataset: 'xor', seed: '5' }],
  'L1 on many features': [
    '#regularization=L1&regularizationRate=0.003&xSquared=true&sinX=true&seed=5',
    { penalty: 'L1', penaltyRate: 0.003, features: ['x', 'y', 'xSquared', 'sinX'], seed: '5' },
  ],
  'L2 against noise': [
    '#regularization=L2&regularizationRate=0.01&noise=50&percTrainData=20&seed=5',
    { penalty: 'L2', penaltyRate: 0.01, noise: 50, trainShare: 20, seed: '5' },
  ],
  'a plane of numbers': [
    '#problem=regression&regDataset=reg-plane&networkShape=&activation=linear&seed=5',
    { problem: 'regression', layers: [], activation: 'linear', seed: '5' },
  ],
  'hills and valleys': [
    '#problem=regression&regDataset=reg-gauss&networkShape=5,3&seed=5',
    { problem: 'regression', regDataset: 'reg-gauss', layers: layers(5, 3), seed: '5' },
  ],
  'two colours and the test points': [
    '#discretize=true&showTestData=true&seed=5',
    { discretize: true, showTestData: true, seed: '5' },
  ],
  'noise of 60 %, which its slider lacks but its links have': ['#noise=60&seed=5', { noise: 60, seed: '5' }],
  'without a hash sign, with empty values': ['dataset=xor&seed=&noise=&batchSize= &x=', { dataset: 'xor' }],
}

for (const [name, [hash, expected]] of Object.entries(oldLinks)) {
  test(`a link for TensorFlow Playground: ${name}`, () => {
    const { setup, ignored } = readHash(hash, DEFAULT_SETUP.seed)
    expect(setup).toEqual({ ...DEFAULT_SETUP, ...expected })
    expect(ignored).toEqual([])
  })
}

test('hidden controls are listed, a hidden feature is not used, and only "true" hides', () => {
  const link = readHash(
    '#learningRate_hide=true&dataset_hide=false&noise_hide=1&x_hide=true&playButton_hide=true&hideText=true&seed=1',
    '',
  )
  expect(link.hidden).toEqual(['learningRate', 'x', 'playButton'])
  expect(link.hideText).toBe(true)
  expect(link.setup.features).toEqual(['y'])
})

test('a value that cannot be used is replaced, and the page can say which', () => {
  const { setup, ignored } = readHash(
    '#activation=swish&noise=95&batchSize=0&networkShape=4,x,99&percTrainData=-5&learningRate=fast&bogus=1&dataset=toString',
    '1',
  )
  expect(setup).toEqual({
    ...DEFAULT_SETUP,
    noise: 50,
    batchSize: 1,
    layers: layers(4, 2, MOST.neurons),
    trainShare: 1,
    seed: '1',
  })
  expect(ignored.toSorted()).toEqual([
    'activation=swish: expected relu, tanh, sigmoid, linear, gelu. tanh is used.',
    'batchSize=0: expected a number from 1 to 1200. 1 is used.',
    'bogus: this page has no such setting.',
    `dataset=toString: expected ${CLASS_SETS.join(', ')}. circle is used.`,
    'learningRate=fast: expected a number from 0 to 100. 0.03 is used.',
    'networkShape, layer 2=x: expected a number from 1 to 16. 2 is used.',
    'networkShape, layer 3=99: expected a number from 1 to 16. 16 is used.',
    'noise=95: expected at most 80. 50 is used.',
    'percTrainData=-5: expected a number from 1 to 99. 1 is used.',
  ])
})

test('a ninth layer is left out', () => {
  const { setup, ignored } = readHash('#networkShape=1,2,3,4,5,6,7,8,9', '1')
  expect(setup.layers).toEqual(layers(1, 2, 3, 4, 5, 6, 7, 8))
  expect(ignored).toEqual(['networkShape has 9 layers, expected at most 8. The first 8 are used.'])
})

test('a set-up that needs nothing new is written with the keys of TensorFlow Playground alone', () => {
  expect(writeHash({ setup: { ...DEFAULT_SETUP, dataset: 'xor', layers: [] } })).toBe(
    'activation=tanh&regularization=none&batchSize=10&dataset=xor&regDataset=reg-plane&learningRate=0.03&regularizationRate=0&noise=0&networkShape=&seed=0.48213&showTestData=false&discretize=false&percTrainData=50&x=true&y=true&xSquared=false&ySquared=false&xTimesY=false&sinX=false&sinY=false&problem=classification&initZero=false&hideText=false',
  )
})
