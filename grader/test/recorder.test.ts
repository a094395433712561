import { plain, rng, tensor } from '@backprop/core'
import { describe, expect, test } from 'vitest'
import { Recorder } from '../src/pipeline/suite/recorder.ts'
import { strongestTier } from '../src/sandbox/try-tier.ts'
import type { Remote } from '../src/sandbox/wire/remote.ts'
import { stageModule } from './staged-module.ts'

/** What a student may export: functions that call back, objects that stay over there, errors, and an early end. */
const MODULE = `
export const apply = (f, x) => f(f(x))
export class Counter { #n = 0; add(by) { return (this.#n += by) } }
export const adder = n => x => x + n
export const refuse = () => { throw new RangeError('no\\u001b[2J') }
export const leave = () => process.exit(0)
export const echo = x => x
`

interface Module {
  apply(f: (x: number) => number, x: number): number
  Counter: new () => { add(by: number): number }
  adder(n: number): (x: number) => number
  refuse(): void
  leave(): void
  echo<T>(x: T): T
}

const on = plain()
const { id: tier } = await strongestTier()
const start = await stageModule(MODULE, tier, on)

/** Opens a session with a recorder beside it, does something in it, and tells what was recorded. */
async function recorded(act: (student: Remote<Module>) => Promise<unknown>) {
  const recorder = new Recorder(on)
  const session = await start({ trace: recorder.trace })
  try {
    await act(session.remote<Module>())
  } finally {
    await session.close()
  }
  const { calls, leftOut } = recorder.record()
  return {
    leftOut,
    calls: calls.map(({ number, name, args, ended, value }) => `${number} ${name}(${args.join()}) ${ended}: ${value}`),
  }
}

describe('the record of what crossed the wall', () => {
  test('has calls in both directions, in the order in which they were made', async () => {
    const { calls } = await recorded(module =>
      module.apply(function double(x: number) {
        return 2 * x
      }, 5),
    )
    expect(calls).toEqual([
      '1 apply(a function,5) returned: 20',
      '2 callback double(5) returned: 10',
      '3 callback double(10) returned: 20',
    ])
  })

  test('has the methods of objects and functions that stayed over there', async () => {
    const { calls } = await recorded(async module => {
      const counter = await module.Counter.new()
      await counter.add(2)
      await counter.$drop()
      await (
        await module.adder(3)
      )(4)
    })
    expect(calls).toEqual([
      '1 new Counter() returned: an instance of Counter',
      '2 object 1.add(2) returned: 2',
      '3 adder(3) returned: a function',
      '4 function 2(4) returned: 7',
    ])
  })

  test('has words for our own classes', async () => {
    const { calls } = await recorded(async module => {
      await module.echo({ x: tensor([1, 2], { on }), on })
      await module.echo(rng(3))
    })
    expect(calls[0]).toBe(
      '1 echo({ x: tensor [2] [1, 2], on: the backend }) returned: { x: tensor [2] [1, 2], on: the backend }',
    )
    expect(calls[1]).toMatch(/^2 echo\(a generator in state \[(-?\d+, ){3}-?\d+\]\) returned: a generator in state/)
  })

  test('tells errors from an answer that never came', async () => {
    const { calls } = await recorded(async module => {
      await module.refuse().catch(() => {})
      await module.leave().catch(() => {})
      await module.echo(1).catch(() => {})
    })
    expect(calls).toEqual([
      '1 refuse() threw: RangeError: no',
      '2 leave() not at all: ended the process (exit code 0) before answering',
      '3 echo(1) not at all: ended the process (exit code 0) before answering',
    ])
  })

  test('of very many calls, keeps the first and the last', async () => {
    const { calls, leftOut } = await recorded(async module => {
      for (let i = 1; i <= 50; i++) await module.echo(i)
    })
    expect(leftOut).toBe(20)
    expect(calls.map(call => Number(call.split(' ')[0]))).toEqual([
      ...Array.from({ length: 10 }, (_, i) => i + 1),
      ...Array.from({ length: 20 }, (_, i) => i + 31),
    ])
  })
})
