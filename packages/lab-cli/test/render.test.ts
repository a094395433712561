import fc from 'fast-check'
import stringWidth from 'string-width'
import { describe, expect, test } from 'vitest'
import { excerpt } from '../src/render/finding-lines.ts'
import { fitted } from '../src/render/fit-page.ts'
import { printedLines } from '../src/render/outcome-lines.ts'
import { cut, type TerminalStyle } from '../src/render/terminal-text.ts'

const STYLE: TerminalStyle = {
  columns: 40,
  rows: 10,
  signs: { good: '✓', bad: '✗', open: '·', full: '█', empty: '░', pointer: '›' },
  paint: (_, text) => text,
}

describe('fitted', () => {
  const line = fc.constantFrom('', 'a', 'a line that is far too long for a terminal with forty columns', '漢字\t👍🏽')
  const lines = fc.array(line, { maxLength: 60 })

  test('fits any terminal from 10 rows of 40 columns, and shows the beginning of the body', () => {
    const size = fc.record({ rows: fc.integer({ min: 10, max: 60 }), columns: fc.integer({ min: 40, max: 100 }) })
    fc.assert(
      fc.property(lines, size, fc.nat(80), (rest, { rows, columns }, scroll) => {
        const body = ['verdict', ...rest]
        const page = { head: ['head', 'two'], body, foot: ['keys'], scroll }
        const shown = fitted(page, { ...STYLE, rows, columns })
        expect(shown.length).toBeLessThan(rows)
        expect(Math.max(...shown.map(text => stringWidth(text)))).toBeLessThanOrEqual(columns)
        expect(shown.at(-1)).toBe('keys')
        expect(fitted({ ...page, scroll: 0 }, { ...STYLE, rows, columns })).toContain('verdict')
      }),
    )
  })

  test('what does not fit can be scrolled to, and nothing is lost between', () => {
    const body = Array.from({ length: 30 }, (_, i) => `line ${i}`)
    const seen = Array.from({ length: 40 }, (_, scroll) => fitted({ head: [], body, foot: [], scroll }, STYLE))
    expect(new Set(seen.flat().filter(text => text.startsWith('line')))).toEqual(new Set(body))
    expect(seen[0]).toEqual([...body.slice(0, 8), '… 22 more lines: arrow down'])
    expect(seen[39]).toEqual([...body.slice(22), '… the end: arrow up goes back'])
  })

  test('blank lines go before lines do', () => {
    const body = ['a', '', 'b', '', 'c', '', 'd', '', 'e']
    expect(fitted({ head: [], body, foot: [], scroll: 0 }, STYLE)).toEqual(['', 'a', '', 'b', '', 'c', '', 'd', 'e'])
  })
})

describe('excerpt', () => {
  const caretIn = (source: string, column: number, columns = 80) => excerpt(source, { file: 'src/a.ts', line: 1, column }, columns) // prettier-ignore

  test.each([
    ['tabs', '\t\tbad()', 3],
    ['East Asian characters', 'const 漢字 = bad()', 12],
    ['emoji', "f('👍🏽', bad())", 11],
  ])('the caret is below its word after %s', (_, source, column) => {
    expect(source.slice(column - 1)).toMatch(/^bad/)
    const [row, caret] = caretIn(source, column)
    expect(row).not.toContain('\t')
    expect(stringWidth(row.slice(0, row.indexOf('bad')))).toBe(caret.indexOf('^'))
  })

  test('a place far to the right is shown with what is around it', () => {
    const [row, caret] = caretIn(`${'x'.repeat(200)} = bad()`, 204, 40)
    expect(row).toContain('bad()')
    expect(row.indexOf('bad')).toBe(caret.indexOf('^'))
    expect(stringWidth(row)).toBeLessThanOrEqual(40)
  })
})

test('a huge print hides neither what comes after it nor the rest of the screen', () => {
  const printed = `${'x'.repeat(5000)}\n${Array.from({ length: 50 }, (_, i) => `\tround ${i}`).join('\n')}\n`
  const shown = printedLines(printed, STYLE, { short: true })
  expect(shown.length).toBeLessThan(10)
  expect(shown.at(-1)?.trim()).toBe('round 49')
  expect(Math.max(...shown.map(text => stringWidth(text)))).toBeLessThanOrEqual(40)
  expect(shown.join('')).not.toContain('\t')
})

test('colours do not count when a line is cut', () => {
  const red = '\u001b[31mred\u001b[39m'
  expect(cut(red, 3)).toBe(red)
  expect(stringWidth(cut(red.repeat(20), 10))).toBe(10)
})
