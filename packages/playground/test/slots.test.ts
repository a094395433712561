import { readFileSync } from 'node:fs'
import { expect, test } from '@backprop/testkit'
import { DEFAULT_SETUP, type Setup } from '../src/setup/setup.ts'
import { SLOTS } from '../src/slots/slots.ts'
import type { Frame, StudentFile, ToWorker } from '../src/worker/protocol.ts'
import { start } from './page.ts'

const LAB02 = 'labs/02-activations'

const STUB = `
class NotImplemented extends Error {
  name = 'NotImplemented'
}
const todo = () => { throw new NotImplemented('yours to write') }
`

/** Lab 02's activations with this `tanh`; the others are stubs. */
const activations = (tanh: string): StudentFile => ({
  lab: LAB02,
  file: 'src/activations.ts',
  code: `${STUB}export const sigmoid = todo, relu = todo, gelu = todo, softmax = todo\n${tanh}`,
})

const derivatives = (tanhBackward: string): StudentFile => ({
  lab: LAB02,
  file: 'src/derivatives.ts',
  code: `${STUB}export const sigmoidBackward = todo, reluBackward = todo, geluBackward = todo\n${tanhBackward}`,
})

const RIGHT_TANH = 'export function tanh(x) { return x.map(value => 2 / (1 + Math.exp(-2 * value)) - 1) }'
const RIGHT_BACKWARD = 'export function tanhBackward(dy, y) { return dy.map((d, i) => d * (1 - y[i] * y[i])) }'

const reset = (setup: Partial<Setup> = {}): ToWorker => ({ kind: 'reset', setup: { ...DEFAULT_SETUP, ...setup } })
const functions = (...files: StudentFile[]): ToWorker => ({ kind: 'functions', files })
const state = ({ slots }: Frame, id: string) => slots.find(slot => slot.id === id)

test('when only tanh is written, the network runs on yours there and on ours elsewhere', async () => {
  const { ask, frame } = start()
  await ask(functions(activations(RIGHT_TANH)), reset(), { kind: 'step', unit: 'epoch' })
  const shown = await frame()
  expect(shown.step).toBe(25)
  expect(state(shown, 'tanh')).toEqual({ id: 'tanh', state: 'yours', used: true })
  expect(state(shown, 'relu')).toEqual({ id: 'relu', state: 'not written yet', used: false })
  expect(state(shown, 'tanhBackward')).toEqual({ id: 'tanhBackward', state: 'ours', used: true })
  await ask({ kind: 'use', yours: false, compare: false })
  expect(state(await frame(), 'tanh')).toEqual({ id: 'tanh', state: 'ours', used: true })
})

test("a student's function is really called: a straight line in place of tanh gives a straight border", async () => {
  const { ask, frame } = start()
  await ask(reset())
  const bent = (await frame()).output
  await ask(functions(activations('export const tanh = x => x.map(value => value / 10)')))
  expect((await frame()).output).not.toEqual(bent)
})

for (const [name, tanh, why] of [
  ['returns nothing', 'export function tanh(x) {}', /^Expected a list of 6 numbers, got undefined/],
  ['is too short', 'export function tanh(x) { return x.slice(1) }', /^Expected a list of 6 numbers, got a list of 5/],
  [
    'holds NaN',
    'export function tanh(x) { return x.map(v => (Math.exp(50 * v) - 1) / (Math.exp(50 * v) + 1)) }',
    /NaN/,
  ],
  ['throws', "export function tanh(x) { throw new TypeError('no such thing') }", /^It threw TypeError: no such thing/],
] as const)
  test(`a function whose answer ${name} fails, and stops the run`, async () => {
    const { sent, ask, frame } = start()
    await ask(functions(activations(tanh)), reset(), { kind: 'play', stepsPerFrame: Infinity })
    const stopped = sent.at(-1)
    if (stopped?.kind !== 'stopped') throw new Error('expected it to stop')
    expect(stopped.why).toMatch(why)
    expect(stopped.slot).toMatchObject({ id: 'tanh', state: 'fails', used: true, at: `${LAB02}/src/activations.ts` })
    const shown = await frame()
    expect([shown.playing, shown.step]).toEqual([false, 0])
    expect(shown.output.every(Number.isFinite)).toBe(true)
  })

test('a function that fails later stops the run, keeps the weights, and the repaired one goes on from them', async () => {
  const { trainer, sent, ask, frame } = start()
  const late = 'let calls = 0\nexport function tanh(x) { calls += 1; return calls > 100 ? [] : x.map(Math.tanh) }'
  await ask(functions(activations(late)), reset(), { kind: 'play', stepsPerFrame: Infinity })
  while (trainer.busy) trainer.work(10)
  expect(sent.at(-1)).toMatchObject({ kind: 'stopped', slot: { id: 'tanh', state: 'fails' } })
  const stopped = await frame()
  expect(stopped.step).toBeGreaterThan(0)
  await ask(functions(activations(RIGHT_TANH)))
  const repaired = await frame()
  expect(repaired.playing).toBe(true)
  expect(repaired.theta).toEqual(stopped.theta)
  trainer.work(10)
  expect((await frame()).step).toBeGreaterThan(stopped.step)
})

test("a compiler's error is the reason why all slots of the file fail", async () => {
  const { ask, frame } = start()
  await ask(
    functions({ lab: LAB02, file: 'src/activations.ts', error: 'src/activations.ts:3:5: Expected ")"' }),
    reset(),
  )
  expect(state(await frame(), 'gelu')).toEqual({
    id: 'gelu',
    state: 'fails',
    used: false,
    why: 'src/activations.ts:3:5: Expected ")"',
  })
})

test('a slot that fails but is not used does not stop the run', async () => {
  const { trainer, ask, frame } = start()
  const code = `${STUB}export const sigmoidBackward = todo, reluBackward = todo, tanhBackward = todo
    export function geluBackward() { return NaN }`
  await ask(functions({ lab: LAB02, file: 'src/derivatives.ts', code }), reset())
  await ask({ kind: 'play', stepsPerFrame: 5 })
  trainer.work(100)
  const shown = await frame()
  expect(state(shown, 'geluBackward')).toMatchObject({ state: 'fails', used: false })
  expect(shown.step).toBe(5)
  await ask({ kind: 'change', setup: { ...DEFAULT_SETUP, activation: 'gelu' } })
  expect((await frame()).playing).toBe(false)
})

test('a wrong derivative is found at the first step, in the last layer that uses it', async () => {
  const { ask, frame } = start()
  const wrong = 'export function tanhBackward(dy, y) { return dy.map((d, i) => d * (1 - y[i])) }'
  await ask(functions(activations(RIGHT_TANH), derivatives(wrong)), reset(), {
    kind: 'use',
    yours: true,
    compare: true,
  })
  expect((await frame()).difference).toBe(null)
  await ask({ kind: 'step', unit: 'epoch' })
  const { difference, ours } = await frame()
  expect(difference).toMatchObject({ step: 1, slot: 'tanhBackward' })
  expect(difference?.what).toBe('gradient of the output, neuron 1, example 1')
  expect(ours?.output).toHaveLength(100)
  expect(ours?.apart).toBeGreaterThan(0)
})

test('right functions that round differently are not reported', async () => {
  const { ask, frame } = start()
  await ask(functions(activations(RIGHT_TANH), derivatives(RIGHT_BACKWARD)), reset(), { kind: 'use', yours: true, compare: true }) // prettier-ignore
  for (let i = 0; i < 20; i += 1) await ask({ kind: 'step', unit: 'epoch' })
  expect((await frame()).difference).toBe(null)
})

test('the index of the function that runs is in the shared memory, and -1 afterwards', async () => {
  const { ask, frame } = start()
  const running = new Int32Array(2)
  const seen: number[] = []
  Object.assign(globalThis, { notedSlot: () => seen.push(running[0]) })
  const noting = 'export function tanh(x) { globalThis.notedSlot(); return x.map(Math.tanh) }'
  await ask({ kind: 'shared', running }, functions(activations(noting)), reset())
  await frame()
  const index = SLOTS.findIndex(({ id }) => id === 'tanh')
  expect(new Set(seen)).toEqual(new Set([index]))
  expect(running[0]).toBe(-1)
  // The other functions are called too, once each, to see whether they are written.
  expect(running[1]).toBeGreaterThanOrEqual(seen.length)
})

test('a function that rejects the numbers of a diverged training is not blamed; an earlier moment can be gone back to', async () => {
  const { trainer, sent, ask, frame } = start()
  const code = `export function step(w, gradient, learningRate) {
    if (!gradient.every(Number.isFinite)) throw new RangeError('the gradient is not finite')
    return w.map((value, i) => value - learningRate * gradient[i])
  }`
  const descent = { lab: 'labs/04-gradient-descent', file: 'src/descent.ts', code }
  await ask(functions(descent), reset({ problem: 'regression', activation: 'linear', learningRate: 10 }))
  await ask({ kind: 'play', stepsPerFrame: Infinity })
  while (trainer.busy) trainer.work(100)
  expect(sent.at(-1)).toMatchObject({ kind: 'stopped', slot: null })
  expect(state(await frame(), 'step')?.state).toBe('yours')
  await ask({ kind: 'seek', moment: 1 }, { kind: 'step', unit: 'batch' })
  expect((await frame()).step).toBe(2)
})

test('a function that never came back is not called again until the next save', async () => {
  const { ask, frame } = start()
  const files = [activations('export function tanh(x) { for (;;); }')]
  await ask({ kind: 'functions', files, stuck: ['tanh'] }, reset())
  expect(state(await frame(), 'tanh')).toMatchObject({ state: 'fails', at: `${LAB02}/src/activations.ts` })
  await ask(functions(activations(RIGHT_TANH)))
  expect(state(await frame(), 'tanh')?.state).toBe('yours')
})

test('the position of an error is that in the source, by the source map', async () => {
  const { ask, frame } = start()
  const code = "export function tanh(x) {\n  throw new Error('here')\n}"
  // Each of the three lines comes from the line that is 9 further down in the source.
  const map = JSON.stringify({ version: 3, sources: [`${LAB02}/src/activations.ts`], names: [], mappings: 'AASA;AACA;AACA' }) // prettier-ignore
  await ask(functions({ lab: LAB02, file: 'src/activations.ts', code, map }), reset())
  expect(state(await frame(), 'tanh')?.at).toBe(`${LAB02}/src/activations.ts:11:1`)
})

test('every slot names a function that its lab exports', () => {
  for (const { id, lab, file } of SLOTS) {
    const source = readFileSync(new URL(`../../../${lab}/${file}`, import.meta.url), 'utf8')
    expect(source).toMatch(new RegExp(`^export (async )?function ${id}\\(`, 'm'))
  }
})
