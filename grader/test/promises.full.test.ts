import { describe, expect, test } from 'vitest'
import { findLabs } from '../src/course.ts'
import { expectedStubs } from '../src/intake/stubs.ts'
import { promisesOf } from '../src/pipeline/stub-promises.ts'
import { takesTime } from '../src/sandbox/slow.ts'
import { sessionsWith } from './child-process.ts'

/** What visible tests, which share a process with the code, see by themselves: promises, and errors that come late. */

const STUB = `
export function plain(x: number): number { throw new Error() }
export async function train(f: () => void | Promise<void>): Promise<void> { throw new Error() }
export function update(): (x: number) => number { throw new Error() }
export async function fit(): Promise<(x: number) => Promise<number>> { throw new Error() }
export function rehearsal() { return { epoch: async () => {} } }
export class Network { step() { throw new Error() }; async epoch() { throw new Error() } }
export function network(): Network { throw new Error() }
export type Reader = () => Promise<number>
`
const MODULE = `
export const plain = async x => { if (x < 0) throw new RangeError('no'); return x }
export async function train(f) { await f() }
export const update = () => async x => x
export const layer = () => ({ forward: async x => x })
export const fit = async () => async x => x
export const rehearsal = () => ({ epoch: async () => 1 })
export class Network { async step() {} async epoch() { return 1 } }
export const network = () => new Network()
export const forgets = async f => { f() }
export const forgetsFirst = async (f, g) => { f(); await g() }
export const forgetsLast = async f => { f().then(() => {}) }
export const waitsForAll = async (f, g) => void await Promise.all([f(), g()])
export const waitsLater = async (f, g) => { const first = f(); await g(); return await first }
export const returns = async f => f()
export const handles = async f => f().catch(error => error.message)
export const finish = (f, done) => f().then(done)
export const typeOf = f => f() instanceof Promise
export const rejectsLate = x => { Promise.reject(new TypeError('not awaited')); return x }
export const throwsInTick = x => { process.nextTick(() => { throw new TypeError('in the next tick') }); return x }
export const throwsInTimer = x => { setTimeout(() => { throw new TypeError('in a timer') }, 20); return x }
export const keepsTimer = x => { setInterval(() => {}, 10); return x }
export const handled = x => { Promise.reject(new Error('handled')).catch(() => {}); return x }
`
type Call = (...args: unknown[]) => Promise<unknown>
type Student = Record<string, Call> & { Network: { new: () => Promise<Record<string, Call>> } }

const [promises] = Object.values(await promisesOf(new Map([['src/a.ts', STUB]])))
const start = sessionsWith(MODULE, promises)
const open = async () => (await start()).remote<unknown>() as Student

test('a stub says which functions give promises', () => {
  expect(promises).toEqual({ give: ['train', 'fit', 'Network.epoch'], lend: ['rehearsal'] })
})

test('the labs’ stubs declare functions that return a promise as "async", and in no other way', async () => {
  for (const lab of await findLabs('all')) {
    const stubs = await expectedStubs(lab)
    for (const text of stubs.values())
      expect(text, lab.manifest.id).not.toMatch(/^(export )?(?!async)\w* *function [^{]*\): Promise</m)
  }
})

describe('a promise where the stub returns a plain value', () => {
  const WRONG = { name: 'AssertionError', message: expect.stringContaining('returned a promise, expected') as string }

  test('is a wrong answer, whether it resolves or rejects', async () => {
    const student = await open()
    await expect(student.plain(1)).rejects.toMatchObject(WRONG)
    await expect(student.plain(-1), 'it should have thrown').rejects.toMatchObject(WRONG)
  })

  test('is wrong from a returned function, layer or object too', async () => {
    const student = await open()
    const update = (await student.update()) as Call
    await expect(update(1)).rejects.toMatchObject(WRONG)
    const { forward } = (await student.layer()) as Record<string, Call>
    await expect(forward(1)).rejects.toMatchObject(WRONG)
    const network = (await student.network()) as Record<string, Call>
    await expect(network.step()).rejects.toMatchObject(WRONG)
    await expect((await student.Network.new()).step()).rejects.toMatchObject(WRONG)
  })

  test('is right where the stub returns a promise', async () => {
    const student = await open()
    await student.train(() => {})
    expect(await ((await student.fit()) as Call)(3)).toBe(3)
    expect(await ((await student.rehearsal()) as Record<string, Call>).epoch()).toBe(1)
    expect(await (await student.Network.new()).epoch()).toBe(1)
  })
})

describe('a function that takes time', () => {
  const slow = (value: unknown) => takesTime('setWeights', () => value)
  const FORGOTTEN = { name: 'AssertionError', message: 'did not wait for setWeights(): is an await missing?' }
  const all = sessionsWith(MODULE)
  const openAll = async () => (await all()).remote<unknown>() as Student

  test.each(['forgets', 'forgetsFirst', 'forgetsLast'])('is not waited for: %s', async name => {
    const student = await openAll()
    await expect(
      student[name](
        slow(1),
        takesTime('testLoss', () => 2),
      ),
    ).rejects.toMatchObject(FORGOTTEN)
  })

  test.each(['waitsForAll', 'waitsLater', 'returns', 'handles'])('is waited for: %s', async name => {
    const student = await openAll()
    await student[name](
      slow(1),
      takesTime('testLoss', () => 2),
    )
  })

  test('gives a promise, and any other function its value', async () => {
    const student = await openAll()
    expect(await student.returns(slow(7))).toBe(7)
    expect(await student.typeOf(() => Promise.resolve(1))).toBe(false)
    await expect(student.typeOf(slow(1)), 'a promise that it only looks at').rejects.toMatchObject(FORGOTTEN)
  })

  test('may fail, as a promise does', async () => {
    const student = await openAll()
    const failing = takesTime('setWeights', () => {
      throw new RangeError('too many')
    })
    expect(await student.handles(failing)).toBe('too many')
    await expect(student.forgets(failing)).rejects.toThrow()
  })
})

describe('an error that comes late', () => {
  test.each([
    ['rejectsLate', 'not awaited'],
    ['throwsInTick', 'in the next tick'],
    ['throwsInTimer', 'in a timer'],
  ])('fails the call that caused it: %s', async (name, message) => {
    const student = await open()
    await expect(student[name](1)).rejects.toMatchObject({ name: 'StudentError', message: `TypeError: ${message}` })
  })

  test('is no failure where it is handled, and a lasting timer costs only a moment', async () => {
    const student = await open()
    expect(await student.handled(1)).toBe(1)
    for (let i = 0; i < 50; i++) expect(await student.keepsTimer(i)).toBe(i)
  })
})
