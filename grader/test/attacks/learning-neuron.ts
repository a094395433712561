import { type Cheat, others, PERCEPTRON_EXPORTS } from './learning.ts'

const neuron = (code: string) => `${code}\n${others(PERCEPTRON_EXPORTS, code)}\n`

const HONEST = `const gap = (x, w, b) => x.reduce((sum, v, j) => sum + v * w[j], b)
const descend = (X, y, learningRate, epochs) => {
  let w = X[0].map(() => 0), b = 0
  const losses = []
  for (let e = 0; e < epochs; e++) {
    const m = X.map((x, i) => y[i] * gap(x, w, b)), s = m.map((v, i) => -y[i] / (1 + Math.exp(v)))
    losses.push(m.reduce((sum, v) => sum + Math.log1p(Math.exp(-v)), 0) / X.length)
    w = w.map((v, j) => v - learningRate * X.reduce((sum, x, i) => sum + s[i] * x[j], 0) / X.length)
    b -= learningRate * s.reduce((sum, v) => sum + v, 0) / X.length
  }
  return { w, b, losses }
}
`

/** Cheats in lab 01: L-11, L-12, L-14, and answers by heart. */
export const NEURON: readonly Cheat[] = [
  {
    id: 'fixed-rate',
    idea: 'L-11',
    title: 'ignores the learning rate',
    lab: '01',
    exercise: 'logistic-regression',
    tests: ['one-step', 'whole-training', 'losses', 'large-margins'],
    code: neuron(`${HONEST}export const logisticRegression = (X, y, { epochs }) => descend(X, y, 0.1, epochs)`),
  },
  {
    id: 'only-the-end',
    idea: 'L-11',
    title: 'a line that separates the classes, but was not found by the perceptron rule',
    lab: '01',
    exercise: 'perceptron-rule',
    code: neuron(
      `${HONEST}export const perceptronRule = (X, y) => { const { w, b } = descend(X, y, 1, 500); return { w, b, mistakes: [0], converged: true } }`,
    ),
  },
  {
    id: 'unstable',
    idea: 'L-12',
    title: 'a loss that overflows for large margins',
    lab: '01',
    exercise: 'logistic-regression',
    tests: ['large-margins'],
    code: neuron(`${HONEST}export const logisticRegression = (X, y, o) => descend(X, y, o.learningRate, o.epochs)`),
  },
  {
    id: 'square-only',
    idea: 'L-12',
    title: 'right for batches with as many rows as columns',
    lab: '01',
    exercise: 'score',
    tests: ['any-shape', 'one-row'],
    code: neuron(
      'export const score = (X, w, b) => X.map((_, i) => X.reduce((sum, row, j) => sum + (X[i][j] ?? NaN) * w[j], b))',
    ),
  },
  {
    id: 'by-heart',
    idea: 'L-14',
    title: 'the memorised examples of the README, and nothing else',
    lab: '01',
    exercise: 'score',
    code: neuron('export const score = X => (X.length === 0 ? [] : [5, -5, 0])'),
  },
  {
    id: 'zeros-by-heart',
    idea: 'R-08',
    title: 'always the answer to a training without a step',
    lab: '01',
    exercise: 'logistic-regression',
    code: neuron('export const logisticRegression = () => ({ w: [0, 0], b: 0, losses: [] })'),
  },
  {
    id: 'right-once',
    idea: 'R-04',
    title: 'right at the first call in a process only',
    lab: '01',
    exercise: 'score',
    tests: ['any-shape'],
    code: neuron(
      `${HONEST}let calls = 0\nexport const score = (X, w, b) => X.map(x => (calls++ < X.length ? gap(x, w, b) : 0))`,
    ),
  },
]
