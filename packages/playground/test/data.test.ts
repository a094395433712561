import { expect, test } from '@backprop/testkit'
import fc from 'fast-check'
import { gridPoints } from '../src/data/columns.ts'
import { parseFormula } from '../src/data/formula.ts'
import { makePoints } from '../src/data/points.ts'
import { CLASS_SETS, DEFAULT_SETUP, type Setup, VALUE_SETS } from '../src/setup/setup.ts'

const pointsOf = (part: Partial<Setup>) => makePoints({ ...DEFAULT_SETUP, ...part })
const valueOf = (formula: string, x: number) => {
  const read = parseFormula(formula)
  if ('error' in read) throw new Error(read.error)
  return read.f(x)
}

for (const [formula, x, value] of [
  ['2*sin(x)', Math.PI / 2, 2],
  ['2x + 1', 3, 7],
  ['1 - 2 - 3', 0, -4],
  ['12/2/3', 0, 2],
  ['-x^2', 3, -9],
  ['2^-1', 0, 0.5],
  ['2^3^2', 0, 512],
  ['x**2', 3, 9],
  ['(x + 1)(x − 1)', 3, 8],
  ['abs(x) + sqrt(4) + exp(0)', -2, 5],
  ['2 pi', 0, 2 * Math.PI],
  ['.5x', 4, 2],
  ['1e1x', 2, 20],
] as const)
  test(`${formula} at x = ${x} is ${value}`, () => {
    expect(valueOf(formula, x)).toBeCloseTo(value, 12)
  })

for (const [formula, at, error] of [
  ['', 0, 'The formula is empty. Try 2*sin(x).'],
  ['2*', 2, 'The formula ends too early; expected a number, x, a function or (.'],
  ['sin x', 4, 'Character 5 is "x"; expected ( after sin, as in sin(x).'],
  ['(x+1', 4, 'The formula ends too early; expected ) for the ( at character 1.'],
  ['x)', 1, 'Character 2 is ")"; expected an operator such as + or *.'],
  [
    'constructor(1)',
    0,
    '"constructor" isn\'t known here. Use x, pi, e, or sin, cos, tan, exp, log, sqrt, abs, sign, floor, tanh.',
  ],
  ['x = 3', 2, 'Character 3 is "="; expected an operator such as + or *.'],
] as const)
  test(`${JSON.stringify(formula)} is rejected at character ${at}`, () => {
    expect(parseFormula(formula)).toEqual({ error, at })
  })

test('any text is read or rejected with a position in it', () => {
  const tokens = fc.constantFrom('x', '2', '+', '-', '*', '/', '^', '(', ')', 'sin', ' ', '.', 'e', '$')
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.array(tokens).map(parts => parts.join('')),
      ),
      text => {
        const read = parseFormula(text)
        if ('error' in read) expect(read.at).toBeLessThanOrEqual(text.length)
        else expect(typeof read.f(1)).toBe('number')
      },
    ),
  )
})

test('every set is shuffled and split by the share of the training data', () => {
  const sets: Partial<Setup>[] = [
    ...CLASS_SETS.filter(set => set !== 'painted' && set !== 'file').map(dataset => ({ dataset })),
    ...VALUE_SETS.map(regDataset => ({ problem: 'regression' as const, regDataset })),
  ]
  for (const part of sets) {
    const { train, test } = pointsOf({ ...part, trainShare: 80 })
    const all = part.problem === 'regression' ? 1200 : 500
    expect([train.target.length, test.target.length]).toEqual([0.8 * all, 0.2 * all])
    expect(train.at).toHaveLength(2 * train.target.length)
    expect(train.at.every(Number.isFinite)).toBe(true)
    // Not one class after the other, as the generators make them.
    expect(new Set(train.target.subarray(0, 30)).size).toBeGreaterThan(1)
  }
})

test('own points are used unchanged', () => {
  const own = { at: Float64Array.of(1, 2, 3, 4), target: Float64Array.of(1, -1) }
  const { train, test } = makePoints({ ...DEFAULT_SETUP, dataset: 'painted' }, own)
  const rows = [train, test].map(({ at, target }) => [...at, ...target]).sort(([a], [b]) => a - b)
  expect(rows).toEqual([[1, 2, 1], [3, 4, -1]]) // prettier-ignore
})

test('the formula is the border between the classes', () => {
  const { train } = pointsOf({ dataset: 'formula', formula: 'x/2 + 1' })
  for (const [i, target] of train.target.entries())
    expect(target).toBe(train.at[2 * i + 1] >= train.at[2 * i] / 2 + 1 ? 1 : -1)
})

test('noise changes the points, not their split; the share of the training data changes no point', () => {
  const sorted = (part: Partial<Setup>) => {
    const { train, test } = pointsOf(part)
    return [...train.at, ...test.at].sort((a, b) => a - b)
  }
  expect(sorted({ trainShare: 20 })).toEqual(sorted({ trainShare: 70 }))
  expect(sorted({ noise: 20, dataset: 'spiral' })).not.toEqual(sorted({ dataset: 'spiral' }))
})

test('a grid of two by two cells has its middles at ±3, the top row first', () => {
  expect([...gridPoints(2)]).toEqual([-3, 3, 3, 3, -3, -3, 3, -3])
})
