import type { Point, Stroke } from './centre-digit.ts'

/** Points on an ellipse; angles in turns, clockwise from the right. */
const arc = ([x, y]: Point, [rx, ry]: Point, from: number, to: number): Point[] =>
  Array.from({ length: 17 }, (_, i): Point => {
    const angle = 2 * Math.PI * (from + ((to - from) * i) / 16)
    return [x + rx * Math.cos(angle), y + ry * Math.sin(angle)]
  })

/** A drawing of each digit, for a page that isn't empty and for readers who don't want to draw. */
export const EXAMPLE_DIGITS: readonly (readonly Stroke[])[] = [
  [arc([0.5, 0.5], [0.2, 0.3], -0.25, 0.75)],
  [[[0.42, 0.28], [0.53, 0.2], [0.5, 0.8]]], // prettier-ignore
  [[...arc([0.5, 0.36], [0.19, 0.16], -0.5, 0.1), [0.3, 0.78], [0.72, 0.77]]],
  [[...arc([0.47, 0.35], [0.18, 0.15], -0.4, 0.25), ...arc([0.47, 0.65], [0.21, 0.16], -0.25, 0.42)]],
  [[[0.36, 0.2], [0.29, 0.55], [0.7, 0.53]], [[0.64, 0.22], [0.6, 0.82]]], // prettier-ignore
  [[[0.68, 0.2], [0.38, 0.2], [0.35, 0.46], ...arc([0.47, 0.62], [0.2, 0.18], -0.3, 0.4)]],
  [[[0.6, 0.18], [0.42, 0.35], ...arc([0.5, 0.64], [0.17, 0.16], -0.5, 0.55)]],
  [[[0.3, 0.22], [0.7, 0.22], [0.45, 0.82]]], // prettier-ignore
  [[...arc([0.5, 0.34], [0.15, 0.14], 0.25, 1.25), ...arc([0.5, 0.64], [0.18, 0.16], -0.25, 0.75)]],
  [[...arc([0.48, 0.36], [0.17, 0.16], 0, 1), [0.64, 0.5], [0.58, 0.82]]],
]
