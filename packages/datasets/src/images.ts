import { parseIdx } from './idx.ts'

/** Grey images with their labels. */
export interface ImageSet {
  /** One byte for each pixel, 0 (background) to 255; image after image, row after row. `[count, rows · cols]` */
  images: Uint8Array<ArrayBuffer>
  /** The class of each image. `[count]` */
  labels: Uint8Array<ArrayBuffer>
  count: number
  rows: number
  cols: number
}

/** A file's bytes and the name that errors give it. */
export interface NamedBytes {
  name: string
  bytes: Uint8Array
}

/**
 * Joins an IDX file of images with the IDX file of their labels.
 *
 * @throws Error if one of them is damaged or they do not belong together; the message says what to do
 */
export function imageSet(imageFile: NamedBytes, labelFile: NamedBytes): ImageSet {
  const images = parseIdx(imageFile.bytes, imageFile.name)
  const labels = parseIdx(labelFile.bytes, labelFile.name)
  if (images.kind !== 'images')
    throw new Error(`${imageFile.name} holds labels, expected images; were two files mixed up?`)
  if (labels.kind !== 'labels')
    throw new Error(`${labelFile.name} holds images, expected labels; were two files mixed up?`)
  if (images.count !== labels.count)
    throw new Error(
      `${imageFile.name} has ${images.count} images, but ${labelFile.name} has ${labels.count} labels; ` +
        'take both files from the same place.',
    )
  const { count, rows, cols } = images
  return { images: images.data, labels: labels.data, count, rows, cols }
}
