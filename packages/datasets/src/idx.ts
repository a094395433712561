/**
 * The IDX format in which MNIST is published (http://yann.lecun.com/exdb/mnist/). All header numbers are big-endian
 * 32-bit integers. An image file: 2051, count, rows, columns, then a byte for each pixel, image after image, row after
 * row, 0 = background. A label file: 2049, count, then a byte for each label.
 */
export interface IdxImages {
  kind: 'images'
  count: number
  rows: number
  cols: number
  /** One byte for each pixel, 0–255. `[count, rows · cols]` */
  data: Uint8Array<ArrayBuffer>
}

/** The content of an IDX file of labels. */
export interface IdxLabels {
  kind: 'labels'
  count: number
  /** One byte for each label. `[count]` */
  data: Uint8Array<ArrayBuffer>
}

/** The content of an IDX file of MNIST. */
export type IdxFile = IdxImages | IdxLabels

const IMAGES = 2051
const LABELS = 2049

/**
 * Reads an IDX file of images or labels.
 *
 * @param bytes the whole file, unpacked
 * @param name the name of the file for errors
 * @throws Error if the bytes are not a complete IDX file; the message says what to do
 */
export function parseIdx(bytes: Uint8Array, name: string): IdxFile {
  if (bytes.length < 8)
    throw new Error(`${name} has ${bytes.length} bytes, too few for an IDX file; fetch the file again.`)
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const magic = view.getUint32(0)
  const count = view.getUint32(4)
  if (magic === LABELS) return { kind: 'labels', count, data: body(bytes, name, 8, count, `${count} labels`) }
  if (magic !== IMAGES) throw new Error(`${name} ${wrongMagic(bytes, magic)}`)
  if (bytes.length < 16)
    throw new Error(`${name} ends inside its header, after ${bytes.length} of 16 bytes; fetch the file again.`)
  const rows = view.getUint32(8)
  const cols = view.getUint32(12)
  const what = `${count} images of ${rows} × ${cols} pixels`
  return { kind: 'images', count, rows, cols, data: body(bytes, name, 16, count * rows * cols, what) }
}

function wrongMagic(bytes: Uint8Array, magic: number): string {
  if (bytes[0] === 0x1f && bytes[1] === 0x8b) return 'is still packed with gzip; unpack it with gunzip and try again.'
  const wanted = `${IMAGES} (images) or ${LABELS} (labels)`
  return `begins with the number ${magic}, but an IDX file begins with ${wanted}; fetch the file again.`
}

function body(bytes: Uint8Array, name: string, header: number, length: number, what: string): Uint8Array<ArrayBuffer> {
  const wanted = header + length
  if (bytes.length !== wanted) {
    const state = bytes.length < wanted ? 'is cut short' : 'is too long'
    throw new Error(`${name} ${state}: ${bytes.length} bytes, but ${what} take ${wanted}; fetch the file again.`)
  }
  return new Uint8Array(bytes.subarray(header))
}
