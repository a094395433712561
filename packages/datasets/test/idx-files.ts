const header = (...numbers: number[]) => numbers.flatMap(n => [n >>> 24, (n >>> 16) & 255, (n >>> 8) & 255, n & 255])

/** The bytes of an IDX file of images. */
export const imageFile = (count: number, rows: number, cols: number, pixels: Iterable<number>): Uint8Array =>
  Uint8Array.from([...header(2051, count, rows, cols), ...pixels])

/** The bytes of an IDX file of labels. */
export const labelFile = (labels: number[]): Uint8Array => Uint8Array.from([...header(2049, labels.length), ...labels])
