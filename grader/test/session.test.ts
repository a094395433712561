import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { canFork } from '../src/sandbox/fork-server.ts'
import { TIER_IDS, type TierId } from '../src/sandbox/tiers/tiers.ts'
import { tryTier } from '../src/sandbox/try-tier.ts'
import { sessionsWith } from './child-process.ts'

/** The trusted end of a student's process, with a real process at the other end. */

const MODULE = `
import { writeSync } from 'node:fs'
export const swallow = f => { try { f(1) } catch { return 'swallowed' } return 'nothing to swallow' }
export const told = f => { try { f(1) } catch (error) { return error.message } }
export const late = f => { setTimeout(() => f(1), 1000) }
export const again = f => f(n => n + 1)
export class Model { constructor(n) { this.n = n } double() { return 2 * this.n } }
export const model = () => new Model(3)
export const matcher = () => [{ asymmetricMatch: () => true }]
export const thenable = () => ({ inner: { then: 1, valueOf() { return 7 } } })
export const spin = () => { for (;;); }
export const give = (f, length, times) => { for (let i = 0; i < times; i++) f(new Array(length).fill(i)) }
export const giveRaw = () => {
  const json = Buffer.from(JSON.stringify(['a', 'callback', 1, ['a', ...Array.from({ length: 2000 }, () => 'x'.repeat(1000))]]))
  const head = Buffer.alloc(8)
  const pad = (8 - ((4 + json.length) & 7)) & 7
  head.writeUInt32LE(4 + json.length + pad, 0)
  head.writeUInt32LE(json.length, 4)
  const frame = Buffer.concat([head, json, Buffer.alloc(pad)])
  for (let done = 0; done < frame.length; ) {
    try { done += writeSync(4, frame, done) } catch (error) { if (error.code !== 'EAGAIN') throw error }
  }
  return new Promise(() => {})
}
export const long = () => ({ length: 1e15 })
export const giveLong = f => f({ length: 1e15 })
export const wait = () => new Promise(() => {})
`
interface Student {
  swallow(f: (n: number) => void): Promise<string>
  told(f: (n: number) => unknown): Promise<string>
  late(f: (n: number) => unknown): Promise<void>
  again(f: (g: (n: number) => Promise<number>) => unknown): Promise<number>
  model(): Promise<{ double(): Promise<number> }>
  matcher(): Promise<unknown>
  thenable(): Promise<unknown>
  spin(): Promise<void>
  give(f: (list: number[]) => void, length: number, times: number): Promise<void>
  giveRaw(f: () => void): Promise<void>
  long(): Promise<unknown>
  giveLong(f: (list: { length: number }) => number): Promise<unknown>
  wait(): Promise<void>
}

const startChild = sessionsWith(MODULE)
const tiers = await Promise.all(TIER_IDS.map(tryTier))
const forking = tiers.find(({ id, available }) => available && canFork(id))?.id
/** The tier that every machine has, and a process made by copying another one. */
const ways = [{ tier: 'D' as TierId, copied: false, made: 'started' }]
if (forking) ways.push({ tier: forking, copied: true, made: 'copied' })

describe.each(ways)('a session with a $made process', ({ tier, copied }) => {
  const start = (callSeconds?: number, settings = {}) => startChild(callSeconds, { tier, copied, ...settings })
  const open = async (callSeconds?: number) => (await start(callSeconds)).remote<Student>()

  test.each(copied ? tiers.filter(({ id }) => canFork(id)) : tiers)(
    'in tier $id that used up its CPU time ended by that, not by its memory',
    async tier => {
      if (!tier.available || process.platform === 'win32') return expect(tier.reason).not.toBe('')
      const session = await start(30, { tier: tier.id, cpuSeconds: 1 })
      await expect(session.remote<Student>().spin()).rejects.toMatchObject({ name: 'SandboxDied', kind: 'cpu' })
    },
  )

  test('a failed expectation in a callback fails the call, whatever the student’s code does with it', async () => {
    const student = await open()
    const call = student.swallow(n => expect(n, 'the secret is 42').toBe(42))
    await expect(call).rejects.toMatchObject({ name: 'AssertionError' })
  })

  test('and every later call, so that a test which goes on fails by it too', async () => {
    const student = await open()
    const assertion = { name: 'AssertionError' }
    await expect(student.swallow(n => expect(n).toBe(42))).rejects.toMatchObject(assertion)
    await expect(student.model()).rejects.toMatchObject(assertion)
  })

  test('other errors of a callback go to the student’s code, as those of any function', async () => {
    const student = await open()
    const told = await student.told(() => {
      throw new RangeError('out of range')
    })
    expect(told).toBe('out of range')
  })

  test('an answer of a callback that cannot be sent is an error where it was asked for', async () => {
    const student = await open()
    expect(await student.told(() => 'x'.repeat(2 ** 21))).toContain('a string that long cannot be sent')
    expect(await student.told(() => new Array<string>(2 ** 25).fill('x'))).toContain('cannot be sent')
    expect(await student.told(() => 'fine, and the process still answers')).toBeUndefined()
  })

  test('a callback is given no more than its bound, and all of them together no more than a few times that', async () => {
    const student = await open()
    const given: number[] = []
    const take = (list: number[]) => void given.push(list.length)
    await expect(student.give(take, 3e5, 1)).rejects.toThrow(/^CannotSend: an array of length 300000 cannot be sent/)
    await expect(student.give(take, 1e5, 9)).rejects.toMatchObject({ kind: 'flood' })
    expect(given).toEqual(Array(5).fill(1e5))
  })

  test('a process that gives a callback more than its side allows is not honest', async () => {
    const student = await open()
    await expect(student.giveRaw(() => {})).rejects.toMatchObject({ kind: 'protocol' })
  })

  test('an object with a length does not arrive: a loop over it would not end', async () => {
    const student = await open()
    await expect(student.long()).rejects.toThrow('an object with a field named length cannot be sent')
    await expect(student.giveLong(({ length }) => length)).rejects.toThrow('a field named length cannot be sent')
  })

  test('a call that cannot be sent fails where it is awaited, and harms no other', async () => {
    const student = await open()
    const call = student.told(Symbol('x') as never)
    await expect(call).rejects.toThrow('a symbol cannot be sent')
    expect(await student.told(n => n)).toBeUndefined()
  })

  test('knows whether the student’s code has answered', async () => {
    const session = await start()
    const student = session.remote<Student>()
    const waiting = student.wait()
    await expect(student.told(Symbol('x') as never)).rejects.toThrow()
    expect(session.hasAnswered).toBe(false)
    await student.told(n => {
      expect(session.hasAnswered, 'a callback is an answer').toBe(true)
      return n
    })
    expect(session.hasAnswered).toBe(true)
    await session.close()
    await expect(waiting).rejects.toMatchObject({ kind: 'closed' })
  })

  test('a callback after the function has returned is a mistake, and no attack', async () => {
    const student = await open()
    await student.late(n => n)
    // The timer of a second outlasts the child's patience with timers; then it has this long to fire on a busy machine.
    await sleep(3000)
    await expect(student.model()).rejects.toMatchObject({ name: 'SandboxDied', kind: 'exit' })
  })

  test('a callback may use what the student’s code has passed to it', async () => {
    const student = await open()
    expect(await student.again(async increment => increment(await increment(40)))).toBe(42)
  })

  test('an instance cannot pass for anything else', async () => {
    const student = await open()
    const model = await student.model()
    expect(await model.double()).toBe(6)
    expect(JSON.stringify(model)).toBe('{}')
    expect(() => expect(model).toEqual({ n: 3 })).toThrow()
    expect(() => String(model as unknown)).toThrow(TypeError)
    expect(await Promise.resolve(model)).toBe(model)
  })

  test('no object arrives with methods that a comparison would call', async () => {
    const student = await open()
    await expect(student.matcher()).rejects.toThrow('an object with a method named asymmetricMatch cannot be sent')
    await expect(student.thenable()).rejects.toThrow('an object with a method named valueOf cannot be sent')
  })

  test('a call that is not awaited ends nothing but itself', async () => {
    const unhandled: unknown[] = []
    const note = (reason: unknown) => void unhandled.push(reason)
    process.on('unhandledRejection', note)
    const student = await open(1)
    void student.wait()
    await expect(student.wait()).rejects.toMatchObject({ kind: 'timeout' })
    await sleep(50)
    process.off('unhandledRejection', note)
    expect(unhandled).toEqual([])
  })
})

const BUSY = `
let ticks = 0
export const modules = () => process.moduleLoadList.map(name => name.replace('NativeModule ', ''))
export const ticking = () => void setInterval(() => ticks++, 1)
export const waiting = () => new Promise(() => {})
export const soon = async () => ticks
`
interface Busy {
  modules(): Promise<string[]>
  ticking(): Promise<void>
  waiting(): Promise<void>
  soon(): Promise<number>
}

const startBusy = sessionsWith(BUSY)

describe.each(ways)('a student’s $made process', ({ tier, copied }) => {
  const busy = async () => (await startBusy(5, { tier, copied })).remote<Busy>()

  test('loads nothing that takes longer than its start, unless it has to hear calls during others', async () => {
    const student = await busy()
    expect(await student.soon()).toBe(0)
    const loaded = await student.modules()
    for (const slow of ['net', 'internal/fs/promises']) expect(loaded).not.toContain(slow)
    void student.waiting()
    expect(await student.modules(), 'the same list, for comparison').toContain('net')
  })

  test('hears a call while another waits', async () => {
    const student = await busy()
    void student.waiting()
    void student.waiting()
    expect(await student.soon()).toBe(0)
  })

  test('goes on with what its code has left running, between calls', async () => {
    const student = await busy()
    await student.ticking()
    const before = await student.soon()
    while ((await student.soon()) <= before + 3) await sleep(5)
  })
})
