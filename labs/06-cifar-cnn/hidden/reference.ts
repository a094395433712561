import type { Rng } from '@backprop/core'
import type { Image, Kernels } from '#lab/convolution'

/** Convolution and pooling weight by weight, instead of answer by answer as in the README. */

/** Normal numbers. `[C, H, W]` */
export const normalImage = (rng: Rng, channels: number, rows: number, cols: number): Image =>
  imageOf(channels, rows, cols, () => rng.normal())

/** Normal numbers. `[O, C, kH, kW]` */
export const normalKernels = (rng: Rng, kernels: number, channels: number, rows: number, cols: number): Kernels =>
  Array.from({ length: kernels }, () => normalImage(rng, channels, rows, cols))

export const normals = (rng: Rng, count: number): number[] => Array.from({ length: count }, () => rng.normal())

export const imageOf = (
  channels: number,
  rows: number,
  cols: number,
  value: (c: number, i: number, j: number) => number,
): Image =>
  Array.from({ length: channels }, (_, c) =>
    Array.from({ length: rows }, (_, i) => Array.from({ length: cols }, (_, j) => value(c, i, j))),
  )

export const shapeOf = (x: Image): [number, number, number] => [x.length, x[0].length, x[0][0].length]

export interface Settings {
  stride: number
  padding: number
}

export const AS_IT_IS: Settings = { stride: 1, padding: 0 }

/** C, H, W, O, kH, kW: all different, all 1, a kernel as large as the image, elongated images and kernels. */
export const SHAPES = [
  [2, 5, 7, 3, 3, 2],
  [1, 1, 1, 1, 1, 1],
  [3, 4, 4, 2, 4, 4],
  [4, 9, 2, 1, 5, 1],
  [1, 2, 8, 5, 2, 6],
]

const surrounded = (x: Image, padding: number): Image => {
  const [C, H, W] = shapeOf(x)
  return imageOf(C, H + 2 * padding, W + 2 * padding, (c, i, j) => x[c][i - padding]?.[j - padding] ?? 0)
}

/** Every `stride`-th number of a plane, starting at row, col. `[rows, cols]` */
const strided = (plane: number[][], row: number, col: number, [rows, cols]: number[], stride: number): number[][] =>
  Array.from({ length: rows }, (_, i) =>
    Array.from({ length: cols }, (_, j) => plane[row + i * stride][col + j * stride]),
  )

const sizes = (x: Image, w: Kernels, { stride, padding }: Settings): [number, number] => {
  const [, H, W] = shapeOf(x)
  const count = (size: number, kernel: number) => {
    let places = 0
    for (let start = 0; start + kernel <= size + 2 * padding; start += stride) places += 1
    return places
  }
  return [count(H, w[0][0].length), count(W, w[0][0][0].length)]
}

/** Calls back for each weight, with the numbers that it is multiplied by. */
function eachWeight(
  x: Image,
  w: Kernels,
  settings: Settings,
  visit: (place: [o: number, c: number, m: number, n: number], met: number[][]) => void,
): void {
  const padded = surrounded(x, settings.padding)
  const size = sizes(x, w, settings)
  w.forEach((kernel, o) =>
    kernel.forEach((plane, c) =>
      plane.forEach((row, m) =>
        row.forEach((_, n) => visit([o, c, m, n], strided(padded[c], m, n, size, settings.stride))),
      ),
    ),
  )
}

export function convolve(x: Image, w: Kernels, b: number[], settings: Settings): Image {
  const [rows, cols] = sizes(x, w, settings)
  const y = imageOf(w.length, rows, cols, o => b[o])
  eachWeight(x, w, settings, ([o, c, m, n], met) =>
    met.forEach((row, i) => row.forEach((value, j) => (y[o][i][j] += w[o][c][m][n] * value))),
  )
  return y
}

export function convolveBack(x: Image, w: Kernels, dy: Image, settings: Settings) {
  const { stride, padding } = settings
  const [C, H, W] = shapeOf(x)
  const padded = imageOf(C, H + 2 * padding, W + 2 * padding, () => 0)
  const dw = w.map(kernel => kernel.map(plane => plane.map(row => row.map(() => 0))))
  eachWeight(x, w, settings, ([o, c, m, n], met) =>
    met.forEach((row, i) =>
      row.forEach((value, j) => {
        dw[o][c][m][n] += dy[o][i][j] * value
        padded[c][m + i * stride][n + j * stride] += dy[o][i][j] * w[o][c][m][n]
      }),
    ),
  )
  const dx = imageOf(C, H, W, (c, i, j) => padded[c][i + padding][j + padding])
  return { dx, dw, db: dy.map(plane => plane.flat().reduce((sum, slope) => sum + slope, 0)) }
}

/** All windows of a plane: where each starts, and its numbers row by row. */
const windows = (plane: number[][], kernel: number, stride: number) =>
  strided(
    plane.map((row, i) => row.map((_, j) => i * row.length + j)),
    0,
    0,
    [plane.length, plane[0].length].map(size => Math.floor((size - kernel) / stride) + 1),
    stride,
  ).map(row =>
    row.map(start => {
      const places = Array.from({ length: kernel * kernel }, (_, p) => [
        Math.floor(start / plane[0].length) + Math.floor(p / kernel),
        (start % plane[0].length) + (p % kernel),
      ])
      return { places, values: places.map(([i, j]) => plane[i][j]) }
    }),
  )

export const pool = (x: Image, kernel: number, stride = kernel): Image =>
  x.map(plane => windows(plane, kernel, stride).map(row => row.map(({ values }) => Math.max(...values))))

export function poolBack(x: Image, dy: Image, kernel: number, stride = kernel): Image {
  const dx = imageOf(...shapeOf(x), () => 0)
  x.forEach((plane, c) =>
    windows(plane, kernel, stride).forEach((row, i) =>
      row.forEach(({ places, values }, j) => {
        const [first, second] = places[values.indexOf(Math.max(...values))]
        dx[c][first][second] += dy[c][i][j]
      }),
    ),
  )
  return dx
}
