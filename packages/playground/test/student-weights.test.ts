import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { plain, rng } from '@backprop/core'
import { saveWeights } from '@backprop/nn'
import { expect, test } from '@backprop/testkit'
import { onTestFinished } from 'vitest'
import { ImageNetwork, loadNetwork, PERCEPTRON } from '../src/images/image-network.ts'
import { DIGITS, PHOTOGRAPHS, type Task } from '../src/images/task.ts'
import { studentWeights } from '../src/server/student-weights.ts'
import { keepInLab } from './trained-lab.ts'

const folderOf = (root: string, { lab }: Task) => join(root, 'labs', lab, '.cache', 'training')

function emptyRoot(): string {
  const root = mkdtempSync(join(tmpdir(), 'weights-'))
  onTestFinished(() => rmSync(root, { recursive: true }))
  return root
}

test("what a lab's main.ts keeps is the student's network, without the state of training", async () => {
  const root = emptyRoot()
  const on = plain()
  const network = new ImageNetwork(PERCEPTRON, DIGITS.shape, { on, rng: rng(1) })
  await keepInLab(root, DIGITS, network, 2)
  const bytes = await studentWeights(folderOf(root, DIGITS), DIGITS)
  const loaded = loadNetwork(bytes!, { shape: DIGITS.shape, classes: 10, on })
  expect(loaded.metadata).toEqual({
    whose: 'yours',
    file: 'labs/05-mnist-mlp/.cache/training/the-whole-training-set.safetensors',
    epochs: '2',
  })
  expect(await saveWeights(loaded.network)).toEqual(await saveWeights(network))
  // 109,386 numbers of four bytes, and a header.
  expect(bytes!.length).toBeLessThan(4 * 109_386 + 1000)
})

test('a missing or a damaged file is no reason to fail: our network reads then', async () => {
  const root = emptyRoot()
  expect(await studentWeights(folderOf(root, PHOTOGRAPHS), PHOTOGRAPHS)).toBeNull()
  const folder = folderOf(root, PHOTOGRAPHS)
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'lenet.safetensors'), readFileSync(import.meta.filename))
  expect(await studentWeights(folderOf(root, PHOTOGRAPHS), PHOTOGRAPHS)).toBeNull()
})
