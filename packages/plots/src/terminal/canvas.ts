import type { Point } from '../chart.ts'
import { graphemesOf, width } from '../text.ts'
import { paint } from './signs.ts'

/**
 * A field of characters to draw on. Lines have 2 × 4 dots in each cell, as Braille has; the last that is drawn wins.
 */
export class Canvas {
  readonly columns: number
  readonly rows: number
  /** All columns, with those that have room for text alone. */
  readonly width: number
  readonly #cells: Cell[]

  /** The unit square covers `columns`; the `tail` columns to the right of them have room for text. */
  constructor(columns: number, rows: number, tail = 0) {
    this.columns = columns
    this.rows = rows
    this.width = columns + tail
    this.#cells = Array.from({ length: this.width * rows }, () => ({ sign: ' ', dots: 0, colour: null }))
  }

  /** One character in a cell; outside the canvas nothing happens. */
  put(column: number, row: number, sign: string, colour: number | null = null): void {
    const cell = this.#at(column, row)
    if (!cell) return
    // Half a wide character must not remain.
    if (cell.sign === '') this.#clear(column - 1, row)
    if (width(cell.sign) === 2) this.#clear(column + 1, row)
    Object.assign(cell, { sign, dots: 0, colour })
  }

  /** Text from a cell to the right. Characters that are two cells wide take two. */
  write(column: number, row: number, text: string, colour: number | null = null): void {
    let at = column
    for (const sign of graphemesOf(text)) {
      const wide = width(sign)
      if (wide > 0 && at >= 0 && at + wide <= this.width) {
        this.put(at, row, sign, colour)
        if (wide === 2) this.#clear(at + 1, row, '')
      }
      at += wide
    }
  }

  /** A line through points of the unit square, (0, 0) at the bottom left. */
  line(points: readonly Point[], colour: number | null): void {
    const dots = points.map(([x, y]): Point => [x * (2 * this.columns - 1), (1 - y) * (4 * this.rows - 1)])
    for (const [i, [x, y]] of dots.entries()) {
      const [fromX, fromY] = dots[Math.max(0, i - 1)]
      const steps = Math.max(1, Math.ceil(Math.max(Math.abs(x - fromX), Math.abs(y - fromY))))
      for (let step = 0; step <= steps; step += 1)
        this.#dot(fromX + ((x - fromX) * step) / steps, fromY + ((y - fromY) * step) / steps, colour)
    }
  }

  /** The cell of a point of the unit square. */
  cellOf([x, y]: Point): [column: number, row: number] {
    return [Math.round(x * (this.columns - 1)), Math.round((1 - y) * (this.rows - 1))]
  }

  /** The line of characters that a height of the unit square lies in. */
  rowOf(y: number): number {
    return Math.min(this.rows - 1, Math.floor((1 - y) * this.rows))
  }

  toLines(options: { readonly colour: boolean; readonly unicode: boolean }): string[] {
    return Array.from({ length: this.rows }, (_, row) => {
      const cells = this.#cells.slice(row * this.width, (row + 1) * this.width)
      return joined(cells, options)
    })
  }

  #dot(x: number, y: number, colour: number | null): void {
    const [left, top] = [Math.round(x), Math.round(y)]
    const cell = this.#at(Math.floor(left / 2), Math.floor(top / 4))
    if (!cell) return
    if (cell.dots === 0) this.put(Math.floor(left / 2), Math.floor(top / 4), ' ')
    cell.dots |= BRAILLE[top % 4][left % 2]
    cell.colour = colour
  }

  #clear(column: number, row: number, sign = ' '): void {
    Object.assign(this.#at(column, row) ?? {}, { sign, dots: 0, colour: null })
  }

  #at(column: number, row: number): Cell | undefined {
    const inside = column >= 0 && column < this.width && row >= 0 && row < this.rows
    return inside ? this.#cells[row * this.width + column] : undefined
  }
}

interface Cell {
  /** Empty in the right half of a wide character. */
  sign: string
  dots: number
  colour: number | null
}

const BRAILLE = [
  [0x01, 0x08],
  [0x02, 0x10],
  [0x04, 0x20],
  [0x40, 0x80],
]
const [TOP, MIDDLE, BOTTOM] = [0x09, 0x36, 0xc0]

/** Cells side by side, with as few changes of colour as possible and nothing blank at the end. */
function joined(cells: readonly Cell[], { colour, unicode }: { colour: boolean; unicode: boolean }): string {
  const signs = cells.map(({ sign, dots }) =>
    dots === 0 ? sign : unicode ? String.fromCharCode(0x2800 + dots) : ascii(dots),
  )
  const end = signs.findLastIndex(sign => sign !== ' ' && sign !== '') + 1
  let line = ''
  for (let i = 0; i < end;) {
    const from = i
    while (i < end && cells[i].colour === cells[from].colour) i += 1
    const run = signs.slice(from, i).join('')
    const ink = cells[from].colour
    line += colour && ink !== null ? paint(run, ink) : run
  }
  return line
}

/** The character closest to the dots. */
function ascii(dots: number): string {
  if ((dots & ~TOP) === 0) return "'"
  if ((dots & ~MIDDLE) === 0) return '-'
  if ((dots & ~BOTTOM) === 0) return '.'
  return ':'
}
