import type { Chart, Picture } from '../chart.ts'
import { fail, finite, sameLength, type Vector } from '../check.ts'
import { counted } from '../numbers.ts'

/** What `images` draws. */
export interface ImagesOptions {
  readonly title?: string
  readonly description?: string
  /** The values of all images, image after image. */
  readonly data: Vector
  /** `[N, height, width]` or `[N, 1, height, width]` for grey, `[N, 3, height, width]` for red, green, blue. */
  readonly shape: readonly number[]
  /** The indices of the images to show; all unless given. */
  readonly only?: Vector
  /** A line below each image that is shown. */
  readonly captions?: readonly string[]
  /** The number of images in a row of the SVG; at most 8 unless given. */
  readonly perRow?: number
  /**
   * Which values are black and white: `[0, 1]`; the smallest and largest of `all` images shown, or of `each` by itself;
   * `symmetric` makes 0 the middle grey, for filters. Bytes go from 0 to 255, other numbers by `all`, unless given.
   */
  readonly range?: readonly [black: number, white: number] | 'all' | 'each' | 'symmetric'
  /** Dark ink on white paper for images whose background is 0. */
  readonly invert?: boolean
}

/**
 * Pictures in a grid: digits, filters, feature maps, the worst mistakes.
 *
 * @throws RangeError if shape and data do not fit, there is no such image, or a value is not finite
 * @example images({ data: mnist.test.images, shape: [10000, 28, 28], only: wrong, captions })
 */
export function images(options: ImagesOptions): Chart {
  const where = 'images'
  const { count, channels, height, width } = sizes(where, options)
  const shown = options.only ? Array.from(options.only) : Array.from({ length: count }, (_, i) => i)
  if (shown.length === 0) fail(where, 'there is no image to show, expected at least one')
  const captions = options.captions ?? shown.map(() => '')
  sameLength(where, 'images to show', shown.length, 'captions', captions.length)
  const size = channels * height * width
  const values = shown.map(n => {
    if (!Number.isInteger(n) || n < 0 || n >= count)
      fail(where, `there is no image ${n}`, `they are numbered from 0 to ${count - 1}`)
    return Array.from({ length: size }, (_, i) => {
      const value = options.data[n * size + i]
      finite(where, `image ${n} has ${value} at index ${i}`, value)
      return value
    })
  })
  const ranges = rangesOf(where, options, values)
  const { perRow = Math.min(8, shown.length) } = options
  if (!Number.isInteger(perRow) || perRow < 1) fail(where, `perRow is ${perRow}, expected a whole number of at least 1`)
  return {
    kind: 'images',
    title: options.title ?? '',
    description: options.description ?? summary(shown.length, width, height, captions),
    width,
    height,
    perRow,
    paper: options.invert ?? false,
    images: values.map((image, i): Picture => {
      const pixels = toBytes(image, ranges[i], options.invert ?? false)
      return { caption: captions[i], pixels: channels === 3 ? interleave(pixels, height * width) : pixels }
    }),
  }
}

function sizes(where: string, { data, shape }: ImagesOptions) {
  const [count, channels, height, width] = shape.length === 3 ? [shape[0], 1, shape[1], shape[2]] : shape
  const fits =
    shape.every(size => Number.isInteger(size) && size > 0) && shape.reduce((a, b) => a * b, 1) === data.length
  if ((shape.length !== 3 && shape.length !== 4) || (channels !== 1 && channels !== 3) || !fits) {
    const expected = 'expected [N, height, width] or [N, 1 or 3, height, width] and as many values'
    fail(where, `the shape is [${shape.join(', ')}] and the number of values is ${data.length}, ${expected}`)
  }
  return { count, channels, height, width }
}

/** The values that become black and white, for each image. */
function rangesOf(where: string, { data, range }: ImagesOptions, images: readonly number[][]): [number, number][] {
  const ends = (values: Iterable<number>): [number, number] => {
    let [low, high] = [Infinity, -Infinity]
    for (const value of values) [low, high] = [Math.min(low, value), Math.max(high, value)]
    return [low, high]
  }
  if (range === 'each') return images.map(ends)
  const [low, high] = ends(images.flat())
  const largest = Math.max(Math.abs(low), Math.abs(high))
  const bytes = data instanceof Uint8Array || data instanceof Uint8ClampedArray
  const one: readonly [number, number] =
    typeof range === 'object'
      ? range
      : range === 'symmetric'
        ? [-largest, largest]
        : range === undefined && bytes
          ? [0, 255]
          : [low, high]
  if (typeof range === 'object' && !(range[0] < range[1] && Number.isFinite(range[1] - range[0])))
    fail(where, `range is [${range.join(', ')}], expected the value of black and then the larger value of white`)
  return images.map(() => [one[0], one[1]])
}

/** 0 to 255; values beyond the ends are black or white. Where all are alike, they are a middle grey. */
function toBytes(values: readonly number[], [black, white]: readonly [number, number], invert: boolean): number[] {
  return values.map(value => {
    const share = white > black ? (value / 2 - black / 2) / (white / 2 - black / 2) : 0.5
    const byte = Math.round(255 * Math.min(1, Math.max(0, share)))
    return invert ? 255 - byte : byte
  })
}

/** Plane after plane of red, green, blue becomes pixel after pixel. */
function interleave(planes: readonly number[], area: number): number[] {
  return Array.from({ length: 3 * area }, (_, i) => planes[(i % 3) * area + Math.floor(i / 3)])
}

/** More captions than this make a description that no one would listen to. */
const MOST_CAPTIONS = 12

function summary(count: number, width: number, height: number, captions: readonly string[]): string {
  const said = captions.filter(Boolean).slice(0, MOST_CAPTIONS)
  const more = captions.filter(Boolean).length > said.length ? '; …' : ''
  return `${counted(count, 'image')} of ${width} × ${height} pixels${said.length > 0 ? `: ${said.join('; ')}${more}` : ''}.`
}
