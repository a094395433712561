/** Numbers for people: 1,875 and 0.113 and −2, the same on every machine. */

/** The digits 0 to 9 as exponents. */
export const SUPERSCRIPTS = '⁰¹²³⁴⁵⁶⁷⁸⁹'

/** Whole numbers in full, others with three significant digits: `1,875`, `0.113`, `1.2e-7`. */
export function inWords(value: number): string {
  if (!Number.isFinite(value)) return String(value)
  const size = Math.abs(value)
  if (size >= 1e7 || (size > 0 && size < 1e-4)) return exponential(value, 2)
  if (Number.isInteger(value)) return fixed(value, 0)
  return signed(value, grouped(String(Number(size.toPrecision(3)))))
}

/** Numbers in a column, all with as many decimals as the one that needs most: `0.810`, `0.983`. */
export function alike(values: readonly number[]): string[] {
  const words = values.map(inWords)
  if (words.some(word => word.includes('e'))) return words
  const decimals = words.reduce((most, word) => Math.max(most, word.split('.')[1]?.length ?? 0), 0)
  return values.map(value => fixed(value, decimals))
}

/** With a fixed number of decimals, so that numbers below one another line up: `0.50`, `1,000`. */
export function fixed(value: number, decimals: number): string {
  return signed(value, grouped(Math.abs(value).toFixed(decimals)))
}

/** With at most that many decimals before the exponent: `1.2e-7`. */
export function exponential(value: number, decimals: number): string {
  if (value === 0) return '0'
  const [digits, exponent] = Math.abs(value).toExponential(decimals).split('e')
  return signed(value, `${Number(digits)}e${exponent.replace('+', '')}`)
}

/** A small factor times a power of ten: `10⁻³`, `2·10⁵`. */
export function powerOfTen(exponent: number, factor = 1): string {
  const digits = [...String(Math.abs(exponent))].map(digit => SUPERSCRIPTS[Number(digit)]).join('')
  return `${factor === 1 ? '' : `${factor}·`}10${exponent < 0 ? '⁻' : ''}${digits}`
}

/** A share of a whole: `95.9 %`. */
export function percent(share: number): string {
  return `${fixed(100 * share, 1)} %`
}

/** `a`, `a and b`, `a, b and c`. */
export function listed(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`
}

/** `1 step`, `1,875 steps`. */
export function counted(count: number, noun: string): string {
  return `${inWords(count)} ${noun}${count === 1 ? '' : 's'}`
}

/** No minus sign before digits that are all zero. */
const signed = (value: number, digits: string): string => (value < 0 && /[1-9]/.test(digits) ? '−' : '') + digits

function grouped(digits: string): string {
  const [whole, rest] = digits.split('.')
  return whole.replace(/\B(?=(\d{3})+$)/g, ',') + (rest === undefined ? '' : `.${rest}`)
}
