/** Small colour photographs with their labels. */
export interface ColourImageSet {
  /** One byte for each number, 0–255: image after image, its red plane, then green, then blue. `[count, 3, 32, 32]` */
  images: Uint8Array<ArrayBuffer>
  /** The class of each image, an index into `cifar10Classes`. `[count]` */
  labels: Uint8Array<ArrayBuffer>
  count: number
  channels: 3
  rows: 32
  cols: 32
}

/** What the labels 0–9 of CIFAR-10 mean. */
export const cifar10Classes = [
  'airplane',
  'automobile',
  'bird',
  'cat',
  'deer',
  'dog',
  'frog',
  'horse',
  'ship',
  'truck',
] as const

/** Mean and standard deviation of the red, green and blue of all training images, where 255 counts as 1. */
export const cifar10Statistics = {
  mean: [0.4914, 0.4822, 0.4465],
  std: [0.247, 0.2435, 0.2616],
} as const

/** Numbers of one image: three planes of 32 × 32. */
export const CIFAR_PIXELS = 3072
/** Bytes of one image in the published files: its label comes first. */
export const CIFAR_RECORD = 1 + CIFAR_PIXELS

/**
 * Reads images in the binary format in which CIFAR-10 is published (https://www.cs.toronto.edu/~kriz/cifar.html):
 * for each image a byte for its label, then 1,024 bytes each for red, green and blue.
 *
 * @param files the whole files in order, with their names for errors
 * @throws Error if the bytes are not whole images with labels up to 9; the message says what to do
 */
export function parseCifar10(files: readonly { name: string; bytes: Uint8Array }[]): ColourImageSet {
  for (const { name, bytes } of files) {
    if (bytes.length > 0 && bytes.length % CIFAR_RECORD === 0) continue
    throw new Error(
      `${name} has ${bytes.length} bytes, but a CIFAR-10 file holds ${CIFAR_RECORD} for each image; fetch the file again.`,
    )
  }
  const count = files.reduce((total, { bytes }) => total + bytes.length / CIFAR_RECORD, 0)
  const images = new Uint8Array(count * CIFAR_PIXELS)
  const labels = new Uint8Array(count)
  let i = 0
  for (const { name, bytes } of files) {
    for (let at = 0; at < bytes.length; at += CIFAR_RECORD, i += 1) {
      labels[i] = bytes[at]
      if (labels[i] > 9)
        throw new Error(`${name} has the label ${labels[i]}, but CIFAR-10 has 0 to 9; is it a file of CIFAR-100?`)
      images.set(bytes.subarray(at + 1, at + CIFAR_RECORD), i * CIFAR_PIXELS)
    }
  }
  return { images, labels, count, channels: 3, rows: 32, cols: 32 }
}
