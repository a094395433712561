import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Axis } from '../src/chart.ts'
import { alike, inWords } from '../src/numbers.ts'
import { share, ticks } from '../src/scale.ts'
import { clean, shorten, toAscii, width, wrap } from '../src/text.ts'

const axis = (low: number, high: number, scale: Axis['scale'] = 'linear'): Axis => ({
  label: '',
  scale,
  range: [low, high],
})
const texts = (at: Axis, count: number) => ticks(at, count).map(tick => tick.text)

describe('ticks', () => {
  test('are round, and their texts have one length behind the point', () => {
    expect(texts(axis(0, 1), 5)).toEqual(['0.0', '0.2', '0.4', '0.6', '0.8', '1.0'])
    expect(texts(axis(-1, 1), 2)).toEqual(['−1', '0', '1'])
    expect(texts(axis(0, 1875), 4)).toEqual(['0', '500', '1,000', '1,500'])
    expect(texts(axis(0, 3e-7), 3)).toEqual(['0', '1e-7', '2e-7', '3e-7'])
    expect(texts(axis(0, 2e9), 2)).toEqual(['0', '1e9', '2e9'])
  })

  test('are powers of ten on a log axis, with 2 and 5 between them if they are few', () => {
    expect(texts(axis(0.02, 2, 'log'), 6)).toEqual(['0.02', '0.05', '0.1', '0.2', '0.5', '1', '2'])
    expect(texts(axis(1e-7, 1, 'log'), 4)).toEqual(['10⁻⁶', '10⁻⁴', '10⁻²', '10⁰'])
    expect(texts(axis(2, 3, 'log'), 4)).toEqual(['2.0', '2.2', '2.4', '2.6', '2.8', '3.0'])
  })

  test('lie on the axis, where their text says', () => {
    const number = fc.double({ min: -1e6, max: 1e6, noNaN: true })
    fc.assert(
      fc.property(number, number, fc.integer({ min: 2, max: 12 }), (a, b, count) => {
        const [low, high] = [Math.min(a, b), Math.max(a, b)]
        fc.pre(high - low > 1e-6 * Math.max(Math.abs(low), Math.abs(high)) && high - low > 1e-12)
        const found = ticks(axis(low, high), count)
        expect(found.length).toBeGreaterThan(0)
        for (const { at, text } of found) {
          expect(share(axis(low, high), at)).toBeGreaterThanOrEqual(-1e-9)
          expect(share(axis(low, high), at)).toBeLessThanOrEqual(1 + 1e-9)
          const value = Number(text.replace('−', '-').replaceAll(',', ''))
          expect(Math.abs(value - at)).toBeLessThanOrEqual(1e-6 * (high - low))
        }
      }),
    )
  })
})

describe('numbers as text', () => {
  test('three digits, thousands apart, a real minus sign', () => {
    const numbers = [0, -0, 1875, -2.34567, 0.000123456, 0.00001234, 12345678, 1e300, 0.1 + 0.2, 999.95]
    expect(numbers.map(inWords)).toEqual([
      '0',
      '0',
      '1,875',
      '−2.35',
      '0.000123',
      '1.23e-5',
      '1.23e7',
      '1e300',
      '0.3',
      '1,000',
    ])
  })

  test('figures below one another line up', () => {
    expect(alike([0.81, 0.983, 1])).toEqual(['0.810', '0.983', '1.000'])
    expect(alike([10, 2])).toEqual(['10', '2'])
  })
})

describe('texts', () => {
  test('lose what would confuse a terminal or is not allowed in XML', () => {
    expect(clean('a\u001b[31mb\u0000c\u202ed\u2066e\ud800f\uffffg\nh')).toBe('ab c d e f g h')
    expect(clean('👩‍🔬 é 数')).toBe('👩‍🔬 é 数')
  })

  test('in ASCII keep what has a likeness', () => {
    expect(toAscii('x₁ − 2·10⁻³ × ŷ, η = 10⁵ … “é” 数')).toBe('x1 - 2e-3 x y, eta = 1e5 ... ?e? ?')
  })

  test('are cut by columns, between whole characters', () => {
    expect(shorten('automobile', 6)).toBe('autom…')
    expect(shorten('数字数字', 5)).toBe('数字…')
    expect(shorten('👩‍🔬👩‍🔬', 3)).toBe('👩‍🔬…')
    expect(shorten('cat', 3)).toBe('cat')
  })

  test('wrap between words', () => {
    expect(wrap('the loss falls from 2.3', 10)).toEqual(['the loss', 'falls from', '2.3'])
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.integer({ min: 2, max: 40 }), (text, columns) => {
        for (const line of wrap(text, columns)) expect(width(line)).toBeLessThanOrEqual(columns)
      }),
    )
  })
})
