import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { type Backend, plain } from '@backprop/core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { buildKit } from '../src/gpu-kit/build-kit.ts'
import { checkOps } from '../src/gpu-kit/check-ops.ts'
import { packSlice, readSlice, shorter } from '../src/gpu-kit/image-slices.ts'
import { trainCifar, trainMnist } from '../src/gpu-kit/train.ts'
import { ours } from '../src/ours.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gpu kit ü '))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

/** Images in which each label lights a different tenth of the pixels. */
const images = (labels: number[], size: number) => ({
  labels: Uint8Array.from(labels),
  images: Uint8Array.from({ length: labels.length * size }, (_, i) =>
    Math.floor(((i % size) * 10) / size) === labels[Math.floor(i / size)] ? 255 : 0,
  ),
})

describe('the program of the GPU kit', () => {
  test('finds every op of a good backend right, and names those of a bad one', async () => {
    const good = await checkOps(plain())
    expect(good.failed).toEqual([])
    expect(good.passed).toBeGreaterThan(300)
    const on = plain()
    const bad: Backend = { ...on, unary: (kernel, x) => on.unary(kernel === 'tanh' ? 'sigmoid' : kernel, x) }
    const { failed, passed } = await checkOps(bad)
    expect(passed + failed.length).toBe(good.passed)
    expect(failed.find(line => line.startsWith('tanh('))).toMatch(/number 0 of result 0 is .*, expected /)
  })

  test('reads the data that were packed', async () => {
    const slice = { train: images([3, 1, 4], 784), test: images([1, 5], 784) }
    await writeFile(join(folder, 'digits.bin.gz'), gzipSync(packSlice(slice)))
    const read = await readSlice(folder, 'digits', 784)
    expect(read).toEqual(slice)
    expect(shorter(read, 1)).toEqual({ train: images([3], 784), test: slice.test })
  })

  test('trains on both sets', async () => {
    const contender = ours('plain', plain())
    const labels = Array.from({ length: 64 }, (_, i) => i % 10)
    const digits = { train: images(labels, 784), test: images(labels.slice(0, 10), 784) }
    const mnist = await trainMnist(contender, digits, 12)
    expect(mnist).toMatchObject({ images: 64, epochs: 12 })
    expect(mnist.accuracy).toBeGreaterThan(0.8) // one in ten by chance
    const colours = { train: images(labels, 3072), test: images([1], 3072) }
    const cifar = await trainCifar(contender, colours, 1)
    expect(cifar).toMatchObject({ images: 64, steps: 1 })
    expect(cifar.firstLoss).toBe(cifar.lastLoss)
  })
})

test('a kit is not written over other files', async () => {
  await writeFile(join(folder, 'mine.txt'), 'mine')
  const refusal = process.platform === 'linux' && process.arch === 'x64' ? 'is not empty' : 'can be made on 64-bit'
  await expect(buildKit(folder)).rejects.toThrow(refusal)
})
