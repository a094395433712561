import { plainText } from '@backprop/safe-text'
import stringWidth from 'string-width'
import { SUPERSCRIPTS } from './numbers.ts'

/** Makes users' text safe for XML and terminals, and fits it into columns. */

/** One line, without characters that XML or a terminal cannot show. */
export const clean = (text: string): string => plainText(text, Infinity).replace(/[\ufffd\t\n]+/g, ' ')

/** The number of terminal columns of the text once it is clean. */
export const width = (text: string): number => stringWidth(clean(text))

/** The number of columns of clean text that may have colours, which take none. */
export const paintedWidth = (text: string): number => stringWidth(text)

/** Clean, and cut to that many columns, with an ellipsis where it was cut. */
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

/** The characters of a text as people see them. */
export const graphemesOf = (text: string): string[] => Array.from(graphemes.segment(text), ({ segment }) => segment)

/** Clean, in lines of at most that many columns, broken between words; a longer word is cut. */
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

/** Padded with blanks to that many columns. */
export function pad(text: string, columns: number, side: 'left' | 'right' | 'both' = 'right'): string {
  const missing = Math.max(0, columns - paintedWidth(text))
  const before = side === 'right' ? 0 : side === 'left' ? missing : Math.floor(missing / 2)
  return ' '.repeat(before) + text + ' '.repeat(missing - before)
}

/** The same text for a screen without Unicode: `10⁻³` is `1e-3`, `x₁` is `x1`, `η` is `eta`, anything else is `?`. */
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
