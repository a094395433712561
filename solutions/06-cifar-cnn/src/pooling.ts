/**
 * Max pooling by hand, forward and backward, on plain lists of numbers: each channel becomes smaller, and keeps the
 * largest number of each window.
 */

/** Channels of rows of numbers. `[C, H, W]` */
export type Image = number[][][]

export interface PoolSettings {
  /** The number of rows and columns of a window, 1 or more. */
  kernel: number
  /** How far the window moves; its own width unless given, so that the windows lie side by side. */
  stride?: number
}

/** Given: a new image of zeros. `zeros(2, 1, 3)` is [[[0, 0, 0]], [[0, 0, 0]]]. */
export function zeros(channels: number, rows: number, cols: number): Image {
  return Array.from({ length: channels }, () => Array.from({ length: rows }, () => Array<number>(cols).fill(0)))
}

// SOLUTION
/** The position of the largest number in a window of `plane` that starts at row, col. */
function largest(plane: number[][], row: number, col: number, kernel: number): [row: number, col: number] {
  let best: [number, number] = [row, col]
  for (let i = row; i < row + kernel; i += 1)
    for (let j = col; j < col + kernel; j += 1) if (plane[i][j] > plane[best[0]][best[1]]) best = [i, j]
  return best
}
// END

/**
 * The largest number of each window, channel by channel.
 *
 * @param x an image `[C, H, W]` whose H and W are at least `kernel`; rows and columns that no complete window reaches
 *   are left out
 * @returns a new image `[C, oH, oW]` with oH = ⌊(H − kernel) / stride⌋ + 1, oW likewise; x stays the same
 * @example maxPool([[[1, 2, 3, 1], [1, 1, 1, 1]]], { kernel: 2 }) // [[[2, 3]]]
 */
export function maxPool(x: Image, { kernel, stride = kernel }: PoolSettings): Image {
  // SOLUTION(max-pool): For each channel and each window, look for the largest number.
  const places = (size: number) => Math.floor((size - kernel) / stride) + 1
  return x.map(plane =>
    Array.from({ length: places(plane.length) }, (_, i) =>
      Array.from({ length: places(plane[0].length) }, (_, j) => {
        const [row, col] = largest(plane, i * stride, j * stride, kernel)
        return plane[row][col]
      }),
    ),
  )
  // END
}

/**
 * The gradient of max pooling: the slope of each window goes to its largest number, and nowhere else. If several
 * numbers tie for the largest, the first one gets it, reading the window row by row from the top, each row from the
 * left. A number that is the largest of several windows gets the sum.
 *
 * @param x the image that was pooled `[C, H, W]`
 * @param dy ∂J/∂y, in the shape of `maxPool(x, settings)` `[C, oH, oW]`
 * @returns ∂J/∂x `[C, H, W]`; x and dy stay the same
 * @example maxPoolBackward([[[1, 2], [2, 0]]], [[[7]]], { kernel: 2 }) // [[[0, 7], [0, 0]]]: the first of the two twos
 */
export function maxPoolBackward(x: Image, dy: Image, { kernel, stride = kernel }: PoolSettings): Image {
  // SOLUTION(max-pool): For each window, find the position of its largest number and add the slope there.
  const dx = zeros(x.length, x[0].length, x[0][0].length)
  for (const [c, plane] of dy.entries())
    for (const [i, slopes] of plane.entries())
      for (const [j, slope] of slopes.entries()) {
        const [row, col] = largest(x[c], i * stride, j * stride, kernel)
        dx[c][row][col] += slope
      }
  return dx
  // END
}
