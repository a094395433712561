import { xmlText } from '@backprop/safe-text'
import { clean } from '../text.ts'

/** Writing SVG: elements, text, numbers. */

/** Rounded to a tenth of a pixel, an invisible error, so that files are small. */
export const px = (value: number): string => String(Math.round(value * 10) / 10 || 0)

/** Text as the content of an element or an attribute. */
export const escape = (text: string): string => xmlText(clean(text))

/** Attributes of an element; undefined ones are left out. */
export type Attributes = Readonly<Record<string, string | number | undefined>>

/** An element with the attributes that are defined; children are markup already. */
export function element(name: string, attributes: Attributes, ...children: readonly string[]): string {
  const written = Object.entries(attributes)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => ` ${key}="${typeof value === 'number' ? px(value) : escape(value ?? '')}"`)
    .join('')
  const inside = children.filter(Boolean)
  if (inside.length === 0) return `<${name}${written}/>`
  return inside.length === 1 && !inside[0].startsWith('<')
    ? `<${name}${written}>${inside[0]}</${name}>`
    : `<${name}${written}>\n${inside.join('\n')}\n</${name}>`
}

/** Elements that share attributes; nothing if there are none. */
export const group = (attributes: Attributes, ...children: readonly string[]): string =>
  children.some(Boolean) ? element('g', attributes, ...children) : ''

/** A `text` element. */
export const text = (content: string, attributes: Attributes): string => element('text', attributes, escape(content))

/**
 * A short hash (FNV-1a) for the names in a file: the same drawing gets the same, so files don't change by themselves.
 */
export function fingerprint(content: string): string {
  let hash = 0x811c9dc5
  for (let i = 0; i < content.length; i += 1) hash = Math.imul(hash ^ content.charCodeAt(i), 0x01000193)
  return (hash >>> 0).toString(36)
}
