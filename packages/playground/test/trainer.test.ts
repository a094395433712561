import { expect, test } from '@backprop/testkit'
import { DEFAULT_SETUP, layerSizes, parameterLayout, type Setup } from '../src/setup/setup.ts'
import type { Frame, FromWorker, ToWorker } from '../src/worker/protocol.ts'
import { Trainer } from '../src/worker/trainer.ts'

/** A trainer whose messages are kept, and whose clock moves on by a millisecond at each look. */
function start() {
  const sent: FromWorker[] = []
  let now = 0
  const trainer = new Trainer({ send: message => void sent.push(message), clock: () => (now += 1) })
  const ask = (...messages: ToWorker[]) => {
    for (const message of messages) trainer.handle(message)
  }
  const frame = (): Frame => {
    ask({ kind: 'frame', grid: 10, neuronGrid: 4 })
    const last = sent.at(-1)
    if (last?.kind !== 'frame') throw new Error(`expected a frame, got ${last?.kind}`)
    return last
  }
  return { trainer, sent, ask, frame }
}

const reset = (setup: Partial<Setup> = {}): ToWorker => ({ kind: 'reset', setup: { ...DEFAULT_SETUP, ...setup } })

test('a reset answers with the points, half of 500 for each part', () => {
  const { sent, ask } = start()
  ask(reset())
  expect(sent).toHaveLength(1)
  const [points] = sent
  if (points.kind !== 'points') throw new Error('expected points')
  expect([points.train.target.length, points.test.target.length]).toEqual([250, 250])
  expect(points.train.at).toHaveLength(500)
})

test('a frame has the shapes that the protocol names', () => {
  const { ask, frame } = start()
  ask(reset())
  const shown = frame()
  expect(shown.output).toHaveLength(10 * 10)
  expect(shown.neurons).toHaveLength((4 + 2) * 4 * 4)
  expect(shown.inputs).toHaveLength(7 * 4 * 4)
  expect(shown.theta).toHaveLength(parameterLayout(layerSizes(DEFAULT_SETUP)).count)
  expect(shown.gradientNorms).toHaveLength(3)
  expect(shown.deadShares).toHaveLength(2)
  expect(shown.curve).toEqual([[0, shown.lossTrain, shown.lossTest]])
  expect(frame().curve).toEqual([])
})

test('an epoch is 25 steps of 10 examples, and the loss falls', () => {
  const { ask, frame } = start()
  ask(reset())
  const before = frame()
  for (let i = 0; i < 40; i += 1) ask({ kind: 'step', unit: 'epoch' })
  const after = frame()
  expect([after.epoch, after.step]).toEqual([40, 1000])
  expect(after.lossTrain).toBeLessThan(before.lossTrain / 2)
  expect(after.curve.map(([epoch]) => epoch)).toEqual(Array.from({ length: 40 }, (_, i) => i + 1))
  expect(after.distance).toBeGreaterThan(0)
})

test('a step on an example uses one point, and the next batch goes on after it', () => {
  const { ask, frame } = start()
  ask(reset(), { kind: 'step', unit: 'example' })
  expect(frame().batch).toHaveLength(1)
  ask({ kind: 'step', unit: 'batch' })
  const { batch, step } = frame()
  expect([batch.length, step]).toEqual([10, 2])
})

test('with 3 steps for each frame, the trainer makes 3 steps and waits', () => {
  const { trainer, ask, frame } = start()
  ask(reset(), { kind: 'play', stepsPerFrame: 3 })
  trainer.work(1000)
  expect(trainer.busy).toBe(false)
  expect(frame().step).toBe(3)
  trainer.work(1000)
  expect(frame().step).toBe(6)
})

test('at full speed the trainer works until its time is over', () => {
  const { trainer, ask, frame } = start()
  ask(reset(), { kind: 'play', stepsPerFrame: Infinity })
  trainer.work(4)
  expect(trainer.busy).toBe(true)
  const { step } = frame()
  expect(step).toBeGreaterThan(3)
  ask({ kind: 'pause' })
  trainer.work(4)
  expect(frame().step).toBe(step)
})

test('going back shows earlier weights; training from there repeats the run and forgets what came later', () => {
  const { ask, frame } = start()
  ask(reset({ rule: 'adam' }))
  for (let i = 0; i < 5; i += 1) ask({ kind: 'step', unit: 'epoch' })
  const end = frame()
  expect([end.moments, end.moment]).toEqual([126, 125])
  ask({ kind: 'seek', moment: 50 })
  const back = frame()
  expect([back.step, back.epoch, back.moments, back.moment]).toEqual([50, 2, 126, 50])
  expect(back.theta).not.toEqual(end.theta)
  ask({ kind: 'seek', moment: 125 })
  expect(frame().theta).toEqual(end.theta)
  ask({ kind: 'seek', moment: 50 })
  for (let i = 0; i < 3; i += 1) ask({ kind: 'step', unit: 'epoch' })
  expect(frame().theta).toEqual(end.theta)
})

test('a long run keeps a bounded number of moments', () => {
  const { ask, frame } = start()
  ask(reset({ layers: [] }))
  for (let i = 0; i < 100; i += 1) ask({ kind: 'step', unit: 'epoch' })
  const { moments, step } = frame()
  expect(step).toBe(2500)
  expect(moments).toBeLessThanOrEqual(258)
  expect(moments).toBeGreaterThan(100)
})

test('a learning rate without bound stops the run and says so', () => {
  const { trainer, sent, ask } = start()
  ask(reset({ activation: 'linear', problem: 'regression', learningRate: 10 }), {
    kind: 'play',
    stepsPerFrame: Infinity,
  })
  for (let i = 0; i < 100 && trainer.busy; i += 1) trainer.work(100)
  expect(trainer.busy).toBe(false)
  expect(sent.at(-1)).toMatchObject({ kind: 'stopped', slot: null })
})

test('several classes are answered as probabilities, with a confusion matrix of the test points', () => {
  const { ask, frame } = start()
  ask(reset({ dataset: 'classes', classes: 4 }))
  const { output, confusion } = frame()
  expect(output).toHaveLength(10 * 10 * 4)
  expect(output.subarray(0, 4).reduce((sum, p) => sum + p)).toBeCloseTo(1)
  expect(confusion?.reduce((sum, count) => sum + count)).toBe(250)
})

test('a seed with a part after a slash draws other weights for the same points', () => {
  const runs = ['a', 'a/1', 'b'].map(seed => {
    const { sent, ask, frame } = start()
    ask(reset({ seed }))
    return { points: sent[0], theta: frame().theta }
  })
  expect(runs[1].points).toEqual(runs[0].points)
  expect(runs[1].theta).not.toEqual(runs[0].theta)
  expect(runs[2].points).not.toEqual(runs[0].points)
})
