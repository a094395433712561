import { expect, test } from '@backprop/testkit'
import { DEFAULT_SETUP, layerSizes, parameterLayout, type Setup } from '../src/setup/setup.ts'
import type { ToWorker } from '../src/worker/protocol.ts'
import { start } from './page.ts'

const reset = (setup: Partial<Setup> = {}): ToWorker => ({ kind: 'reset', setup: { ...DEFAULT_SETUP, ...setup } })

test('a reset answers with the points, half of 500 for each part', async () => {
  const { sent, ask } = start()
  await ask(reset())
  expect(sent).toHaveLength(1)
  const [points] = sent
  if (points.kind !== 'points') throw new Error('expected points')
  expect([points.train.target.length, points.test.target.length]).toEqual([250, 250])
  expect(points.train.at).toHaveLength(500)
})

test('a frame has the shapes that the protocol names', async () => {
  const { ask, frame } = start()
  await ask(reset())
  const shown = await frame()
  expect(shown.output).toHaveLength(10 * 10)
  expect(shown.neurons).toHaveLength((4 + 2) * 4 * 4)
  expect(shown.inputs).toHaveLength(7 * 4 * 4)
  expect(shown.theta).toHaveLength(parameterLayout(layerSizes(DEFAULT_SETUP)).count)
  expect(shown.gradientNorms).toHaveLength(3)
  expect(shown.deadShares).toHaveLength(2)
  expect(shown.curve).toEqual([[0, shown.lossTrain, shown.lossTest]])
  expect((await frame()).curve).toEqual([])
})

test('an epoch is 25 steps of 10 examples, and the loss falls', async () => {
  const { ask, frame } = start()
  await ask(reset())
  const before = await frame()
  for (let i = 0; i < 40; i += 1) await ask({ kind: 'step', unit: 'epoch' })
  const after = await frame()
  expect([after.epoch, after.step]).toEqual([40, 1000])
  expect(after.lossTrain).toBeLessThan(before.lossTrain / 2)
  expect(after.curve.map(([epoch]) => epoch)).toEqual(Array.from({ length: 40 }, (_, i) => i + 1))
  expect(after.distance).toBeGreaterThan(0)
})

test('a step on an example uses one point, and the next batch goes on after it', async () => {
  const { ask, frame } = start()
  await ask(reset(), { kind: 'step', unit: 'example' })
  expect((await frame()).batch).toHaveLength(1)
  await ask({ kind: 'step', unit: 'batch' })
  const { batch, step } = await frame()
  expect([batch.length, step]).toEqual([10, 2])
})

test('with 3 steps for each frame, the trainer makes 3 steps and waits', async () => {
  const { trainer, ask, frame } = start()
  await ask(reset(), { kind: 'play', stepsPerFrame: 3 })
  trainer.work(1000)
  expect(trainer.busy).toBe(false)
  expect((await frame()).step).toBe(3)
  trainer.work(1000)
  expect((await frame()).step).toBe(6)
})

test('at full speed the trainer works until its time is over', async () => {
  const { trainer, ask, frame } = start()
  await ask(reset(), { kind: 'play', stepsPerFrame: Infinity })
  trainer.work(4)
  expect(trainer.busy).toBe(true)
  const { step } = await frame()
  expect(step).toBeGreaterThan(3)
  await ask({ kind: 'pause' })
  trainer.work(4)
  expect((await frame()).step).toBe(step)
})

test('going back shows earlier weights; training from there repeats the run and forgets what came later', async () => {
  const { ask, frame } = start()
  await ask(reset({ rule: 'adam' }))
  for (let i = 0; i < 5; i += 1) await ask({ kind: 'step', unit: 'epoch' })
  const end = await frame()
  expect([end.moments, end.moment]).toEqual([126, 125])
  await ask({ kind: 'seek', moment: 50 })
  const back = await frame()
  expect([back.step, back.epoch, back.moments, back.moment]).toEqual([50, 2, 126, 50])
  expect(back.theta).not.toEqual(end.theta)
  await ask({ kind: 'seek', moment: 125 })
  expect((await frame()).theta).toEqual(end.theta)
  await ask({ kind: 'seek', moment: 50 })
  for (let i = 0; i < 3; i += 1) await ask({ kind: 'step', unit: 'epoch' })
  expect((await frame()).theta).toEqual(end.theta)
})

test('a long run keeps a bounded number of moments', async () => {
  const { ask, frame } = start()
  await ask(reset({ layers: [] }))
  for (let i = 0; i < 100; i += 1) await ask({ kind: 'step', unit: 'epoch' })
  const { moments, step } = await frame()
  expect(step).toBe(2500)
  expect(moments).toBeLessThanOrEqual(258)
  expect(moments).toBeGreaterThan(100)
})

test('a learning rate without bound stops the run and says so', async () => {
  const { trainer, sent, ask } = start()
  await ask(reset({ activation: 'linear', problem: 'regression', learningRate: 10 }), {
    kind: 'play',
    stepsPerFrame: Infinity,
  })
  for (let i = 0; i < 100 && trainer.busy; i += 1) trainer.work(100)
  expect(trainer.busy).toBe(false)
  expect(sent.at(-1)).toMatchObject({ kind: 'stopped', slot: null })
})

test('several classes are answered as probabilities, with a confusion matrix of the test points', async () => {
  const { ask, frame } = start()
  await ask(reset({ dataset: 'classes', classes: 4 }))
  const { output, confusion } = await frame()
  expect(output).toHaveLength(10 * 10 * 4)
  expect(output.subarray(0, 4).reduce((sum, p) => sum + p)).toBeCloseTo(1)
  expect(confusion?.reduce((sum, count) => sum + count)).toBe(250)
})

test('a seed with a part after a slash draws other weights for the same points', async () => {
  const runs = await Promise.all(
    ['a', 'a/1', 'b'].map(async seed => {
      const { sent, ask, frame } = start()
      await ask(reset({ seed }))
      return { points: sent[0], theta: (await frame()).theta }
    }),
  )
  expect(runs[1].points).toEqual(runs[0].points)
  expect(runs[1].theta).not.toEqual(runs[0].theta)
  expect(runs[2].points).not.toEqual(runs[0].points)
})
