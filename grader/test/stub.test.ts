import { expect, test } from 'vitest'
import { stubOf } from '../src/intake/stubs.ts'

const SOLUTION = `import type { Row } from './rows.ts'
// SOLUTION
import { square } from './squares.ts'
// END

/** The sum of squares. */
export function sum(row: Row): number {
  // SOLUTION(sum): Add the squares.
  return row.reduce((total, x) => total + square(x), 0)
  // END
}
`

test('a stub keeps signatures and docs, and names the exercise where the answer was', () => {
  expect(stubOf(SOLUTION, 'src/sum.ts')).toMatchInlineSnapshot(`
    "import { NotImplemented } from '@backprop/testkit/todo'
    import type { Row } from './rows.ts'

    /** The sum of squares. */
    export function sum(row: Row): number {
      // TODO(sum): Add the squares.
      throw new NotImplemented('sum')
    }
    "
  `)
})

test.each([
  ['  // SOLUTION(a): x', 'src/a.ts:1: this SOLUTION has no END.'],
  ['  // END', 'src/a.ts:1: an END without a SOLUTION before it.'],
  ['// SOLUTION(a): x\n// SOLUTION(b): y\n// END', 'src/a.ts:2: a SOLUTION starts inside the one of line 1.'],
])('marks that do not pair up are named by line', (text, message) => {
  expect(() => stubOf(text, 'src/a.ts')).toThrow(message)
})
