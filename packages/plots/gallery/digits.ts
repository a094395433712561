import { crossEntropy, plain, relu, rng } from '@backprop/core'
import { batches } from '@backprop/datasets'
import { loadMnist } from '@backprop/datasets/node'
import { accuracy, Adam, batchesOf, confusionMatrix, fit, Linear, parameters, predict, sequential } from '@backprop/nn'
import type { Chart } from '../src/index.ts'
import * as plots from '../src/index.ts'

/** Charts of a network that reads digits. */

const TRAIN = 4000
const READ = 2000

export async function digitCharts(): Promise<Record<string, Chart>> {
  const on = plain()
  const random = rng(1)
  const mnist = await loadMnist()
  const scaled = (images: Uint8Array, count: number) =>
    Float32Array.from(images.subarray(0, count * 784), pixel => pixel / 255)
  const training = {
    x: { values: scaled(mnist.train.images, TRAIN), shape: [784] },
    y: mnist.train.labels.subarray(0, TRAIN),
  }
  const labels = mnist.test.labels.subarray(0, READ)
  const unseen = { x: { values: scaled(mnist.test.images, READ), shape: [784] }, y: labels }
  const first = new Linear(784, 32, { on, rng: random })
  const model = sequential(first, relu, new Linear(32, 10, { on, rng: random }))
  const steps: number[] = []
  const { epochs } = await fit(model, () => batchesOf(training, batches(TRAIN, 32, random), { on }), {
    optimizer: new Adam(parameters(model), { learningRate: 2e-3 }),
    loss: crossEntropy,
    metrics: { accuracy },
    epochs: 8,
    rng: random,
    validation: () => batchesOf(unseen, batches(READ, 500), { on }),
    onStep: ({ loss }) => steps.push(loss),
  })
  const read = await predict(model, () => batchesOf(unseen, batches(READ, 500), { on }))
  const wrong = [...labels.keys()].filter(i => read[i] !== labels[i])
  const each = (set: 'training' | 'validation', score: string) => epochs.map(epoch => epoch[set]?.[score] ?? NaN)
  const validation = each('validation', 'accuracy')
  const best = validation.indexOf(Math.max(...validation)) + 1
  return {
    'loss-steps': plots.lineChart({
      title: 'The loss of each mini-batch',
      series: { loss: { y: steps, smooth: 50 } },
      x: 'step',
      y: 'cross-entropy',
    }),
    history: plots.sideBySide(
      [
        plots.lineChart({
          title: 'Loss',
          series: { training: each('training', 'loss'), validation: each('validation', 'loss') },
          x: 'epoch',
          y: 'cross-entropy',
        }),
        plots.lineChart({
          title: 'Accuracy',
          series: { training: each('training', 'accuracy'), validation },
          x: 'epoch',
          y: 'share read rightly',
          notes: [{ x: best, text: 'best epoch' }],
        }),
      ],
      { title: 'Eight epochs on 4,000 digits' },
    ),
    mistakes: plots.images({
      title: 'Some digits that the network misreads',
      data: mnist.test.images,
      shape: [10_000, 28, 28],
      only: wrong.slice(0, 12),
      captions: wrong.slice(0, 12).map(i => `is ${labels[i]}, reads ${read[i]}`),
      perRow: 6,
      invert: true,
    }),
    filters: plots.images({
      title: 'What eight neurons of the first layer look for',
      data: transposed(first.weight.value.dataSync(), 784, 32),
      shape: [32, 28, 28],
      only: [0, 1, 2, 3, 4, 5, 6, 7],
      range: 'symmetric',
    }),
    confusion: plots.confusionMatrix({
      title: `How ${READ.toLocaleString('en')} digits are read`,
      counts: confusionMatrix(read, labels, { classes: 10 }),
    }),
    recall: plots.bars({
      title: 'Share of each digit that is read rightly',
      names: Array.from({ length: 10 }, (_, digit) => String(digit)),
      series: {
        recall: confusionMatrix(read, labels, { classes: 10 }).map((row, i) => row[i] / row.reduce((a, b) => a + b, 0)),
      },
      x: 'share',
    }),
  }
}

const transposed = (values: ArrayLike<number>, rows: number, columns: number) =>
  Float32Array.from({ length: rows * columns }, (_, i) => values[(i % rows) * columns + Math.floor(i / rows)])
