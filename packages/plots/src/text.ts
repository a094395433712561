import stringWidth from 'string-width'
import { plainText } from '@backprop/safe-text'
import { SUPERSCRIPTS } from './numbers.ts'

/** Text of users, made fit for XML, for terminals, and for the room there is. */

/** On one line, and without what neither XML nor a terminal takes well. */
export const clean = (text: string): string => plainText(text, Infinity).replace(/[\ufffd\t\n]+/g, ' ')

/** How many columns of a terminal the text takes when it is clean. */
export const width = (text: string): number => stringWidth(clean(text))

/** How many columns clean text takes that may have colours; they take none. */
export const paintedWidth = (text: string): number => stringWidth(text)

/** Clean, and cut to so many columns; an ellipsis says that there was more. */
export function shorten(text: string, columns: number): string {
  const whole = clean(text)
  if (stringWidth(whole) <= columns) return whole
  let kept = ''
  for (const sign of graphemesOf(whole)) {
    if (stringWidth(kept + sign) > columns - 1) break
    kept += sign
  }
  return columns < 1 ? '' : `${kept}…`
}

/** What people call the characters of a text. */
export const graphemesOf = (text: string): string[] => Array.from(graphemes.segment(text), ({ segment }) => segment)

/** Clean, in lines of at most so many columns, broken between words; a word that is longer is cut. */
export function wrap(text: string, columns: number): string[] {
  const lines: string[] = []
  for (const word of clean(text).split(/\s+/).filter(Boolean)) {
    const last = lines.at(-1)
    const longer = last === undefined ? word : `${last} ${word}`
    if (last !== undefined && width(longer) <= columns) lines[lines.length - 1] = longer
    else lines.push(shorten(word, columns))
  }
  return lines
}

/** Filled up with blanks to so many columns. */
export function pad(text: string, columns: number, side: 'left' | 'right' | 'both' = 'right'): string {
  const missing = Math.max(0, columns - paintedWidth(text))
  const before = side === 'right' ? 0 : side === 'left' ? missing : Math.floor(missing / 2)
  return ' '.repeat(before) + text + ' '.repeat(missing - before)
}

/** The same text for a screen without Unicode: `10⁻³` is `1e-3`, `x₁` is `x1`, `η` is `eta`, what has no likeness `?`. */
export function toAscii(text: string): string {
  return text
    .replace(/(?:(\d)·)?10(⁻?)([⁰¹²³⁴⁵⁶⁷⁸⁹]+)/g, (_, factor: string | undefined, minus: string, digits: string) => {
      const exponent = [...digits].map(digit => SUPERSCRIPTS.indexOf(digit)).join('')
      return `${factor ?? '1'}e${minus && '-'}${exponent}`
    })
    .replace(/[−–—×·…α-ω]/g, sign => SPELLED[sign] ?? sign)
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/[^ -~]/gu, '?')
}

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' })

const SPELLED: Readonly<Record<string, string>> = {
  ...{ '−': '-', '–': '-', '—': '-', '×': 'x', '·': '.', '…': '...' },
  ...{ α: 'alpha', β: 'beta', γ: 'gamma', δ: 'delta', ε: 'epsilon', η: 'eta', θ: 'theta', λ: 'lambda', μ: 'mu' },
  ...{ π: 'pi', ρ: 'rho', σ: 'sigma', τ: 'tau', φ: 'phi', ω: 'omega' },
}
