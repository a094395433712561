import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { backward, mse, plain, type Rng, rng, tensor } from '@backprop/core'
import { Adam, Linear, parameters } from '@backprop/nn'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { resumable } from '../src/index.ts'

const on = plain({ dtype: 'float64' })

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'backprop résumé '))
})
afterEach(() => rm(folder, { recursive: true }))

class Interrupted extends Error {}

/** A line through noisy points; `trained` lists the epochs that it took part in. */
function run(inputs = 2) {
  const random = rng(1)
  const model = new Linear(inputs, 1, { on, rng: random })
  const optimizer = new Adam(parameters(model), { learningRate: 0.1 })
  const trained: number[] = []
  const train = async (epoch: number, noise: Rng) => {
    const x = Array.from({ length: inputs }, () => noise.normal())
    const loss = mse(model.forward(tensor([x], { on })), tensor([[x[0] + 0.1 * noise.normal()]], { on }))
    const result = { epoch, loss: await loss.item() }
    backward(loss)
    optimizer.step()
    trained.push(epoch)
    return result
  }
  const weights = () => [...model.weight.value.dataSync(), ...model.bias.value.dataSync()]
  return { model, optimizer, rng: random, train, trained, weights }
}

const file = () => join(folder, 'not there yet', 'state.safetensors')
const settings = { key: 'a', epochs: 5 }

describe('a training that is interrupted', () => {
  test.each([1, 3, 5])('in epoch %i goes on there, and ends with the same weights and results', async broken => {
    const whole = run()
    const all = await resumable({ ...settings, ...whole, file: join(folder, 'other') })

    const first = run()
    const train = (epoch: number, noise: Rng) =>
      epoch === broken ? Promise.reject(new Interrupted()) : first.train(epoch, noise)
    await expect(resumable({ ...settings, ...first, file: file(), train })).rejects.toThrow(Interrupted)

    const second = run()
    const told: unknown[] = []
    const options = { ...settings, ...second, file: file(), onResume: (results: unknown) => told.push(results) }
    expect(await resumable(options)).toEqual(all)
    expect(second.weights()).toEqual(whole.weights())
    expect(second.trained).toEqual([1, 2, 3, 4, 5].slice(broken - 1))
    expect(told).toEqual(broken === 1 ? [] : [all.slice(0, broken - 1)])
  })
})

describe('a training that was finished', () => {
  test('is not repeated: the weights come back, and more epochs go on from there', async () => {
    const first = run()
    const results = await resumable({ ...settings, ...first, file: file() })
    const again = run()
    expect(await resumable({ ...settings, ...again, file: file() })).toEqual(results)
    expect(again.trained).toEqual([])
    expect(again.weights()).toEqual(first.weights())
    const longer = run()
    expect(await resumable({ ...settings, ...longer, file: file(), epochs: 7 })).toHaveLength(7)
    expect(longer.trained).toEqual([6, 7])
  })

  test.each([
    ['another key', { key: 'b' }, undefined],
    ['fewer epochs', { epochs: 4 }, undefined],
    ['half a file', {}, (bytes: Uint8Array) => bytes.subarray(0, bytes.length / 2)],
    ['an empty file', {}, () => new Uint8Array()],
  ])('is repeated from the beginning for %s', async (_, change, damage) => {
    await resumable({ ...settings, ...run(), file: file() })
    if (damage) await writeFile(file(), damage(await readFile(file())))
    const fresh = run()
    const options = { ...settings, ...change }
    const results = await resumable({ ...options, ...fresh, file: file() })
    expect(fresh.trained).toHaveLength(options.epochs)
    expect(results).toHaveLength(options.epochs)
  })

  test('of another network is refused, with the file to delete', async () => {
    await resumable({ ...settings, ...run(), file: file() })
    const refused = resumable({ ...settings, ...run(3), file: file() })
    await expect(refused).rejects.toThrow(`Delete ${file()} to train from the beginning.`)
  })
})

test('no other file is left, and none is needed: where nothing can be written, training goes on', async () => {
  await resumable({ ...settings, ...run(), file: file() })
  expect(await readdir(join(folder, 'not there yet'))).toEqual(['state.safetensors'])
  await writeFile(join(folder, 'file'), '')
  expect(await resumable({ ...settings, ...run(), file: join(folder, 'file', 'state') })).toHaveLength(5)
})

test('results that are not finite come back as they were', async () => {
  const results = [NaN, Infinity, -Infinity, -0, 1e-320, 0.1]
  const train = (epoch: number) => Promise.resolve({ loss: results[epoch - 1], all: results })
  const options = { ...run(), ...settings, train, epochs: results.length, file: file() }
  const first = await resumable(options)
  let told: readonly unknown[] = []
  await resumable({ ...options, ...run(), train, onResume: kept => (told = kept) })
  expect(told).toEqual(first)
  expect(told[3]).toEqual({ loss: -0, all: results })
})
