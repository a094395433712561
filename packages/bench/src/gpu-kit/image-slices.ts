import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import type { Digits } from '../work.ts'

/** Some images of a data set, one byte a number, and their labels. */
export type Slice = Digits

/** `u32le count | count labels | images`, once for training and once for testing. */
export function packSlice({ train, test }: Slice): Buffer {
  const part = ({ images, labels }: Slice['train']) => {
    const count = Buffer.alloc(4)
    count.writeUInt32LE(labels.length)
    return [count, labels, images]
  }
  return Buffer.concat([...part(train), ...part(test)])
}

/** Only the first of the training images. */
export function shorter({ train, test }: Slice, count: number): Slice {
  const each = train.images.length / train.labels.length
  return { train: { images: train.images.slice(0, count * each), labels: train.labels.slice(0, count) }, test }
}

export async function readSlice(folder: string, name: string, bytesEach: number): Promise<Slice> {
  const bytes = gunzipSync(await readFile(join(folder, `${name}.bin.gz`)))
  let at = 0
  const take = (count: number) => Uint8Array.from(bytes.subarray(at, (at += count)))
  const part = () => {
    const count = bytes.readUInt32LE(at)
    at += 4
    const labels = take(count)
    return { labels, images: take(count * bytesEach) }
  }
  return { train: part(), test: part() }
}
