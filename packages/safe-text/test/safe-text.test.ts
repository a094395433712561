import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  csvCell,
  firstUnseen,
  htmlText,
  markdownBlock,
  markdownText,
  plainText,
  safeBlock,
  safeJson,
  safeLine,
  scriptJson,
  workflowText,
  xmlAttribute,
  xmlText,
} from '../src/index.ts'

/** Written by code points, and not as the module under test writes it. */
const UNSEEN =
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u034f\u061c\u115f\u1160\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff\u{e0000}-\u{e007f}]|\p{Cs}/u
/** Joiners beside Latin letters, signs or nothing. */
const STRAY = /(^|[\u0000-\u02ff])[\u200c\u200d]|[\u200c\u200d]([\u0000-\u02ff]|$)/u

const SPECIALS = [
  ...'\u0000\u0007\b\t\n\r\u001b\u007f\u0085\u009b\u00ad\u034f\u061c\u115f\u180e\u200b\u200c\u200d\u200e\u200f\u2028\u2029',
  ...'\u202a\u202e\u2060\u2066\u2069\u3164\ufe0f\ufeff\ufff9\ufffe\uffff\ud800\udc00',
  '\u{e0001}',
  '\u{e0041}',
  '\u{e0100}',
  ...[
    '\u001b[31m',
    '\u001b]0;title\u0007',
    '\u001b]8;;http://evil.example\u001b\\',
    '\u009b2J',
    '::error::x',
    '##[group]',
  ],
  ...['=1+1', '<b>', '&amp;', '"', "'", ']]>', '@all', 'www.', '|', 'a', 'ی', 'می\u200cخواهم', '👩\u200d👧'],
]
const hostile = fc
  .array(fc.oneof(fc.constantFrom(...SPECIALS), fc.string({ unit: 'binary', maxLength: 3 })))
  .map(parts => parts.join(''))

const PLACES: Readonly<Record<string, (text: string) => string>> = {
  plainText,
  safeBlock,
  safeLine,
  workflowText,
  safeJson: text => safeJson({ [text]: [text] }),
  scriptJson: text => scriptJson({ [text]: [text] }),
  csvCell,
  htmlText,
  xmlText,
  xmlAttribute,
  markdownText,
  markdownBlock,
}

describe.each(Object.entries(PLACES))('%s', (_, made) => {
  test('holds nothing that cannot be seen, whatever it is given', () => {
    fc.assert(
      fc.property(hostile, text => {
        expect(made(text)).not.toMatch(UNSEEN)
      }),
      { numRuns: 500 },
    )
  })
})

test('the places without references leave no joiner that is not spelling', () => {
  const joining = fc.array(fc.constantFrom('a', '1', ' ', '\u200c', '\u200d', 'ی', '👩')).map(parts => parts.join(''))
  fc.assert(
    fc.property(joining, text => {
      expect(plainText(text)).not.toMatch(STRAY)
    }),
  )
})

test('JSON reads back to what was written', () => {
  fc.assert(
    fc.property(hostile, text => {
      expect(JSON.parse(safeJson({ [text]: [text] }))).toEqual({ [text]: [text] })
    }),
  )
})

test('JSON within a page cannot end its element', () => {
  const text = '</script><!--<script>'
  expect(scriptJson(text)).not.toContain('<')
  expect(JSON.parse(scriptJson(text))).toBe(text)
})

test('lines and cells are one line', () => {
  fc.assert(
    fc.property(hostile, text => {
      expect(safeLine(text)).not.toMatch(/[\n\r]/)
      expect(csvCell(text)).not.toMatch(/[\n\r]/)
    }),
  )
  expect(safeLine('Ada\r\n100 of 100')).toBe('Ada ⏎ 100 of 100')
})

test('no text begins a line with a command to a workflow', () => {
  fc.assert(
    fc.property(hostile, text => {
      expect(safeBlock(text)).not.toMatch(/^\s*::|##\w*\[/m)
      expect(workflowText(text)).not.toMatch(/::|##\w*\[/)
      expect(safeJson(text)).not.toMatch(/##\w*\[/)
    }),
  )
  expect(safeBlock(' ::error::x\n##[error]y')).toBe(' ·::error::x\n#·#[error]y')
  expect(workflowText('a ::error::x ##[error]y')).toBe('a : :error: :x # #[error]y')
})

test('no cell is a formula', () => {
  for (const text of ['=1+1', ' @SUM(A1)', '\t-2', '\u200b=1', '\n=1', '\u001b=1', '＝1', '|cmd'])
    expect(csvCell(text), JSON.stringify(text)).toMatch(/^"'/)
  expect(csvCell('Ada "the" Obi')).toBe('"Ada ""the"" Obi"')
  expect(csvCell(-2)).toBe('-2')
  expect(csvCell('-'), 'a dash for an empty cell').toBe('"-"')
})

test('markup stays text', () => {
  expect(htmlText('<a href="x">\'&amp;')).toBe('&lt;a href=&quot;x&quot;&gt;&#39;&amp;amp;')
  expect(xmlAttribute('a\n\tb')).toBe('a&#10;&#9;b')
  expect(markdownText('*a* @ada\n#1')).toBe('&#42;a&#42; &#64;&#8203;ada &#35;&#8203;1')
  expect(markdownText('')).toBe('–')
})

test.each([
  ['Persian', 'می‌خواهم'],
  ['Sinhala', 'ශ්‍රී ලංකා'],
  ['Malayalam, with an old chillu at its end', 'അവന്‍'],
  ['Devanagari', 'क्‍ष'],
  ['a family', '👩‍👩‍👧‍👦'],
  ['a profession with a tone of skin', '👩🏽‍💻'],
  ['a flag', '🏳️‍🌈'],
  ['a heart', '❤️'],
  ['a variant of a character', '葛󠄀'],
  ['Mongolian', 'ᠮᠣᠩᠭᠣᠯ᠋'],
  ['letters with marks', 'Zoë Nguyễn Ἀθηνᾶ 学习 𝒳 ∂J/∂w'],
])('spelling stays: %s', (_, text) => {
  expect(plainText(text)).toBe(text)
  expect(firstUnseen(text)).toBeNull()
  expect(safeJson(text)).toContain(text)
})

test('names the first character that cannot be seen in a name', () => {
  expect(firstUnseen('Ada\u200bObi')).toBe('U+200B')
  expect(firstUnseen('A\u200dda')).toBe('U+200D')
  expect(firstUnseen('Ada\nObi')).toBe('U+000A')
  expect(firstUnseen('Ada\u{e0041}')).toBe('U+E0041')
})

test('colours of a terminal are left out, and what is cut says so', () => {
  expect(plainText('\u001b[31mred\u001b[0m')).toBe('red')
  expect(plainText('🎉'.repeat(50), 20)).toMatch(/^(🎉)+… \(cut\)$/u)
})
