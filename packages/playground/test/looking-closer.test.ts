import { expect, test } from '@backprop/testkit'
import { DEFAULT_SETUP, type Setup } from '../src/setup/setup.ts'
import { limitConsole } from '../src/worker/limit-console.ts'
import type { FromWorker, ToWorker } from '../src/worker/protocol.ts'
import { start } from './page.ts'

const reset = (setup: Partial<Setup> = {}): ToWorker => ({ kind: 'reset', setup: { ...DEFAULT_SETUP, ...setup } })

type Kind<Name extends FromWorker['kind']> = Extract<FromWorker, { kind: Name }>

/** Works until nothing is left to do, and returns the messages of one kind. */
function finish<Name extends FromWorker['kind']>({ trainer, sent }: ReturnType<typeof start>, kind: Name) {
  while (trainer.busy) trainer.work(100)
  return sent.filter((message): message is Kind<Name> => message.kind === kind)
}

test('the landscape has the loss of the weights in its middle, and the path ends there', async () => {
  const page = start()
  await page.ask(reset({ layers: [{ neurons: 3, dropout: 0 }] }))
  for (let i = 0; i < 20; i += 1) await page.ask({ kind: 'step', unit: 'epoch' })
  await page.ask({ kind: 'landscape', size: 5 })
  const [{ directions, losses, path }] = finish(page, 'landscape')
  const { lossTrain, moments } = await page.frame()
  expect(directions).toBe('path')
  expect(losses).toHaveLength(25)
  expect(losses[12]).toBeCloseTo(lossTrain, 6)
  expect(path).toHaveLength(2 * moments)
  expect([...path.slice(-2)].map(Math.abs)).toEqual([0, 0])
  expect(Math.max(...path.map(Math.abs))).toBeCloseTo(0.8)
})

test('before the first step the landscape has random directions, and the same ones for the same seed', async () => {
  const losses = async (seed: string) => {
    const page = start()
    await page.ask(reset({ seed }), { kind: 'landscape', size: 3 })
    const [message] = finish(page, 'landscape')
    expect(message.directions).toBe('random')
    return message.losses
  }
  expect(await losses('a')).toEqual(await losses('a'))
  expect(await losses('b')).not.toEqual(await losses('a'))
})

test('a landscape leaves the run where it is', async () => {
  const page = start()
  await page.ask(reset(), { kind: 'step', unit: 'epoch' })
  const { theta } = await page.frame()
  await page.ask({ kind: 'landscape', size: 4, directions: 'random' })
  finish(page, 'landscape')
  expect((await page.frame()).theta).toEqual(theta)
})

test('ten seeds train on the same points, each as a run with its seed would', async () => {
  const page = start()
  await page.ask(reset({ seed: 'x/7' }), { kind: 'seeds', count: 3, epochs: 4, grid: 10 })
  const messages = finish(page, 'seeds')
  expect(messages.map(({ epoch }) => epoch)).toEqual([0, 1, 2, 3, 4])
  const { runs } = messages[4]
  expect(runs.map(({ seed }) => seed)).toEqual(['x/1', 'x/2', 'x/3'])
  const alone = start()
  await alone.ask(reset({ seed: 'x/2' }))
  for (let i = 0; i < 4; i += 1) await alone.ask({ kind: 'step', unit: 'epoch' })
  const frame = await alone.frame()
  expect(runs[1].output).toEqual(frame.output)
  expect(runs[1].loss).toBe(frame.lossTest)
})

test('early stopping would have stopped once the test loss no longer falls', async () => {
  const { ask, frame } = start()
  await ask(reset({ dataset: 'gauss', layers: [], learningRate: 0.3 }))
  for (let i = 0; i < 10; i += 1) await ask({ kind: 'step', unit: 'epoch' })
  expect((await frame()).wouldStopAt).toBe(null)
  for (let i = 0; i < 300; i += 1) await ask({ kind: 'step', unit: 'epoch' })
  const { wouldStopAt, epoch } = await frame()
  expect(epoch).toBe(310)
  // At least the 20 epochs of its patience, and it doesn't wait for the end.
  expect(wouldStopAt).toBeGreaterThan(20)
  expect(wouldStopAt).toBeLessThan(310)
})

test('L1 puts weights to exactly 0 and keeps them there', async () => {
  const { ask, frame } = start()
  await ask(reset({ penalty: 'L1', penaltyRate: 0.3 }))
  const zeros: number[] = []
  for (let i = 0; i < 30; i += 1) {
    await ask({ kind: 'step', unit: 'epoch' })
    zeros.push((await frame()).theta.filter(value => value === 0).length)
  }
  expect(zeros.at(-1)).toBeGreaterThan(0)
  expect(zeros).toEqual([...zeros].sort((a, b) => a - b))
})

test('L2 shrinks the weights, and leaves the loss that is shown alone', async () => {
  const { ask, frame } = start()
  const trained = async (penalty: Setup['penalty']) => {
    await ask(reset({ penalty, penaltyRate: 0.1 }))
    const before = await frame()
    for (let i = 0; i < 50; i += 1) await ask({ kind: 'step', unit: 'epoch' })
    return { before, size: Math.hypot(...(await frame()).theta) }
  }
  const [without, pulled] = [await trained('none'), await trained('L2')]
  expect(pulled.before.lossTrain).toBe(without.before.lossTrain)
  expect(pulled.size).toBeLessThan(without.size)
})

for (const [schedule, epochs, share] of [
  ['constant', 250, 1],
  ['step', 99, 1],
  ['step', 200, 0.25],
  ['cosine', 250, 0.505],
  ['cosine', 600, 0.01],
] as const)
  test(`with the schedule ${schedule}, the learning rate after ${epochs} epochs is ${share} of the first`, async () => {
    const { ask, frame } = start()
    await ask(reset({ schedule, layers: [], batchSize: 250, learningRate: 0.1 }))
    for (let i = 0; i < epochs; i += 1) await ask({ kind: 'step', unit: 'epoch' })
    expect((await frame()).learningRate).toBeCloseTo(0.1 * share, 9)
  })

test('a weight that is put by hand stays until the next step, and counts as travelled', async () => {
  const { ask, frame } = start()
  await ask(reset(), { kind: 'weight', index: 3, value: 2 })
  const { theta, distance } = await frame()
  expect(theta[3]).toBe(2)
  expect(distance).toBeGreaterThan(0)
})

test('a change of the learning rate goes on from the same weights; other layers start anew', async () => {
  const { ask, frame } = start()
  await ask(reset(), { kind: 'step', unit: 'epoch' })
  const { theta } = await frame()
  await ask({ kind: 'change', setup: { ...DEFAULT_SETUP, learningRate: 1, rule: 'adam', batchSize: 5 } })
  expect((await frame()).theta).toEqual(theta)
  await ask({ kind: 'change', setup: { ...DEFAULT_SETUP, layers: [] } })
  const anew = await frame()
  expect([anew.step, anew.theta.length]).toEqual([0, 3])
})

test('without training points nothing is trained, and the page hears why', async () => {
  const { sent, ask, frame } = start()
  await ask(reset({ dataset: 'painted' }), { kind: 'play', stepsPerFrame: Infinity })
  expect(sent.at(-1)).toMatchObject({ kind: 'stopped', slot: null })
  expect((await frame()).playing).toBe(false)
})

test('a console prints so many lines, says once that it stops, and goes on when it may', () => {
  const lines: unknown[] = []
  const print = (...values: unknown[]) => void lines.push(values[0])
  const printing = { log: print, info: print, warn: print, error: print, debug: print }
  const allow = limitConsole(printing, 2)
  for (let i = 1; i <= 5; i += 1) printing.log(i)
  expect(lines).toEqual([1, 2, '2 lines were printed. What follows is left out until the next save.'])
  allow()
  printing.warn('again')
  expect(lines.at(-1)).toBe('again')
})
