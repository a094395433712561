import { plain, type Rng, rng, type Tensor, tensor } from '@backprop/core'
import { Parameter } from '@backprop/nn'
import { afterAll, describe, expect, test } from 'vitest'
import { expectRefusal } from '../src/pipeline/suite/index.ts'
import type { Session } from '../src/sandbox/session.ts'
import type { Remote } from '../src/sandbox/wire/remote.ts'
import { stageModule } from './staged-module.ts'

/** The wall hides what a call does to its arguments; the student's process compares them where a suite asks for it. */

const MODULE = `
export const reads = (list, box) => { box.toString(); return list.length }
export const writes = (scale, list) => { list[0] = scale; return 1 }
export function nested(rows) { rows[1][2] += 1; return rows }
export const grows = list => { list.push(0) }
export const sorts = list => list.sort((a, b) => a - b)
export const renames = (options = {}) => { options.name = 'other' }
export const breaks = list => { list[0] = Promise.resolve(1) }
export const puts = map => { map.set('b', 2) }
export const swaps = (tensors, other) => { tensors[0] = other; return 1 }
export const replaces = parameter => { parameter.value = parameter.value.detach({ requiresGrad: true }); return 1 }
export const steps = (parameter, other) => { parameter.value = other.detach({ requiresGrad: true }); return 1 }
export const releases = x => { x.release(); return 1 }
export const draws = (list, generator) => list.map(() => generator.uniform())
export const backAndForth = (f, x) => { const was = x[0]; x[0] = 7; const y = f(x); x[0] = was; return y }
export const after = async list => { await null; list[0] = 9; return 1 }
export const hides = list => { list[0] = 9; throw new RangeError('no') }
export const later = f => f()
export const adam = () => w => { w[0] = 9; return w }
export const sgd = () => w => { w[0] = 9; return w }
export const unlisted = list => { list[0] = 9; return 1 }
class Network2 {
  constructor(list) { this.list = list }
  forward(x, into) { into[0] = x[0]; return 1 }
  peek(x) { return x[0] }
}
export { Network2 as Network }
export const make = () => new Network2([])
export const forward = into => { into[0] = 9; return 1 }
`
interface Network {
  forward(x: number[], into: number[]): number
  peek(x: number[]): number
}
interface Module {
  reads(list: number[], box: object): number
  writes(scale: number, list: unknown): number
  nested(rows: number[][]): number[][]
  grows(list: number[]): void
  sorts(list: number[]): number[]
  renames(options: object): void
  breaks(list: number[]): void
  puts(map: Map<string, number>): void
  swaps(tensors: Tensor[], other: Tensor): number
  replaces(parameter: Parameter): number
  steps(parameter: Parameter, other: Tensor): number
  releases(x: Tensor): number
  draws(list: number[], generator: Rng): number[]
  backAndForth(f: (x: number[]) => number, x: number[]): number
  after(list: number[]): number
  hides(list: number[]): number
  later(f: () => number): number
  adam(): (w: number[]) => number[]
  sgd(): (w: number[]) => number[]
  unlisted(list: number[]): number
  Network: new (list: number[]) => Network
  make(): Network
  forward(into: number[]): number
}

const on = plain()
const start = await stageModule(MODULE, 'D', on)
const KEPT = [
  ...['reads', 'writes', 'nested', 'grows', 'sorts', 'renames', 'breaks', 'puts', 'swaps', 'replaces', 'steps'],
  ...['releases', 'draws', 'backAndForth', 'after', 'hides', 'later', 'Network.forward', 'Network.peek', 'adam()'],
]

const sessions: Session[] = []
afterAll(() => Promise.all(sessions.map(session => session.close())))
async function open(): Promise<Remote<Module>> {
  const session = await start({ keepsArguments: KEPT })
  sessions.push(session)
  return session.remote<Module>()
}
const student: Remote<Module> = await open()

const kept = (index: number, name?: string) =>
  `argument ${index}${name ? ` (${name})` : ''}; it must leave it as it was`
const changed = (index: number, name?: string) => ({
  name: 'AssertionError',
  message: expect.stringContaining(kept(index, name)) as string,
})
const lots = () => Array.from({ length: 100 }, (_, i) => i / 7)

describe('a call that keeps its arguments', () => {
  test('passes when it only reads them, whatever they hold', async () => {
    const odd = { none: undefined, nan: NaN, zero: -0, map: new Map([[1, new Set('x')]]), f: () => 1, long: lots() }
    expect(await student.reads([NaN, -0], odd)).toBe(2)
  })

  test('fails when it writes into one, and names it', async () => {
    const call = student.writes(3, [1, 2])
    await expect(call).rejects.toMatchObject({
      name: 'AssertionError',
      message: 'writes changes its argument 2 (list); it must leave it as it was',
    })
  })

  test.each([
    ['a long list', lots()],
    ['a typed array', Float32Array.of(1, 2)],
    ['bytes', new Uint8Array(4)],
    ['a list of lists', [[1], [2]]],
  ])('fails when it writes into %s', async (_, list) => {
    await expect(student.writes(3, list)).rejects.toMatchObject(changed(2, 'list'))
  })

  test.each([
    ['nested lists', () => student.nested([[], [1, 2, 3]]), changed(1, 'rows')],
    ['the length', () => student.grows([]), changed(1, 'list')],
    ['the order', () => student.sorts([2, 1]), changed(1, 'list')],
    ['a field', () => student.renames({ name: 'one' }), changed(1, 'options')],
    ['a number for a promise', () => student.breaks([1]), changed(1, 'list')],
    ['a map', () => student.puts(new Map([['a', 1]])), changed(1, 'map')],
    ['a zero for its negative', () => student.writes(0, [-0]), changed(2, 'list')],
    ['what comes later than its first await', () => student.after([1]), changed(1, 'list')],
  ])('fails when it changes %s', async (_, call, expected) => {
    await expect(call()).rejects.toMatchObject(expected)
  })

  test('fails when it puts another tensor in a list or a parameter, or gives its memory back', async () => {
    const [x, y] = [tensor([1, 2], { on }), tensor([3, 4], { on })]
    await expect(student.swaps([x], y)).rejects.toMatchObject(changed(1, 'tensors'))
    await expect(student.steps(new Parameter(x), y)).rejects.toMatchObject(changed(1, 'parameter'))
    await expect(student.releases(x)).rejects.toMatchObject(changed(1, 'x'))
    expect(await student.replaces(new Parameter(x)), 'the same values are no change').toBe(1)
  })

  test('may draw from a generator, and put back what it has changed for a while', async () => {
    expect(await student.draws([1, 2], rng(1))).toHaveLength(2)
    expect(await student.backAndForth(([x]) => 2 * x, [1])).toBe(14)
  })

  test('is watched as well while it is called in a callback', async () => {
    const other = await open()
    const call = other.later(async () => other.writes(3, [1]))
    await expect(call).rejects.toMatchObject(changed(2, 'list'))
  })

  test('gets its own error, not what it did before', async () => {
    await expect(student.hides([1])).rejects.toMatchObject({ thrownName: 'RangeError' })
  })

  test('is no refusal when it changes its argument', async () => {
    await expect(expectRefusal(student.writes(3, [1]))).rejects.toMatchObject(changed(2, 'list'))
  })

  test('may be one of a method, whatever its class is called inside', async () => {
    const network = await student.Network.new([1])
    expect(await network.peek([5])).toBe(5)
    await expect(network.forward([5], [1])).rejects.toMatchObject(changed(2, 'into'))
  })

  test('may be one of a function that another one returns', async () => {
    const update = await student.adam()
    const message = 'the returned function changes its argument 1 (w); it must leave it as it was'
    await expect(update([1])).rejects.toMatchObject({ name: 'AssertionError', message })
  })

  test('is watched only where the suite asks for it', async () => {
    expect(await student.unlisted([1])).toBe(1)
    const update = await student.sgd()
    expect(await update([1])).toEqual([9])
    expect(await student.forward([1]), 'a function is not the method of that name').toBe(1)
  })
})
