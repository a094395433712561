import { expect, test } from '../src/expect.ts'
import { expectKept } from '../src/kept.ts'

const layer = () => ({ W: [[1, 2]], b: [NaN] })

test('a function that makes new lists leaves its arguments as they are', () => {
  expectKept((x: number[], factor: number) => x.map(value => factor * value), [[1, 2], 3])
  expectKept(({ W, b }: ReturnType<typeof layer>) => [...W.flat(), ...b], [layer()])
})

test('reports a change of any argument, however deep', () => {
  const sorts = (_: number[], x: number[]) => x.sort((a, b) => a - b)
  expect(() => expectKept(sorts, [[2, 1], [2, 1]])).toThrow(/^argument 2: must not change/) // prettier-ignore
  const shifts = ({ W }: ReturnType<typeof layer>) => (W[0][1] += 1)
  expect(() => expectKept(shifts, [layer()], 'make new lists')).toThrow(/^argument 1: make new lists/)
  expect(() => expectKept((x: number[]) => x.pop(), [[1]])).toThrow(/argument 1/)
})
