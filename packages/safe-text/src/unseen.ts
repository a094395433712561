/**
 * The characters of untrusted text that are replaced everywhere: control characters except tab and line feed, halves of
 * characters, invisible characters, marks that reorder text, and code points that are not characters.
 *
 * Some invisible characters are spelling. They stay exactly where the script or the emoji needs them:
 * - a joiner or a non-joiner between two letters of a script that joins its letters, or after its virama (Persian
 * می‌خواهم,
 *   Sinhala ශ්‍රී); a joiner between two pictures (a family, a flag);
 * - one variation selector after a visible character (❤️, 葛󠄀), and those of Mongolian.
 */

/** Scripts whose letters change their form beside others. */
const JOINED = ['Arab', 'Syrc', 'Mong', 'Nkoo', 'Adlm', 'Rohg', 'Mand', 'Mani', 'Phlp']
const INDIC = ['Deva', 'Beng', 'Guru', 'Gujr', 'Orya', 'Taml', 'Telu', 'Knda', 'Mlym', 'Sinh', 'Khmr', 'Mymr', 'Tibt']
const LETTER = `[${[...JOINED, ...INDIC].map(script => `\\p{scx=${script}}`).join('')}]`
const VIRAMA = '[\\u094d\\u09cd\\u0a4d\\u0acd\\u0b4d\\u0bcd\\u0c4d\\u0ccd\\u0d4d\\u0dca]'
const PICTURE = '\\p{Extended_Pictographic}'

const SPELLING = [
  `(?<=${LETTER})[\\u200c\\u200d](?=${LETTER})`,
  `(?<=${VIRAMA})[\\u200c\\u200d]`,
  `(?<=[${PICTURE}\\p{Emoji_Modifier}\\ufe0f])\\u200d(?=${PICTURE})`,
  '(?<=[\\p{L}\\p{N}\\p{P}\\p{S}])[\\ufe00-\\ufe0f\\u{e0100}-\\u{e01ef}]',
  '(?<=\\p{scx=Mong})[\\u180b-\\u180f]',
]
const NEVER = '[\\p{Cc}\\p{Cf}\\p{Cs}\\p{Zl}\\p{Zp}\\p{Default_Ignorable_Code_Point}\\p{Noncharacter_Code_Point}]'

const unseen = (kept: string): RegExp => new RegExp(`(?!${[kept, ...SPELLING].join('|')})${NEVER}`, 'gu')

/** Most texts are printable ASCII, and need none of the patterns above: V8 takes 7 ms for each, in each thread. */
const PLAIN = /^[\t\n\x20-\x7e]*$/
const PLAIN_LINE = /^[\x20-\x7e]*$/

let inText: RegExp | undefined
let onALine: RegExp | undefined

/** Replaces all of them except tab and line feed, which lay out a text. */
export const replaceUnseen = (text: string, replace: (character: string) => string): string =>
  PLAIN.test(text) ? text : text.replace((inText ??= unseen('[\\t\\n]')), replace)

/** The first invisible character of a name or another text of one line, such as U+200B; null if there is none. */
export function firstUnseen(text: string): string | null {
  if (PLAIN_LINE.test(text)) return null
  const found = text.match((onALine ??= unseen('(?!)')))?.[0].codePointAt(0)
  return found === undefined ? null : `U+${found.toString(16).toUpperCase().padStart(4, '0')}`
}
