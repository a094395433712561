import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import { loadCifar10, loadMnist } from '@backprop/datasets/node'
import { type StoredTensor, toSafetensors } from '@backprop/nn'
import { DIGITS, pixelsOf, type Task } from '../images/task.ts'
import type { LabelledImages } from '../images/train-network.ts'

/** How many images the page gets. Digits to train on take 3.7 MB compressed, photographs to look at a quarter of one. */
const COUNTS = {
  digits: { train: 20_000, test: 2000 },
  photographs: { train: 0, test: 100 },
} as const

/** Images for the page: bytes as `train.images`, `train.labels`, `test.images` and `test.labels` in a gzipped safetensors file. */
export async function imageData(task: Task): Promise<Uint8Array> {
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
