import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import { cacheFolder, loadCifar10, loadMnist } from '@backprop/datasets/node'
import { writeWhole } from '@backprop/files'
import { type StoredTensor, toSafetensors } from '@backprop/nn'
import { DIGITS, pixelsOf, type Task } from '../images/task.ts'
import type { LabelledImages } from '../images/train-network.ts'

/** How many images the page gets. Digits to train on take 3.7 MB compressed, photographs to look at a quarter of one. */
const COUNTS = {
  digits: { train: 20_000, test: 2000 },
  photographs: { train: 0, test: 100 },
} as const

/**
 * Images for the page: bytes as `train.images`, `train.labels`, `test.images` and `test.labels` in a gzipped safetensors
 * file, which is kept in the user's cache.
 */
export async function imageData(task: Task, cache = cacheFolder('image-data')): Promise<Uint8Array> {
  const { train, test } = COUNTS[task.name]
  const file = join(cache, `${task.name}-${train}-${test}.safetensors.gz`)
  const kept = await readFile(file).catch(() => null)
  if (kept) return kept
  const bytes = await packed(task)
  // Where nothing can be written, the images are packed again next time.
  await writeWhole(file, bytes).catch(() => undefined)
  return bytes
}

async function packed(task: Task): Promise<Uint8Array> {
  const sets = await (task === DIGITS ? loadMnist() : loadCifar10())
  const counts = COUNTS[task.name]
  const parts = (['train', 'test'] as const).flatMap(part => named(part, task, sets[part], counts[part]))
  return promisify(gzip)(toSafetensors(new Map(parts)))
}

const named = (
  part: string,
  task: Task,
  { images, labels }: LabelledImages,
  count: number,
): [name: string, values: StoredTensor][] => [
  [`${part}.images`, { shape: [count, ...task.shape], values: images.slice(0, count * pixelsOf(task)) }],
  [`${part}.labels`, { shape: [count], values: labels.slice(0, count) }],
]
