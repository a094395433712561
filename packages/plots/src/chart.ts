/**
 * A chart is plain data: what to draw, in the units of the data, and a description of it. It survives JSON, so one
 * process can make it and another draw it. `toSvg` and `toTerminal` choose pixels and characters.
 */
export type Chart = XYChart | ImageChart | MatrixChart | Row

interface Caption {
  /** The text above the picture; may be empty. */
  readonly title: string
  /** What the picture shows, for readers who don't see it; works as an alternative text. */
  readonly description: string
}

/** Marks over two axes, drawn in order. */
export interface XYChart extends Caption {
  readonly kind: 'xy'
  readonly x: Axis
  readonly y: Axis
  /** Both axes measure the same thing, so one unit gets the same length on both (unless one range is far longer). */
  readonly plane: boolean
  /** Only the places of the marks relative to each other mean something, so the axes are left out. */
  readonly bare?: boolean
  readonly marks: readonly Mark[]
}

/** Pictures of one size in a grid, row by row. */
export interface ImageChart extends Caption {
  readonly kind: 'images'
  readonly width: number
  readonly height: number
  /** The number of pictures in a row of the SVG. */
  readonly perRow: number
  readonly images: readonly Picture[]
  /** Dark ink on white paper, not the reverse: without colours, a terminal leaves the paper blank. */
  readonly paper: boolean
}

/** One picture of an image chart. */
export interface Picture {
  readonly caption: string
  /** 0 (black) to 255: `[height · width]` if grey, `[height · width · 3]` with red, green, blue side by side. */
  readonly pixels: readonly number[]
}

/** A table of counts: row = the class, column = what it was taken for. */
export interface MatrixChart extends Caption {
  readonly kind: 'matrix'
  readonly names: readonly string[]
  readonly counts: readonly (readonly number[])[]
  readonly x: string
  readonly y: string
}

/** Charts side by side, as many as there is room for. */
export interface Row extends Caption {
  readonly kind: 'row'
  readonly charts: readonly Chart[]
  readonly columns: number
}

/** A point in the units of the data. */
export type Point = readonly [x: number, y: number]

/** The low and the high end. */
export type Range = readonly [low: number, high: number]

/** An axis with the part of it that is shown. */
export interface Axis {
  readonly label: string
  readonly scale: 'linear' | 'log' | 'category'
  /** Of n categories: [−0.5, n − 0.5]. */
  readonly range: Range
  /** Only whole numbers mean something here, as of epochs. */
  readonly whole?: boolean
  /** Of the categories; the first stands on top. */
  readonly names?: readonly string[]
}

/** A colour together with the shape and the sign that tell it apart where there is no colour. */
export type Slot = 0 | 1 | 2 | 3 | 4 | 5
/** The number of colours and shapes that can be told apart. */
export const SLOTS = 6

/** Something drawn over two axes. */
export type Mark = Lines | Points | Region | Rects | Texts | Rule

interface Drawn {
  readonly slot: Slot
  /** Marks with the same label share an entry of the legend; marks without one have none. */
  readonly label?: string
}

/** Lines through points. */
export interface Lines extends Drawn {
  readonly kind: 'lines'
  readonly lines: readonly (readonly Point[])[]
  /**
   * `series` and `path` have a colour; `faint` is a series behind its smooth one; a `spine` lies within a ribbon, and
   * stands for it in a terminal; the others separate regions.
   */
  readonly look: 'series' | 'faint' | 'path' | 'spine' | 'boundary' | 'contour'
}

/** A shape at each point. */
export interface Points extends Drawn {
  readonly kind: 'points'
  readonly points: readonly Point[]
  /** `large` by themselves, `small` on a curve, `tiny` for each step of a path. */
  readonly size: 'large' | 'small' | 'tiny'
}

/**
 * The inside of rings, even–odd. `plain` and `dotted` are the two sides of a boundary; `step`s add up; a `band` lies
 * around a curve; a `ribbon` says something by how thick it is.
 */
export interface Region extends Drawn {
  readonly kind: 'region'
  readonly rings: readonly (readonly Point[])[]
  readonly look: 'plain' | 'dotted' | 'step' | 'band' | 'ribbon'
}

/** Bars, each given by two opposite corners. */
export interface Rects extends Drawn {
  readonly kind: 'rects'
  readonly rects: readonly (readonly [Point, Point])[]
  readonly grow: 'up' | 'right'
}

/** Short texts at points. */
export interface Texts {
  readonly kind: 'texts'
  /** To the `right` of the point, at its `side` where there is room, or right `on` it. */
  readonly place: 'right' | 'side' | 'on'
  readonly texts: readonly { readonly at: Point; readonly text: string }[]
}

/** A line across the whole chart where x or y has one value. */
export interface Rule {
  readonly kind: 'rule'
  readonly axis: 'x' | 'y'
  readonly at: number
  readonly text: string
}
