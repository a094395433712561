import { describe, expect, test } from 'vitest'
import { GraderFault } from '../src/errors.ts'
import { factorFor, quickestOf, slownessOf, stepMs } from '../src/sandbox/speed.ts'

describe('limits of time', () => {
  test.each([
    ['wasm', 1.7, 1],
    ['wasm', 2.5, 1],
    ['wasm', 2.7, 2],
    ['tfjs-node', 8, 8],
    ['tfjs-node', 27, 16],
    ['webgpu', 0.1, 1],
    ['plain', 18, 1],
    ['plain', 80, 8],
  ] as const)('%s, with a step of %d ms: × %d', (name, ms, factor) => expect(factorFor(name, ms)).toBe(factor))

  test('a backend that is far too slow is refused, and the fix is named', () => {
    expect(() => factorFor('tfjs-node', 60)).toThrow(GraderFault)
    expect(() => factorFor('tfjs-node', 60)).toThrow(/"tfjs-node" is 35 times slower.*Choose another.*--backend/)
  })

  test.each([
    { name: 'a busy moment is measured again', seen: [100, 60, 3, 1], best: 3, count: 3 },
    { name: 'a quick machine is measured once', seen: [2, 1], best: 2, count: 1 },
    { name: 'a slow one is believed after all measurements', seen: [90, 80, 70, 75], best: 70, count: 4 },
  ])('$name', async ({ seen, best, count }) => {
    let measured = 0
    const next = () => Promise.resolve(seen[measured++])
    expect(await quickestOf(next, 27, { times: 4, pauseMs: 1 })).toBe(best)
    expect(measured).toBe(count)
  })

  describe('a step is measured', () => {
    /** Measures on a machine where the steps take these milliseconds of each clock; the last is repeated. */
    const measured = async (steps: readonly { wall: number; processor: number }[], enough?: number) => {
      const clock = { wall: 0, processor: 0 }
      let count = 0
      const step = () => {
        const { wall, processor } = steps[Math.min(count++, steps.length - 1)]
        clock.wall += wall
        clock.processor += processor
        return Promise.resolve()
      }
      return { ms: await stepMs(step, [() => clock.wall, () => clock.processor], enough), count }
    }

    test('by processor time on a machine that 20 other programs keep busy', async () => {
      const { ms } = await measured([{ wall: 110, processor: 2 }])
      expect(ms).toBe(2)
      expect(factorFor('wasm', ms)).toBe(1)
    })

    test('and a slow backend stays slow, busy machine or not', async () => {
      for (const wall of [60, 900]) {
        const { ms } = await measured([{ wall, processor: 60 }])
        expect(() => factorFor('wasm', ms)).toThrow(GraderFault)
      }
    })

    test('by the time of day where many threads take more processor time', async () =>
      expect((await measured([{ wall: 3, processor: 24 }])).ms).toBe(3))

    test('until a batch is fast enough: compiling the first steps takes longer', async () => {
      const steps = [...Array.from({ length: 10 }, () => ({ wall: 10, processor: 10 })), { wall: 2, processor: 2 }]
      const { ms, count } = await measured(steps, 2.5)
      expect(ms).toBe(2)
      expect(count).toBe(10 + 25)
    })
  })

  test('a backend is measured once', async () => {
    const [first, second] = [slownessOf('wasm'), slownessOf('wasm')]
    expect(await first).toBe(await second)
  })
})
