import { stripTypeScriptTypes } from 'node:module'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { traceNaN } from '../src/trace-nan.ts'

/** Evaluates the body of a function of x, y and list, as it is and traced. */
function both(body: string, values: readonly unknown[]): { plain: unknown; traced: unknown } {
  const run = (code: string) => {
    try {
      // What is tested is code that a program has written.
      // eslint-disable-next-line @typescript-eslint/no-implied-eval
      const make = new Function(`${stripTypeScriptTypes(code)}; return f`) as () => (...args: unknown[]) => unknown
      return make()(...values)
    } catch (error) {
      return (error as Error).message
    }
  }
  const code = `function f(x: number, y: number, list: number[]): unknown { ${body} }`
  return { plain: run(code), traced: run(traceNaN(code)) }
}

describe('traceNaN', () => {
  test.each([
    ['return x / y', [0, 0], 'x / y is 0 / 0, which is NaN'],
    ['return 2 * (x / (y - 1)) + 1', [0, 1], 'x / (y - 1) is 0 / 0, which is NaN'],
    ['return list.map(v => v * list[7]).map(v => v + 1)', [1, 1, [3]], 'v * list[7] is 3 * undefined, which is NaN'],
    [
      'let s = 0; for (let i = 0; i <= list.length; i++) s += list[i]; return s',
      [0, 0, [1]],
      's += list[i] is 1 + undefined, which is NaN',
    ],
    ['const a = [0]; a[0] -= y; return a[0]', [0, NaN], 'a[0] -= y is 0 - NaN, which is NaN'],
    ['return Math.log(x - y) + 1', [1, 3], 'Math.log(x - y) is Math.log(-2), which is NaN'],
    ['return x // from x - y\n - list[7]', [1, 2, []], 'x - list[7] is 1 - undefined, which is NaN'],
    ['return (x /* ) / */ ) / y', [0, 0], '(x ) / y is 0 / 0, which is NaN'],
    ['let s = x; s /* += */ += list[7]; return s', [1, 2, []], 's += list[7] is 1 + undefined, which is NaN'],
    ['return Number("a // b") + 1', [], 'Number("a // b") is NaN'],
    ['return Number("one") + 1', [], 'Number("one") is NaN'],
  ])('%s', (body, values, message) => {
    expect(both(body, values).traced).toBe(message)
  })

  test('code that makes no NaN does what it did', () => {
    const operand = fc.constantFrom('x', 'y', 'list[0]', '(x + 1)', '((y))', 'Math.abs(x)', 'list.reduce((s, v) => s + v, 0)', '(x as number)', 'list[list.length - 1]!') // prettier-ignore
    const sign = fc.constantFrom('+', '-', '*', '**', '<', '&&', '?? 1 /')
    const expression = fc
      .tuple(operand, sign, operand, fc.constantFrom('+', '-', '*'), operand)
      .map(parts => parts.join(' '))
    const number = fc.integer({ min: 1, max: 5 })
    fc.assert(
      fc.property(expression, number, number, fc.array(number, { minLength: 1 }), (body, x, y, list) => {
        const { plain, traced } = both(`let z = 1; z *= ${body}; return [z, \`\${x}\` + ${body}]`, [x, y, list])
        expect(traced).toEqual(plain)
      }),
    )
  })

  test('no line moves', () => {
    const code = 'export function f(\n  x: number,\n) {\n  return x *\n    Math.log(\n      x,\n    )\n}\n'
    expect(traceNaN(code).split('\n')).toHaveLength(code.split('\n').length)
  })
})
