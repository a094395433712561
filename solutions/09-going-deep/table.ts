/**
 * What batch norm, skips and augmentation bring, one by one and together: the tables of the README and of design.md.
 *
 *     node packages/launch/launch.mjs solutions/09-going-deep/table.ts [from] [to] [depth]
 *
 * As many layers of 64 neurons as the depth says, 30 unless given, learn from 1,000 images of MNIST in 600 steps. The
 * seeds are 11 to 15 unless given.
 */
import { wasm } from '@backprop/backend-wasm'
import { add, argmax, backward, crossEntropy, noGrad, relu, type Rng, rng, type Tensor, tensor } from '@backprop/core'
import { loadMnist } from '@backprop/datasets/node'
import { Adam, BatchNorm2d, evaluation, heNormal, Linear, type Mode, parameters, training } from '@backprop/nn'
import { augment, type Augmentation, type Image } from './src/augmentation.ts'
import { learningRate } from './src/schedule.ts'

const [from = '11', to = '15', depth = '30'] = process.argv.slice(2)

/** The three ingredients, of which a variant has some. */
interface Parts {
  norm: boolean
  skip: boolean
  augmented: boolean
}

/** A network that is trained and judged here: from images to ten logits. */
interface Model {
  forward: (x: Tensor, mode: Mode, parts: Parts) => Tensor
}

/** Images as numbers around 0, and how to change them. */
interface Task {
  shape: [channels: number, rows: number, cols: number]
  train: { x: Float32Array; labels: Uint8Array }
  test: { x: Float32Array; labels: Uint8Array }
  augmentation: Augmentation
  steps: number
  batch: number
  peak: number
  variants: Parts[]
  model: (init: { on: typeof on; rng: Rng }) => Model
}

const on = await wasm({ relaxed: false })

/** Layers of 64 neurons, each normalised or not. */
function dense(depth: number) {
  return (init: { on: typeof on; rng: Rng }): Model => {
    const make = (inSize: number) => ({
      linear: new Linear(inSize, 64, { weight: heNormal, ...init }),
      norm: new BatchNorm2d(64, init),
    })
    const layers = [make(784), ...Array.from({ length: depth }, () => make(64))]
    const last = new Linear(64, 10, init)
    return {
      ...{ layers, last },
      forward(x: Tensor, mode: Mode, { norm, skip }: Parts) {
        let h = x
        for (const [l, layer] of layers.entries()) {
          const a = layer.linear.forward(h)
          const out = relu(norm ? layer.norm.forward(a, mode) : a)
          h = skip && l > 0 ? add(h, out) : out
        }
        return last.forward(h)
      },
    }
  }
}

const some = <T extends Uint8Array | Float32Array>(list: T, from: number, to: number) => list.subarray(from, to) as T
const every = [false, true].flatMap(norm => [false, true].map(skip => ({ norm, skip })))

async function digits(): Promise<Task> {
  const { train, test } = await loadMnist()
  const scaled = (bytes: Uint8Array) => Float32Array.from(bytes, byte => (byte / 255 - 0.13) / 0.31)
  return {
    shape: [1, 28, 28],
    train: { x: scaled(some(train.images, 0, 1000 * 784)), labels: some(train.labels, 0, 1000) },
    test: { x: scaled(some(test.images, 0, 5000 * 784)), labels: some(test.labels, 0, 5000) },
    // A mirrored digit is not a digit.
    augmentation: { flip: false, shift: 2, cutout: 0 },
    ...{ steps: 600, batch: 64, peak: 1e-3, model: dense(Number(depth)) },
    variants: every.flatMap(parts => [false, true].map(augmented => ({ ...parts, augmented }))),
  }
}

/** A batch of these images, each changed by its own draws if it is augmented. */
function batchOf({ shape, train, augmentation }: Task, indices: Uint32Array, random: Rng | null): Tensor {
  const [channels, rows, cols] = shape
  const size = channels * rows * cols
  const x = new Float32Array(indices.length * size)
  for (const [n, i] of indices.entries()) {
    const pixels = train.x.subarray(i * size, (i + 1) * size)
    const lists: Image = Array.from({ length: channels }, (_, c) =>
      Array.from({ length: rows }, (_, r) => [...pixels.subarray((c * rows + r) * cols, (c * rows + r + 1) * cols)]),
    )
    x.set(random ? augment(lists, augmentation, random).flat(2) : pixels, n * size)
  }
  return input(x, shape)
}

/** Images as rows of pixels, for layers of neurons. */
const input = (x: Float32Array, [channels, rows, cols]: Task['shape']): Tensor => {
  const pixels = channels * rows * cols
  return tensor(x, { on, shape: [x.length / pixels, pixels] })
}

async function accuracyOf(task: Task, parts: Parts, seed: number): Promise<number> {
  const { train, test, steps, batch, peak, shape } = task
  const random = rng(seed)
  const model = task.model({ on, rng: random })
  const schedule = { peak, warmUp: steps / 10, steps: steps + 1 }
  const adam = new Adam(parameters(model), { learningRate: step => learningRate(step + 1, schedule) })
  let order = random.permutation(train.labels.length)
  for (let step = 0, next = 0; step < steps; step += 1, next += batch) {
    if (next + batch > order.length) [order, next] = [random.permutation(train.labels.length), 0]
    const indices = order.subarray(next, next + batch)
    const x = batchOf(task, indices, parts.augmented ? random : null)
    backward(
      crossEntropy(
        model.forward(x, training(random), parts),
        Uint8Array.from(indices, i => train.labels[i]),
      ),
    )
    adam.step()
    x.release()
  }
  let right = 0
  const size = shape[0] * shape[1] * shape[2]
  for (let n = 0; n < test.labels.length; n += 250) {
    const x = input(test.x.slice(n * size, (n + 250) * size), shape)
    const found = await argmax(noGrad(() => model.forward(x, evaluation, parts)))
    right += found.filter((digit, i) => digit === test.labels[n + i]).length
    x.release()
  }
  return right / test.labels.length
}

const task = await digits()
const seeds = Array.from({ length: Number(to) - Number(from) + 1 }, (_, k) => Number(from) + k)
const row = (cells: readonly (string | number)[]) => console.log(`| ${cells.join(' | ')} |`)
const head = ['batch norm', 'skips', 'augmentation', ...seeds.map(seed => `seed ${seed}`), 'mean']
row(head)
row(head.map(() => '---'))
for (const parts of task.variants) {
  const found: number[] = []
  for (const seed of seeds) found.push(await accuracyOf(task, parts, seed))
  const average = found.reduce((sum, value) => sum + value / found.length, 0)
  const marks = [parts.norm, parts.skip, parts.augmented].map(has => (has ? 'yes' : ''))
  row([...marks, ...found.map(value => value.toFixed(3)), average.toFixed(3)])
}
