import { expect, test } from '@backprop/testkit'
import { type Attempt, follow, type Seen, TOUR, type TourStep } from '../src/page/tour/tour-steps.ts'
import { DEFAULT_SETUP, type Setup } from '../src/setup/setup.ts'
import type { Frame } from '../src/worker/protocol.ts'
import { Trainer } from '../src/worker/trainer.ts'

/** How a set-up stands after so many epochs, from start number `start` on the same points. */
function train(setup: Setup, epochs: number, start = 0): Frame {
  let frame: Frame | null = null
  const trainer = new Trainer({
    send: message => message.kind === 'frame' && (frame = message),
    clock: () => 0,
    loadModule: () => Promise.reject(new Error('expected no files of students')),
  })
  void trainer.handle({ kind: 'reset', setup: { ...setup, seed: `${setup.seed}/${start}` } })
  for (let epoch = 0; epoch < epochs; epoch += 1) void trainer.handle({ kind: 'step', unit: 'epoch' })
  void trainer.handle({ kind: 'frame', grid: 2, neuronGrid: 2 })
  if (frame === null) throw new Error('expected a frame')
  return frame
}

function stepOf(id: string): TourStep {
  const step = TOUR.find(step => step.id === id)
  if (!step) throw new Error(`expected a step "${id}"`)
  return step
}

const layers = (...neurons: number[]) => neurons.map(count => ({ neurons: count, dropout: 0 }))
const starts = [0, 1, 2]

test('two clouds: one neuron learns them, with two positive weights', () => {
  for (const start of starts) {
    const { lossTrain, theta } = train(stepOf('learn').setup, 20, start)
    expect(lossTrain).toBeLessThan(0.1)
    expect(theta[0] > 0 && theta[1] > 0).toBe(true)
  }
})

test('two clouds with noise: the same line from every start, and a loss that stays away from 0', () => {
  const lines = starts.map(start => train(stepOf('convex').setup, 100, start))
  for (const { lossTrain, theta } of lines) {
    expect(lossTrain).toBeGreaterThan(0.1)
    const [angle, first] = [theta, lines[0].theta].map(([w1, w2]) => Math.atan2(w2, w1))
    expect(Math.abs(angle - first)).toBeLessThan(0.05)
    expect(Math.abs(theta[2] - lines[0].theta[2])).toBeLessThan(0.05)
  }
})

test('a disc: one neuron fails on x₁ and x₂, and succeeds on their squares', () => {
  const { setup } = stepOf('disc')
  for (const start of starts) {
    expect(train(setup, 100, start).lossTrain).toBeGreaterThan(0.45)
    expect(train({ ...setup, features: ['xSquared', 'ySquared'] }, 50, start).lossTrain).toBeLessThan(0.1)
  }
})

test('a disc: one hidden neuron is too few, four are enough', () => {
  const { setup } = stepOf('neurons')
  for (const start of starts) {
    expect(train(setup, 200, start).lossTrain).toBeGreaterThan(0.3)
    expect(train({ ...setup, layers: layers(4) }, 100, start).lossTrain).toBeLessThan(0.1)
  }
})

test('the spiral: linear layers fail, six sigmoids have no gradient in the first layer, six ReLUs learn', () => {
  const { setup } = stepOf('spiral')
  const deep = layers(8, 8, 8, 8, 8, 8)
  for (const start of starts) {
    const linear = train({ ...setup, activation: 'linear', layers: deep }, 50, start)
    expect(linear.lossTrain).toBeGreaterThan(0.45)
    const sigmoid = train({ ...setup, activation: 'sigmoid', layers: deep }, 50, start)
    expect(sigmoid.gradientNorms[0]).toBeLessThan(sigmoid.gradientNorms[6] / 1000)
    expect(sigmoid.lossTrain).toBeGreaterThan(0.45)
    expect(train({ ...setup, activation: 'relu', layers: deep }, 400, start).lossTrain).toBeLessThan(0.2)
  }
})

test('three layers learn the spiral within 400 epochs', () => {
  for (const start of starts) expect(train(stepOf('layers').setup, 400, start).lossTrain).toBeLessThan(0.1)
})

test('small steps hardly move, large ones get stuck, and zeros stay zeros', () => {
  const { setup } = stepOf('settings')
  for (const start of starts) {
    expect(train({ ...setup, learningRate: 0.001 }, 20, start).lossTrain).toBeGreaterThan(0.45)
    const large = train({ ...setup, learningRate: 3 }, 20, start)
    expect(large.lossTrain).toBeGreaterThan(0.5)
    expect(large.gradientNorms[0]).toBeLessThan(1e-4)
    const zeros = train({ ...setup, init: 'zeros' }, 20, start)
    // All but the bias of the output, which is the last number.
    expect(zeros.theta.subarray(0, -1).every(weight => weight === 0)).toBe(true)
  }
})

const attempt = (changes: Partial<Attempt> & { setup: Setup }): Attempt => ({
  epochs: 0,
  lossTrain: 0.5,
  accuracyTest: 0.5,
  byHand: false,
  ...changes,
})

test('no task is done before anything has happened', () => {
  for (const { setup, tasks } of TOUR) {
    const nothing: Seen = { attempts: [attempt({ setup })], looked: new Set() }
    expect(tasks.filter(({ isDone }) => isDone(nothing)).map(({ text }) => text)).toEqual([])
  }
})

test('each task can be done alone, by what it asks for', () => {
  const ways: Partial<Setup>[] = [
    {},
    { features: ['xSquared', 'ySquared'] },
    ...[1, 4, 8].map(neurons => ({ layers: layers(neurons) })),
    ...(['linear', 'sigmoid', 'tanh', 'relu'] as const).flatMap(activation => [
      { activation, layers: layers(8) },
      { activation, layers: layers(8, 8, 8, 8, 8, 8) },
    ]),
    ...[0.001, 3].map(learningRate => ({ learningRate })),
    ...[1, 30].map(batchSize => ({ batchSize })),
    { init: 'zeros' as const },
  ]
  for (const { id, setup, tasks } of TOUR) {
    const looked = new Set(['0:x', '0:y', '1:0', '2:0', '3:0'])
    const attempts = ways.flatMap(change => {
      const trained = { setup: { ...DEFAULT_SETUP, ...setup, ...change }, epochs: 400, lossTrain: 0.05 }
      const byHand = { ...trained, epochs: 0, byHand: true }
      return [
        ...starts.map(start => attempt({ ...trained, setup: { ...trained.setup, seed: `1/${start}` } })),
        attempt(byHand),
      ]
    })
    const left = tasks.filter(({ isDone }) => !isDone({ attempts, looked })).map(({ text }) => text)
    expect(left, id).toEqual([])
  }
})

test('a run that starts over, and a change of its set-up, begin another attempt', () => {
  const [first, second] = [{ ...DEFAULT_SETUP }, { ...DEFAULT_SETUP, learningRate: 0.001 }]
  const moments: [Setup, number][] = [
    [first, 0],
    [first, 30],
    [first, 2],
    [first, 50],
    [second, 50],
    [second, 60],
  ]
  let attempts: readonly Attempt[] = []
  for (const [setup, epoch] of moments)
    attempts = follow(attempts, { setup, frame: { epoch, lossTrain: 0.5, accuracyTest: 1 }, byHand: false })
  expect(attempts.map(({ setup, epochs }) => [setup.learningRate, epochs])).toEqual([
    [0.03, 30],
    [0.03, 48],
    [0.001, 10],
  ])
})
