/** The part of an `ImageSet` or `ColourImageSet` that these functions need. */
export interface Pixels {
  /** One byte for each number: image after image, plane after plane, row after row. `[count, channels, rows, cols]` */
  readonly images: Uint8Array
  readonly labels: ArrayLike<number>
  readonly count: number
  readonly rows: number
  readonly cols: number
  /** 1 unless there are more. */
  readonly channels?: number
}

/** One image and its label. The image is a view: its bytes are those of the set, and nothing was copied. */
export interface Labelled {
  readonly image: Uint8Array
  readonly label: number
}

/**
 * One image of a set, as a view.
 *
 * @throws RangeError if there is no image with this index
 */
export function imageAt(set: Pixels, index: number): Labelled {
  if (!Number.isInteger(index) || index < 0 || index >= set.count)
    throw new RangeError(`imageAt: there is no image ${index}; they are numbered from 0 to ${set.count - 1}.`)
  const size = sizeOf(set)
  return { image: set.images.subarray(index * size, (index + 1) * size), label: set.labels[index] }
}

/**
 * The images of a set in order, as views: all of them, or those with the indices of `order`, such as a batch.
 *
 * @example for (const { image, label } of eachImage(mnist.test)) …
 */
export function* eachImage(set: Pixels, order?: Iterable<number>): Generator<Labelled, void, undefined> {
  if (order) for (const index of order) yield imageAt(set, index)
  else for (let index = 0; index < set.count; index += 1) yield imageAt(set, index)
}

/** Mean and standard deviation of each channel, where 255 counts as 1; `cifar10Statistics`, for example. */
export interface Statistics {
  readonly mean: readonly number[]
  readonly std: readonly number[]
}

/**
 * All bytes of a set as numbers for a network: byte / 255, from 0 to 1, or with statistics (byte / 255 − mean) / std,
 * which has a mean of about 0 and a deviation of about 1.
 *
 * @returns as many numbers, in the same order
 * @throws RangeError unless there is one mean and one std above 0 for each channel
 * @example toFloats(cifar.train, cifar10Statistics)
 */
export function toFloats(set: Pixels, statistics?: Statistics): Float32Array<ArrayBuffer> {
  const { images, rows, cols, channels = 1 } = set
  const { mean, std } = statistics ?? { mean: Array<number>(channels).fill(0), std: Array<number>(channels).fill(1) }
  if (mean.length !== channels || std.length !== channels || !std.every(deviation => deviation > 0))
    throw new RangeError(
      `toFloats: there are ${mean.length} means and ${std.length} deviations, expected one of each for each of ` +
        `${channels} channels, and deviations above 0.`,
    )
  // A byte has few values, so each is computed once.
  const tables = mean.map((m, c) => Float32Array.from({ length: 256 }, (_, byte) => (byte / 255 - m) / std[c]))
  const plane = rows * cols
  const floats = new Float32Array(images.length)
  for (let start = 0, channel = 0; start < images.length; start += plane, channel = (channel + 1) % channels) {
    const table = tables[channel]
    for (let i = start; i < start + plane; i += 1) floats[i] = table[images[i]]
  }
  return floats
}

const sizeOf = ({ rows, cols, channels = 1 }: Pixels): number => rows * cols * channels
