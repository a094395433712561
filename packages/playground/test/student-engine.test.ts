import { resolve } from 'node:path'
import { findLabs } from '@backprop/course'
import { expect, test } from '@backprop/testkit'
import fc from 'fast-check'
import { beforeAll } from 'vitest'
import { LabBundler } from '../src/server/bundle-lab.ts'
import { ACTIVATIONS, DEFAULT_SETUP, FEATURES, fitsBackprop, LOSSES, type Setup } from '../src/setup/setup.ts'
import { SLOTS } from '../src/slots/slots.ts'
import type { Frame, StudentFile, ToWorker } from '../src/worker/protocol.ts'
import { start } from './page.ts'

// Lab 08's engine in place of our gradient: the reference solution, changed copies of it, and the stubs of the lab.

const ROOT = resolve(import.meta.dirname, '../../..')

let solution: StudentFile
let stub: StudentFile

beforeAll(async () => {
  const lab = (await findLabs(ROOT, 'all')).find(({ manifest }) => manifest.id === '08-autodiff')
  if (!lab) throw new Error('lab 08 is missing')
  const bundle = async (folder: string) => {
    const files = await new LabBundler().bundle(lab, folder)
    return files.find(({ file }) => file === 'src/tensors.ts') ?? files[0]
  }
  solution = await bundle(resolve(ROOT, 'solutions/08-autodiff'))
  stub = await bundle(lab.dir)
})

/** The solution with another piece of code in one place. */
function changed(before: string, after: string): StudentFile {
  const { code = '' } = solution
  if (!code.includes(before)) throw new Error(`the bundled solution has no ${before}`)
  return { ...solution, code: code.replace(before, () => after) }
}

/** A wrong `backprop` of lab 04: its gradient is always 0. */
const BACKPROP: StudentFile = {
  lab: 'labs/04-gradient-descent',
  file: 'src/network.ts',
  code: `export function backprop({ W1 }) {
    const zeros = W1[0].map(() => 0)
    return { gradient: { W1: W1.map(() => zeros), b1: zeros, w2: zeros, b2: 0 } }
  }`,
}

const reset = (setup: Partial<Setup> = {}): ToWorker => ({ kind: 'reset', setup: { ...DEFAULT_SETUP, ...setup } })
const functions = (...files: StudentFile[]): ToWorker => ({ kind: 'functions', files })
const COMPARE: ToWorker = { kind: 'use', yours: true, compare: true }
const STEP: ToWorker = { kind: 'step', unit: 'batch' }
const state = ({ slots }: Frame, id: string) => slots.find(slot => slot.id === id)

const setups: fc.Arbitrary<Partial<Setup>> = fc.record({
  problem: fc.constantFrom('classification', 'regression'),
  dataset: fc.constantFrom('spiral', 'classes'),
  classes: fc.integer({ min: 2, max: 5 }),
  loss: fc.constantFrom(...LOSSES),
  features: fc.subarray([...FEATURES]),
  layers: fc.array(
    fc.record({
      neurons: fc.integer({ min: 1, max: 5 }),
      dropout: fc.constantFrom(0, 0, 0, 0.3),
      activation: fc.constantFrom(...ACTIVATIONS),
    }),
    { maxLength: 3 },
  ),
  batchSize: fc.integer({ min: 1, max: 30 }),
  seed: fc.nat(1e6).map(String),
})

test('the solution trains as ours do, in every set-up that it can express, and is not called in others', async () => {
  const counts = { expressed: 0, ours: 0 }
  await fc.assert(
    fc.asyncProperty(setups, async setup => {
      const { ask, frame } = start()
      const running = new Int32Array(2)
      await ask({ kind: 'shared', running }, functions(solution), COMPARE, reset(setup))
      const [, before] = running
      await ask(STEP, STEP, STEP)
      const { slots, difference, ours } = await frame()
      const fits = setup.layers?.every(({ activation, dropout }) => activation !== 'gelu' && dropout === 0) === true
      counts[fits ? 'expressed' : 'ours'] += 1
      expect(slots.find(({ id }) => id === 'backward')).toEqual({ id: 'backward', state: 'yours', used: fits })
      expect(running[1] - before).toBe(fits ? 3 : 0)
      expect(difference).toBe(null)
      if (setup.layers?.every(({ dropout }) => dropout === 0)) expect(ours?.apart).toBeLessThan(1e-9)
    }),
    { numRuns: 60 },
  )
  expect(Math.min(counts.expressed, counts.ours)).toBeGreaterThan(5)
})

test('what it replaces is not called and says so; the panel never shows two functions for one thing', async () => {
  const derivatives: StudentFile = {
    lab: 'labs/02-activations',
    file: 'src/derivatives.ts',
    code: 'export const [sigmoidBackward, tanhBackward, reluBackward, geluBackward] = [dy => [...dy], dy => [...dy], dy => [...dy], dy => [...dy]]',
  }
  const { ask, frame } = start()
  await ask(functions(solution, derivatives), COMPARE, reset(), STEP)
  const shown = await frame()
  expect(shown.difference).toBe(null)
  expect(state(shown, 'tanhBackward')).toEqual({ id: 'tanhBackward', state: 'yours', used: false, replacedBy: 'backward' }) // prettier-ignore
  expect(state(shown, 'mseGradient')).toEqual({ id: 'mseGradient', state: 'ours', used: false, replacedBy: 'backward' })
  expect(state(shown, 'maeGradient')).toEqual({ id: 'maeGradient', state: 'ours', used: false })
  // With all ours, or where the engine isn't written, each does its own part again.
  await ask({ kind: 'use', yours: false, compare: false })
  expect(state(await frame(), 'tanhBackward')).toMatchObject({ used: true })
  await ask({ kind: 'use', yours: true, compare: true }, functions(stub), STEP)
  expect((await frame()).difference).toMatchObject({ slot: 'tanhBackward' })
})

test("where lab 04's backprop fits and is written, it runs and the engine doesn't", async () => {
  const setup = { problem: 'regression', layers: [{ neurons: 2, dropout: 0 }] } as const
  expect(fitsBackprop({ ...DEFAULT_SETUP, ...setup })).toBe(true)
  const { ask, frame } = start()
  await ask(functions(solution, BACKPROP), COMPARE, reset(setup), STEP)
  const shown = await frame()
  expect(shown.difference).toMatchObject({ step: 1, slot: 'backprop' })
  expect(state(shown, 'backprop')).toEqual({ id: 'backprop', state: 'yours', used: true })
  expect(state(shown, 'backward')).toEqual({ id: 'backward', state: 'yours', used: false, replacedBy: 'backprop' })
  await ask(reset(), STEP)
  expect(state(await frame(), 'backward')).toEqual({ id: 'backward', state: 'yours', used: true })
})

test('a wrong engine trains too, and the first number that differs is named', async () => {
  const { ask, frame } = start()
  await ask(functions(changed('slope * (1 - y[i] * y[i])', 'slope * (1 - y[i])')), COMPARE, reset(), STEP)
  const { difference, step, slots } = await frame()
  expect(step).toBe(1)
  expect(difference).toMatchObject({ step: 1, slot: 'backward', what: 'gradient of the weight from 1 to 1 of layer 1' })
  expect(slots.find(({ id }) => id === 'backward')?.state).toBe('yours')
})

for (const [name, before, after, why] of [
  [
    'returns a wrong shape',
    'grad[k] += slope',
    'grad.push(slope)',
    /^Expected a list of 2 numbers, got a list of \d\.$/,
  ],
  ['returns NaN', 'grad[k] += slope', 'grad[k] = NaN', /^Expected 2 finite numbers, but for number 1, got NaN\.$/],
  [
    'throws',
    'const sorted = order(loss)',
    "throw new TypeError('no such thing')",
    /^It threw TypeError: no such thing$/,
  ],
] as const)
  test(`an engine that ${name} fails, and stops the run`, async () => {
    const { sent, ask, frame } = start()
    await ask(functions(changed(before, after)), reset(), { kind: 'play', stepsPerFrame: Infinity })
    const stopped = sent.at(-1)
    if (stopped?.kind !== 'stopped') throw new Error('expected it to stop')
    expect(stopped.why).toMatch(why)
    expect(stopped.slot).toMatchObject({ id: 'backward', state: 'fails', used: true })
    // In the file itself, not in what the compiler made of it.
    expect(stopped.slot?.at).toMatch(/^labs\/08-autodiff\/src\/tensors\.ts:1\d\d:\d+$/)
    expect((await frame()).step).toBe(0)
  })

test('an engine is not blamed for a training that diverges', async () => {
  const { trainer, sent, ask, frame } = start()
  await ask(functions(solution), reset({ problem: 'regression', activation: 'linear', learningRate: 10 }))
  await ask({ kind: 'play', stepsPerFrame: Infinity })
  while (trainer.busy) trainer.work(100)
  expect(sent.at(-1)).toMatchObject({ kind: 'stopped', slot: null })
  expect(state(await frame(), 'backward')?.state).toBe('yours')
})

test('while any operation of the engine runs, the shared memory holds its slot, and -1 afterwards', async () => {
  const { ask } = start()
  const running = new Int32Array(2)
  const seen: number[] = []
  Object.assign(globalThis, { notedEngine: () => seen.push(running[0]) })
  await ask({ kind: 'shared', running }, functions(changed('function matmul(a, b) {', 'function matmul(a, b) {\n  notedEngine()')), reset(), STEP) // prettier-ignore
  const index = SLOTS.findIndex(({ id }) => id === 'backward')
  expect(new Set(seen)).toEqual(new Set([index]))
  expect(running[0]).toBe(-1)
})

test('an engine of which any part is a stub is not written yet', async () => {
  const { ask, frame } = start()
  await ask(functions(stub), reset())
  expect(state(await frame(), 'backward')).toEqual({ id: 'backward', state: 'not written yet', used: true })
})

test('an export that is missing is named', async () => {
  const { ask, frame } = start()
  await ask(functions({ ...solution, code: 'export const backward = () => {}, Tensor = class {}' }), reset())
  expect(state(await frame(), 'backward')).toMatchObject({ state: 'fails', why: 'src/tensors.ts exports no function called tanh.' }) // prettier-ignore
})
