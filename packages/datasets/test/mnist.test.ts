import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { loadMnist } from '../src/node.ts'
import { imageFile, labelFile } from './idx-files.ts'

const histogram = (labels: Uint8Array) => {
  const counts = Array<number>(10).fill(0)
  for (const label of labels) counts[label] += 1
  return counts
}

async function folderWith(files: Record<string, Uint8Array>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'mnist-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  for (const [name, bytes] of Object.entries(files)) await writeFile(join(folder, name), bytes)
  return folder
}

/** The message without the folder, whose name is another one each time. */
const failure = async (folder: string) =>
  loadMnist({ folder }).then(
    () => 'loaded',
    (error: Error) => error.message.replaceAll('\\', '/').replaceAll(`${folder.replaceAll('\\', '/')}/`, 'FOLDER/'),
  )

describe('loadMnist', () => {
  test('reads the 60,000 + 10,000 images of the npm package', async () => {
    const { train, test } = await loadMnist()
    expect([train.count, train.rows, train.cols, train.images.length]).toEqual([60_000, 28, 28, 47_040_000])
    expect([test.count, test.rows, test.cols, test.images.length]).toEqual([10_000, 28, 28, 7_840_000])
    // Published counts of the digits 0–9.
    expect(histogram(train.labels)).toEqual([5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949])
    expect(histogram(test.labels)).toEqual([980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009])
    expect([...train.labels.subarray(0, 5)]).toEqual([5, 0, 4, 1, 9])
    expect(train.images.reduce((sum, pixel) => sum + pixel, 0) / train.images.length / 255).toBeCloseTo(0.1307, 4)
  })

  test('names the file that is missing', async () => {
    const folder = await folderWith({})
    expect(await failure(folder)).toMatch(/^The file FOLDER\/t(rain|10k)-(images|labels)-idx[13]-ubyte cannot be read/)
    expect(await failure(folder)).toContain('(ENOENT); put the four MNIST files there, unpacked.')
  })

  test('refuses damaged files and other data sets', async () => {
    const one = { images: imageFile(1, 28, 28, new Uint8Array(784)), labels: labelFile([3]) }
    const files = {
      'train-images-idx3-ubyte': one.images,
      'train-labels-idx1-ubyte': one.labels,
      't10k-images-idx3-ubyte': one.images,
      't10k-labels-idx1-ubyte': one.labels,
    }
    expect(await failure(await folderWith(files))).toMatchInlineSnapshot(
      `"The train files hold 1 images of 28 × 28 pixels with labels up to 3, but MNIST has 60000 of 28 × 28 pixels with labels up to 9; take the files of MNIST itself."`,
    )
    const cut = { ...files, 't10k-images-idx3-ubyte': one.images.subarray(0, 500) }
    expect(await failure(await folderWith(cut))).toMatchInlineSnapshot(
      `"FOLDER/t10k-images-idx3-ubyte is cut short: 500 bytes, but 1 images of 28 × 28 pixels take 800; fetch the file again."`,
    )
    const unequal = { ...files, 'train-labels-idx1-ubyte': labelFile([3, 4]) }
    expect(await failure(await folderWith(unequal))).toMatchInlineSnapshot(
      `"FOLDER/train-images-idx3-ubyte has 1 images, but FOLDER/train-labels-idx1-ubyte has 2 labels; take both files from the same place."`,
    )
  })
})
