import { describe, expect, test } from 'vitest'
import { findLabs } from '../src/course.ts'
import { givenIn, kinds, piecesOf } from '../src/similar/given.ts'
import { unitsOf } from '../src/similar/tokens.ts'
import { solved } from './submissions.ts'

const tokensIn = (text: string): string =>
  unitsOf(text)
    .map(({ head, statements }) => [head, ...statements].flatMap(kinds).join(' '))
    .join(' | ')

describe('tokens', () => {
  test.each([
    ['names and literals', 'const a = f(1, "x")', 'const total = other(25, `y`)'],
    ['types', 'function f(a: number[]): void { g<string>(a as any, b!) }', 'function f(a) { g(a, b) }'],
    ['comments and layout', 'f( a ,b ) // this\n/* that */', 'f(a, b);'],
    ['notations of a function', 'const f = (a) => a + 1', 'function f(a) { return a + 1 }'],
    ['const, let and lists of them', 'const a = 1, b = 2', 'let a = 1\nvar b = 2'],
    ['braces around one statement', 'if (a) b()\nelse c()', 'if (a) { b() } else { c() }'],
    [
      'export, imports and interfaces',
      "import x from 'y'\nexport const a = 1\ninterface B {}\ntype C = 1",
      'const a = 1',
    ],
  ])('%s make no difference', (_, one, other) => {
    expect(tokensIn(one)).not.toBe('')
    expect(tokensIn(one)).toBe(tokensIn(other))
  })

  test.each([
    ['kinds of loops', 'for (const a of b) c(a)', 'b.forEach(a => c(a))'],
    ['operators', 'a = b + c', 'a = b - c'],
    ['methods of the language', 'a.map(b)', 'a.filter(b)'],
    ['++ and += 1', 'a++', 'a += 1'],
    ['an else', 'if (a) return1()\nb()', 'if (a) return1()\nelse b()'],
  ])('%s do', (_, one, other) => {
    expect(tokensIn(one)).not.toBe(tokensIn(other))
  })

  test('a worked example', () => {
    expect(tokensIn('export const f = (x: number[]) => x.map(v => Math.max(v, 0))')).toBe(
      'function name return name .map call function name return Math .max call name number end',
    )
  })

  test('a token knows where it is', () => {
    const text = 'const f = () => {\n  return wrong / n\n}'
    const [{ statements }] = unitsOf(text)
    expect(statements[0].map(({ start, end }) => text.slice(start, end))).toEqual(['return ', 'wrong', ' / ', 'n'])
  })

  test('every construct of the solutions has a word', async () => {
    for (const lab of await findLabs('all'))
      for (const file of lab.manifest.edit) {
        const ids = lab.manifest.exercises.map(({ id }) => id)
        expect(tokensIn(solved(lab, ids, file)), `${lab.manifest.id}: ${file}`).not.toMatch(
          /[A-Z]\w+(Expression|Statement|Declaration|Pattern|Definition)/,
        )
      }
  })
})

describe('what students were given', async () => {
  const labs = await findLabs('all')

  test.each(labs.map(lab => [lab.manifest.id, lab] as const))('%s: nothing is left of the stubs', async (_, lab) => {
    const given = await givenIn(lab)
    for (const file of lab.manifest.edit) expect(piecesOf(file, unitsOf(solved(lab, [], file)), given)).toEqual([])
  })

  test('of an answer, only the body is left', async () => {
    const given = await givenIn(labs[0])
    const [file] = labs[0].manifest.edit
    const pieces = piecesOf(file, unitsOf(solved(labs[0], ['predict'], file)), given)
    expect(pieces.map(({ tokens }) => kinds(tokens).join(' '))).toEqual([
      'return name .map call function name return name < number ? - number : number end',
    ])
  })
})
