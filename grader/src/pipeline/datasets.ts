import { accessSync, constants, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { cacheRoot, loadCifar10, loadMnist } from '@backprop/datasets/node'
import { makeFolders } from '@backprop/files'

/** Whether a data set can be read here; the loader's error says what is wrong and how to fix it. */
export interface DatasetStatus {
  readonly name: string
  readonly available: boolean
  readonly reason: string
}

interface Counts {
  readonly train: { readonly count: number }
  readonly test: { readonly count: number }
}

/** Reads the labs' data sets; the first time, `say` gets a line about unpacking CIFAR-10. */
export const datasetStatuses = async (say: (text: string) => void): Promise<DatasetStatus[]> => [
  await statusOf('mnist', loadMnist),
  await statusOf('cifar10', async () => loadCifar10({ cache: join(await usableCache(), 'cifar-10'), onProgress: say })),
]

async function statusOf(name: string, load: () => Promise<Counts>): Promise<DatasetStatus> {
  try {
    const { train, test } = await load()
    const count = (n: number) => n.toLocaleString('en')
    const reason = `${count(train.count)} images for training, ${count(test.count)} for testing`
    return { name, available: true, reason }
  } catch (error) {
    return { name, available: false, reason: (error as Error).message }
  }
}

let replacement: string | undefined

/** The last file that is unpacked: a cache that has it serves where nothing can be written, as in a read-only container. */
const LAST_UNPACKED = join('cifar-10', 'test_batch.bin')

/**
 * Where suites find the unpacked data sets: the user's cache, or, if that can't be used, a folder of this process, so that
 * they are unpacked once and not for each submission.
 */
export async function usableCache(): Promise<string> {
  const cache = cacheRoot()
  if (isReadable(join(cache, LAST_UNPACKED))) return cache
  try {
    await makeFolders(cache)
    accessSync(cache, constants.R_OK | constants.W_OK | constants.X_OK)
    return cache
  } catch {
    return (replacement ??= cacheOfThisProcess())
  }
}

function isReadable(file: string): boolean {
  try {
    accessSync(file, constants.R_OK)
    return true
  } catch {
    return false
  }
}

function cacheOfThisProcess(): string {
  const folder = mkdtempSync(join(tmpdir(), 'backprop-cache-'))
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
  return folder
}
