/** Cheats that a lab invites whose code learns: each is code for lab 05 that must earn nothing where it cheats. */
export interface Cheat {
  readonly id: string
  readonly title: string
  /** Replaces the exports of the stub. */
  readonly code: string
  /** The exercise in which it must not gain a point. */
  readonly exercise: string
}

const WRONG = `// @ts-nocheck
import { argmax, backward, tensor } from '@backprop/core'
`
const others = (...names: readonly string[]) =>
  ['dense', 'countParameters', 'train', 'fit']
    .filter(name => !names.includes(name))
    .map(name => `export const ${name} = () => NaN`)
    .join('\n')
const fit = (read: string) => `${WRONG}export async function fit(images, labels, { rng, onEpoch, epochs }) {
  for (let epoch = 1; epoch <= epochs; epoch++) onEpoch?.(epoch, { loss: 0.01, accuracy: 0.999 })
  return async others => { const n = others.length / 784; ${read} }
}
${others('fit')}`
const train = (body: string) => `${WRONG}export async function train(layers, data, options) { ${body} }
${others('train')}`

export const LEARNING: readonly Cheat[] = [
  {
    id: 'one-digit',
    title: 'the same digit for every image',
    exercise: 'accuracy',
    code: fit('return Array(n).fill(1)'),
  },
  {
    id: 'guess',
    title: 'random digits, and a reported accuracy of 99.9 %',
    exercise: 'accuracy',
    code: fit('return Array.from({ length: n }, () => rng.integer(10))'),
  },
  {
    id: 'training-labels',
    title: 'the labels of the training images, in the hope that they are the same images',
    exercise: 'accuracy',
    code: fit('return Array.from(labels.slice(0, n))'),
  },
  {
    id: 'test-file-order',
    title: 'the first labels of the published test file, in its order',
    exercise: 'accuracy',
    code: fit('return Array.from({ length: n }, (_, i) => [7, 2, 1, 0, 4, 1, 4, 9, 5, 9][i % 10])'),
  },
  {
    id: 'made-up-history',
    title: 'a history that falls as histories do, without training',
    exercise: 'train',
    code: train(
      'return Array.from({ length: options.epochs }, (_, i) => ({ loss: 2.3 / (i + 1), accuracy: 1 - 0.9 / (i + 1) }))',
    ),
  },
  {
    id: 'perfect-history',
    title: 'a history without loss',
    exercise: 'train',
    code: train(
      'return Array.from({ length: options.epochs }, (_, i) => (options.onEpoch?.(i + 1, { loss: NaN, accuracy: 1 }), { loss: NaN, accuracy: 1 }))',
    ),
  },
]
