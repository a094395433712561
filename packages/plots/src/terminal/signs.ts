import type { Slot } from '../chart.ts'

/** The characters and colours of a terminal. */

/** The characters that charts are drawn with. */
export interface Signs {
  /** Of points and curves, by slot. */
  readonly points: readonly string[]
  /** Of bars, by slot. */
  readonly fills: readonly string[]
  /** Parts of a cell, filled from the left and from below; the last is a full cell. */
  readonly right: readonly string[]
  readonly up: readonly string[]
  /** From empty to full, for images. */
  readonly shades: readonly string[]
  readonly dotted: string
  readonly band: string
  readonly line: string
  readonly axis: {
    readonly up: string
    readonly tickUp: string
    readonly corner: string
    readonly along: string
    readonly tickAlong: string
  }
  readonly rule: { readonly x: string; readonly y: string }
}

/** Signs for terminals with Unicode. */
export const unicodeSigns: Signs = {
  points: ['o', '×', '▲', '■', '◆', '+'],
  fills: ['█', '▒', '░', '▓', '▚', '▞'],
  right: [' ', '▏', '▎', '▍', '▌', '▋', '▊', '▉', '█'],
  up: [' ', '▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'],
  shades: [' ', '░', '▒', '▓', '█'],
  dotted: '·',
  band: '░',
  line: '──',
  axis: { up: '│', tickUp: '┤', corner: '└', along: '─', tickAlong: '┬' },
  rule: { x: '╎', y: '╌' },
}

/** Signs for terminals with nothing but ASCII. */
export const asciiSigns: Signs = {
  points: ['o', 'x', '^', '#', '*', '+'],
  fills: ['#', '=', '-', '%', '+', '*'],
  right: [' ', '#'],
  up: [' ', '#'],
  shades: [' ', '.', ':', '-', '=', '+', '*', '#', '%', '@'],
  dotted: '.',
  band: ':',
  line: '--',
  axis: { up: '|', tickUp: '+', corner: '+', along: '-', tickAlong: '+' },
  rule: { x: ':', y: '-' },
}

/** Of the 256 colours: those of the SVG's palette that can be read on black and on white. */
const COLOURS: Readonly<Record<Slot, number>> = { 0: 33, 1: 166, 2: 35, 3: 169, 4: 244, 5: 136 }

/** The colour of a slot, one of 256. */
export const colourOf = (slot: Slot): number => COLOURS[slot]

/** The text in one of the 256 colours. */
export const paint = (text: string, colour: number): string => `\x1b[38;5;${colour}m${text}\x1b[39m`

/** The nearest of the 256 colours to a grey or a colour, 0 to 255 each. */
export function nearest(red: number, green: number, blue: number): number {
  if (red === green && green === blue) return red < 4 ? 16 : red > 246 ? 231 : 232 + Math.round(((red - 8) / 238) * 23)
  const level = (value: number) => (value < 48 ? 0 : value < 115 ? 1 : Math.round((value - 35) / 40))
  return 16 + 36 * level(red) + 6 * level(green) + level(blue)
}
