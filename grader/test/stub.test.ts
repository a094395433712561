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
  ['', "import { NotImplemented } from '@backprop/testkit/todo'\n\n"],
  ["import { add } from '@backprop/core'\n", "import { add } from '@backprop/core'\nNEEDED"],
  ["/** A. */\nimport { b } from './b.ts'\n", "/** A. */\nNEEDEDimport { b } from './b.ts'\n"],
  [
    "import {\n  add,\n} from '@backprop/core'\nimport { z } from 'zod'\n",
    "import {\n  add,\n} from '@backprop/core'\nNEEDEDimport { z } from 'zod'\n",
  ],
])('the import that a stub needs stands where the lint wants it: %j', (imports, expected) => {
  const stub = stubOf(`${imports}// SOLUTION(a): x\n// END\n`, 'src/a.ts')
  const needed = "import { NotImplemented } from '@backprop/testkit/todo'\n"
  expect(stub).toBe(`${expected.replace('NEEDED', needed)}// TODO(a): x\nthrow new NotImplemented('a')\n`)
})

test.each([
  ['  // SOLUTION(a): x', 'src/a.ts:1: this SOLUTION has no END.'],
  ['  // END', 'src/a.ts:1: an END without a SOLUTION before it.'],
  ['// SOLUTION(a): x\n// SOLUTION(b): y\n// END', 'src/a.ts:2: a SOLUTION starts inside the one of line 1.'],
])('marks that do not pair up are named by line', (text, message) => {
  expect(() => stubOf(text, 'src/a.ts')).toThrow(message)
})
