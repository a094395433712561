import { type Cheat, others } from './learning.ts'

const WRONG = `import { argmax, backward, tensor, Tensor, Rng } from '@backprop/core'
import { Parameter } from '@backprop/nn'
`
const mlp = (code: string) => `${WRONG}${code}\n${others(['dense', 'countParameters', 'train', 'fit'], code)}\n`
const fit = (read: string, before = '') =>
  mlp(`${before}
export async function fit(images, labels, { rng, onEpoch, epochs }) {
  for (let epoch = 1; epoch <= epochs; epoch++) onEpoch?.(epoch, { loss: 0.01, accuracy: 0.999 })
  return async others => { const n = others.length / 784; ${read} }
}`)
const train = (body: string) => mlp(`export async function train(layers, data, options) { ${body} }`)

/** Cheats in lab 05: L-01, L-03 … L-09, L-16, and answers by heart. */
export const MLP: readonly Cheat[] = [
  {
    id: 'one-digit',
    idea: 'R-08',
    title: 'the same digit for every image',
    lab: '05',
    exercise: 'accuracy',
    code: fit('return Array(n).fill(1)'),
  },
  {
    id: 'guess',
    idea: 'L-07',
    title: 'random digits, with a reported accuracy of 99.9 %',
    lab: '05',
    exercise: 'accuracy',
    code: fit('return Array.from({ length: n }, () => rng.integer(10))'),
  },
  {
    id: 'training-labels',
    idea: 'L-06',
    title: 'the labels of the training images, in case they are the same images',
    lab: '05',
    exercise: 'accuracy',
    code: fit('return Array.from(labels.slice(0, n))'),
  },
  {
    id: 'test-file-order',
    idea: 'L-05',
    title: 'the first labels of the published test file, in its order',
    lab: '05',
    exercise: 'accuracy',
    code: fit('return Array.from({ length: n }, (_, i) => [7, 2, 1, 0, 4, 1, 4, 9, 5, 9][i % 10])'),
  },
  {
    id: 'made-up-history',
    idea: 'L-09',
    title: 'an invented history of falling losses, without training',
    lab: '05',
    exercise: 'train',
    code: train(
      'return Array.from({ length: options.epochs }, (_, i) => ({ loss: 2.3 / (i + 1), accuracy: 1 - 0.9 / (i + 1) }))',
    ),
  },
  {
    id: 'perfect-history',
    idea: 'L-07',
    title: 'a history without loss',
    lab: '05',
    exercise: 'train',
    code: train(
      'return Array.from({ length: options.epochs }, (_, i) => (options.onEpoch?.(i + 1, { loss: NaN, accuracy: 1 }), { loss: NaN, accuracy: 1 }))',
    ),
  },
  {
    id: 'constant-loss',
    idea: 'L-01',
    title: 'a constant loss, whose zero gradient is therefore right',
    lab: '05',
    exercise: 'train',
    tests: ['loss-curve', 'accuracy-curve', 'last-short-batch', 'every-example-once', 'new-order'],
    code: train(
      'for (let e = 1; e <= options.epochs; e++) options.onEpoch?.(e, { loss: 0, accuracy: 1 }); return Array.from({ length: options.epochs }, () => ({ loss: 0, accuracy: 1 }))',
    ),
  },
  {
    id: 'patch-core',
    idea: 'L-04',
    title: 'patches tensors and generators, so that the reference would compute the same wrong numbers',
    lab: '05',
    exercise: 'dense',
    code: mlp(`Tensor.prototype.dataSync = function () { return new Float32Array(this.shape.reduce((n, size) => n * size, 1)) }
Rng.prototype.uniform = Rng.prototype.normal = () => 0; Math.random = () => 0
export const dense = (inSize, outSize, { on }) => ({ weight: new Parameter(tensor([0], { on })), bias: new Parameter(tensor([0], { on })) })`),
    seenAs: ['failed', 'error'],
  },
  {
    id: 'lying-parameter',
    idea: 'L-16',
    title: 'parameters of the right shape whose values are NaN',
    lab: '05',
    exercise: 'dense',
    tests: ['limit', 'evenly-drawn', 'generator'],
    code: mlp(
      'export const dense = (i, o, { on }) => ({ weight: new Parameter(tensor(new Float32Array(i * o).fill(NaN), { on, shape: [i, o] })), bias: new Parameter(tensor(new Float32Array(o), { on, shape: [o] })) })',
    ),
  },
  {
    id: 'own-seed',
    idea: 'L-08',
    title: 'weights from a fixed seed that was tuned at home',
    lab: '05',
    exercise: 'dense',
    tests: ['generator'],
    code: mlp(`export const dense = (i, o, { on }) => {
  const own = Rng.fromSeed(42), limit = Math.sqrt(6 / (i + o))
  const weight = tensor(Float32Array.from({ length: i * o }, () => (2 * own.uniform() - 1) * limit), { on, shape: [i, o] })
  return { weight: new Parameter(weight), bias: new Parameter(tensor(new Float32Array(o), { on, shape: [o] })) }
}`),
  },
  {
    id: 'ready-made-layers',
    idea: 'L-03',
    title: 'imports the layers and the training loop that the student should write',
    lab: '05',
    exercise: 'dense',
    code: "import { fit, Linear } from '@backprop/nn'\nexport const dense = Linear, train = fit\n",
    refused: 'this lab may not import',
  },
  {
    id: 'another-framework',
    idea: 'L-03',
    title: 'imports another framework',
    lab: '05',
    exercise: 'dense',
    code: "import * as tf from '@tensorflow/tfjs-core'\nexport const dense = tf\n",
    refused: 'this lab may not import "@tensorflow/tfjs-core"',
  },
  {
    id: 'epoch-flood',
    idea: 'D-05',
    title: 'reports epochs without end',
    lab: '05',
    exercise: 'train',
    code: train('for (let e = 1; ; e++) options.onEpoch?.(e, { loss: 1, accuracy: 1 }); '),
    seenAs: ['timeout'],
  },
  {
    id: 'epoch-afterwards',
    idea: 'E-07',
    title: 'keeps reporting epochs after it has returned',
    lab: '05',
    exercise: 'train',
    code: train('setInterval(() => options.onEpoch?.(1, { loss: 1, accuracy: 1 }), 0); return []'),
  },
  {
    id: 'epoch-of-millions',
    idea: 'R-07',
    title: 'reports an epoch whose number is a list of two million numbers',
    lab: '05',
    exercise: 'train',
    code: train(
      'const many = Array(2e6).fill(1); options.onEpoch?.(many, { loss: many, accuracy: many }); return [{ loss: many, accuracy: many }]',
    ),
  },
  {
    id: 'epochs-at-once',
    idea: 'X-09',
    title: 'calls back in raw frames, without waiting for an answer',
    lab: '05',
    exercise: 'train',
    code: train(`const fs = process.getBuiltinModule('node:fs'), text = Buffer.from('["a","callback",1,["a",1,["o","loss",1]]]')
const bytes = Buffer.alloc(48 + 8); bytes.writeUInt32LE(52, 0); bytes.writeUInt32LE(text.length, 4); text.copy(bytes, 8)
options.onEpoch?.(1, { loss: 1, accuracy: 1 })
for (let i = 0; i < 1e5; i++) try { fs.writeSync(4, bytes) } catch (error) { if (error.code !== 'EAGAIN') break }
return []`),
    seenAs: ['tampered'],
  },
  {
    id: 'lend-back',
    idea: 'X-09',
    title: 'returns a function of the grader as its model',
    lab: '05',
    exercise: 'accuracy',
    code: mlp('export const fit = async (images, labels, { onEpoch }) => onEpoch'),
  },
  {
    id: 'counts-by-heart',
    idea: 'R-08',
    title: 'the numbers of the README’s network, memorised',
    lab: '05',
    exercise: 'count-parameters',
    code: mlp('export const countParameters = sizes => (sizes.length < 2 ? 0 : 109386)'),
  },
]
