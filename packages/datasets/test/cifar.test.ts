import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { parseCifar10 } from '../src/index.ts'
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
