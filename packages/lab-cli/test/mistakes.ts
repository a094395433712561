/** What a beginner may write. What they read then is in `mistakes/`. */
export interface Mistake {
  /** Also the name of the file in `mistakes/`. */
  readonly name: string
  readonly exercise: string
  /** The lab (01-perceptron by default), and the file that is changed. */
  readonly lab?: readonly [id: string, file: string]
  /** What replaces the stub's throw. */
  readonly code: string
  /** Another change of the file. */
  readonly also?: (file: string) => string
}

const LAB_02 = ['02-activations', 'src/derivatives.ts'] as const
const LAB_04 = ['04-gradient-descent', 'src/descent.ts'] as const
const LAB_07 = ['07-regularization', 'src/early-stopping.ts'] as const
const LAB_08_VALUES = ['08-autodiff', 'src/values.ts'] as const
const LAB_08_TENSORS = ['08-autodiff', 'src/tensors.ts'] as const
const LAB_08_TRAIN = ['08-autodiff', 'src/train.ts'] as const
const LAB_09 = ['09-going-deep', 'src/residual.ts'] as const
const LAB_09_NORM = ['09-going-deep', 'src/batch-norm.ts'] as const
const LAB_05 = ['05-mnist-mlp', 'src/mlp.ts'] as const

const ATTENTION = [
  'const scores = mul(matmul(q, k, { transposeB: true }), 1 / Math.sqrt(q.shape[q.shape.length - 1]))',
  'const weights = softmax(mask ? add(scores, mask) : scores)',
  'return { y: matmul(weights, v), weights }',
].join('\n  ')
const SCORE = 'return X.map(x => dot(x, w) + b)'

export const MISTAKES: readonly Mistake[] = [
  { name: 'missing-bracket', exercise: 'score', code: 'return X.map(x => dot(x, w) + b' },
  { name: 'copied-minus', exercise: 'predict', code: 'return scores.map(s => (s < 0 ? −1 : 1))' },
  { name: 'misspelt-name', exercise: 'score', code: 'return X.map(x => dot(x, weigths) + b)' },
  { name: 'arithmetic-with-lists', exercise: 'score', code: 'return X * w + b' },
  { name: 'one-number-for-a-list', exercise: 'score', code: 'return dot(X[0], w) + b' },
  { name: 'forgotten-return', exercise: 'score', code: 'X.map(x => dot(x, w) + b)' },
  { name: 'forgotten-return-in-arrow', exercise: 'score', code: 'return X.map(x => { dot(x, w) + b })' },
  {
    name: 'missing-export',
    exercise: 'score',
    code: 'return X.map(x => dot(x, w) + b)',
    also: file => file.replace('export function score', 'function score'),
  },
  {
    name: 'default-export',
    exercise: 'score',
    code: 'return X.map(x => dot(x, w) + b)',
    also: file => file.replace('export function score', 'export default function score'),
  },
  {
    name: 'forgotten-await',
    exercise: 'score',
    code: 'const later = async (x: number[]) => dot(x, w) + b\n  return X.map(x => later(x))',
  },
  {
    name: 'index-beyond-the-end',
    exercise: 'score',
    code: 'const out = []\n  for (let i = 0; i <= X.length; i++) out.push(dot(X[i], w) + b)\n  return out',
  },
  {
    name: 'nan-from-an-index',
    exercise: 'score',
    code: 'return X.map(x => {\n    let sum = b\n    for (let j = 0; j <= w.length; j++) sum += x[j] * w[j]\n    return sum\n  })',
  },
  {
    name: 'nan-from-a-division',
    exercise: 'score',
    code: 'return X.map(x => (dot(x, w) + b) * ((b - b) / (b - b)))',
  },
  { name: 'wrong-shape', exercise: 'score', code: 'return X[0].map((_, j) => dot(X[j], w) + b)' },
  {
    name: 'nested-once-too-often',
    exercise: 'score',
    code: 'return X.map(x => [dot(x, w) + b]) as unknown as number[]',
  },
  { name: 'wrong-numbers', exercise: 'score', code: 'return X.map(x => dot(x, w))' },
  {
    name: 'endless-loop',
    exercise: 'score',
    code: 'let i = 0\n  while (i < X.length) b += 1\n  return []',
  },
  {
    name: 'unused-result',
    exercise: 'score',
    code: 'const out: number[] = []\n  for (const x of X) out.concat([dot(x, w) + b])\n  return out',
  },
  {
    name: 'unused-result-of-a-push',
    exercise: 'score',
    code: 'const out: number[] = []\n  const keep = (x: number[]) => out.push(dot(x, w))\n  for (const x of X) keep(x)\n  return out',
  },
  {
    name: 'unused-result-in-an-endless-loop',
    exercise: 'score',
    code: [
      'const out: number[] = []',
      'const withNext = (list: number[]) => [...list, ...new Array<number>(10_000).fill(b)]',
      'while (out.length < X.length) withNext(out)',
      'return out',
    ].join('\n  '),
  },
  {
    name: 'gradient-that-may-be-null',
    lab: ['11-limits', 'src/gradient.ts'],
    exercise: 'input-gradient',
    code: 'const copy = x.detach({ requiresGrad: true })\n  backward(crossEntropy(forward(layers, copy), labels))\n  return copy.grad',
    also: file => file.replace('{ crossEntropy', '{ backward, crossEntropy'),
  },
  { name: 'compared-with-nan', exercise: 'score', code: 'return X.map(x => (b !== NaN ? b : dot(x, w)))' },
  {
    name: 'axis-of-size-one',
    lab: ['10-attention', 'src/attention.ts'],
    exercise: 'attention',
    code: 'return tensor(ids.map(row => row.map(id => (id === PAD ? NEVER : 0))), { on })',
    also: file =>
      file.replace(/(export function attention\([^]*?)throw new NotImplemented\('attention'\)/, `$1${ATTENTION}`),
  },
  { name: 'endless-recursion', exercise: 'score', code: 'return score(X, w, b)' },
  {
    name: 'const-that-changes',
    exercise: 'score',
    code: 'const i = 0\n  const out = []\n  while (i < X.length) {\n    out.push(dot(X[i], w) + b)\n    i++\n  }\n  return out',
  },
  {
    name: 'in-for-of',
    exercise: 'score',
    code: 'const out = []\n  for (const x in X) out.push(dot(x, w) + b)\n  return out',
  },
  { name: 'comma-in-an-index', exercise: 'score', code: 'return X.map((_, i) => X[i, 0] * w[0] + X[i, 1] * w[1] + b)' },
  { name: 'sign-of-zero', exercise: 'predict', code: 'return scores.map(s => Math.sign(s) as Label)' },
  { name: 'missing-part', exercise: 'perceptron-rule', code: 'return { w: [-1, 2], b: 0, mistakes: [2, 0] }' },
  { name: 'code-below-the-throw', exercise: 'score', code: `throw new NotImplemented('score')\n  ${SCORE}` },
  {
    name: 'code-above-the-throw',
    exercise: 'score',
    code: "const scores = X.map(x => dot(x, w) + b)\n  throw new NotImplemented('score')",
  },
  {
    name: 'one-of-several-functions',
    lab: LAB_02,
    exercise: 'derivatives',
    code: 'return dy.map((slope, i) => slope * y[i] * (1 - y[i]))',
  },
  {
    name: 'function-of-an-unwritten-exercise',
    exercise: 'logistic-regression',
    code: 'const { dw, db } = logisticLoss(X, y, [0], 0)\n  return { w: dw, b: db, losses: [] }',
  },
  {
    name: 'forgotten-await-in-arithmetic',
    exercise: 'score',
    code: 'const bias = async () => b\n  return X.map(x => dot(x, w) + bias() * 1)',
  },
  {
    name: 'forgotten-await-that-floats',
    exercise: 'score',
    code: [
      'const scores: number[] = []',
      'const add = async (x: number[]) => {',
      '  await null',
      '  scores.push(dot(x, w) + b)',
      '}',
      'for (const x of X) add(x)',
      'return scores',
    ].join('\n  '),
  },
  {
    name: 'forgotten-await-of-an-epoch',
    lab: LAB_07,
    exercise: 'early-stopping',
    code: [
      'const validationLosses: number[] = []',
      'for (let epoch = 0; epoch < maxEpochs; epoch++) {',
      '  run.epoch()',
      '  validationLosses.push(await run.validationLoss())',
      '}',
      'return { validationLosses, bestEpoch: patience + minDelta, testLoss: await run.testLoss() }',
    ].join('\n  '),
  },
  {
    name: 'for-each-with-await',
    exercise: 'score',
    code: 'const scores: number[] = []\n  X.forEach(async x => scores.push(await Promise.resolve(dot(x, w) + b)))\n  return scores',
  },
  {
    name: 'rejected-later',
    exercise: 'score',
    code: `void Promise.reject(new Error('there is no bias'))\n  ${SCORE}`,
  },
  {
    name: 'renamed-function',
    exercise: 'score',
    code: SCORE,
    also: file => file.replace('export function score', 'export function scores'),
  },
  {
    name: 'deleted-function',
    exercise: 'score',
    code: SCORE,
    also: file => file.replace(/export function score[^]*?\n}\n/, ''),
  },
  { name: 'emptied-file', exercise: 'score', code: '', also: () => '\n' },
  {
    name: 'endless-push',
    exercise: 'score',
    code: 'const scores: number[] = []\n  while (scores.length >= 0) {\n    scores.push(b)\n  }\n  return scores',
  },
  {
    name: 'no-refusal',
    lab: LAB_04,
    exercise: 'step',
    code: 'return w.map((value, i) => value - learningRate * gradient[i])',
  },
  {
    name: 'refusal-of-another-kind',
    lab: LAB_04,
    exercise: 'step',
    code: [
      "if (w.length !== gradient.length) throw new Error('two lengths')",
      'return w.map((value, i) => value - learningRate * gradient[i])',
    ].join('\n  '),
  },
  {
    name: 'arithmetic-with-tensors',
    lab: LAB_05,
    exercise: 'dense',
    code: 'const weight = uniform([inSize, outSize], init) * 0.1\n  return { weight: new Parameter(weight), bias: new Parameter(zeros([outSize], init)) }',
  },
  {
    name: 'arithmetic-with-a-parameter',
    lab: LAB_05,
    exercise: 'forward',
    code: 'return add(matmul(x, layers[0].weight), layers[0].bias.value)',
  },
  {
    name: 'map-of-a-tensor',
    lab: LAB_05,
    exercise: 'forward',
    code: 'return matmul(x, layers[0].weight.value).map(h => h)',
  },
  {
    name: 'forgotten-await-of-an-item',
    lab: LAB_05,
    exercise: 'train',
    code: 'const loss = crossEntropy(forward(layers, batchOf(data, new Uint32Array(2), options.on).x), data.labels)\n  return [{ loss: loss.item() * 2, accuracy: 0 }]',
  },
  {
    name: 'numbers-for-a-tensor',
    lab: LAB_05,
    exercise: 'forward',
    code: 'return [[0.5, 0.5]]',
  },
  {
    name: 'arithmetic-with-values',
    lab: LAB_08_VALUES,
    exercise: 'local-gradients',
    code: 'return new Value(a + b, [a, b], [1, 1])',
  },
  {
    name: 'number-for-a-value',
    lab: LAB_08_VALUES,
    exercise: 'local-gradients',
    code: 'return exp(a.data + b.data)',
  },
  {
    name: 'value-for-a-number',
    lab: LAB_08_VALUES,
    exercise: 'local-gradients',
    code: 'return new Value(Math.exp(a), [a, b], [1, 1])',
  },
  {
    name: 'pop-that-may-be-undefined',
    lab: LAB_08_VALUES,
    exercise: 'order',
    code: 'const stack = [output]\n  const seen = new Set<N>()\n  seen.add(stack.pop())\n  return [...seen]',
  },
  {
    name: 'part-of-what-may-be-undefined',
    lab: LAB_08_VALUES,
    exercise: 'order',
    code: 'const stack = [output]\n  return [...stack.pop().inputs]',
  },
  {
    name: 'list-of-any',
    lab: LAB_08_TENSORS,
    exercise: 'matmul',
    code: 'const da = []\n  return new Tensor([7, 16], [2, 1], [a, b], () => [da, da])',
  },
  {
    name: 'list-without-zeros',
    lab: LAB_08_TENSORS,
    exercise: 'matmul',
    code: 'const y: number[] = []\n  for (const value of a.data) y[0] += value\n  return new Tensor([y[0], y[0]], [2, 1])',
  },
  {
    name: 'own-tensor-for-a-number',
    lab: LAB_08_TRAIN,
    exercise: 'train',
    code: 'const z = matmul(fromRows(points), weights[0])\n  return new Tensor([z], [1])',
  },
  {
    name: 'own-tensor-for-numbers',
    lab: LAB_08_TRAIN,
    exercise: 'train',
    code: 'let x = points\n  x = matmul(fromRows(x), weights[0])\n  return fromRows(x)',
  },
  {
    name: 'numbers-for-an-own-tensor',
    lab: LAB_08_TRAIN,
    exercise: 'train',
    code: 'return matmul(points, weights[0])',
  },
  {
    name: 'arithmetic-with-matrices',
    lab: LAB_09,
    exercise: 'residual-block',
    code: 'return x + product(x, block.w1)',
  },
  {
    name: 'maximum-of-a-matrix',
    lab: LAB_09,
    exercise: 'residual-block',
    code: 'const h = Math.max(0, product(x, block.w1))\n  return [[h]]',
  },
  {
    name: 'number-for-a-matrix',
    lab: LAB_09,
    exercise: 'residual-block',
    code: 'return product(x[0][0], block.w1)',
  },
  {
    name: 'option-without-a-value',
    lab: LAB_09_NORM,
    exercise: 'batch-norm',
    code: 'const { epsilon } = options\n  throw new RangeError(String(1 / Math.sqrt(1 + epsilon)))',
  },
  {
    name: 'call-of-what-may-be-missing',
    lab: LAB_08_TRAIN,
    exercise: 'train',
    code: 'return fromRows(points)',
    also: file =>
      file.replace(/throw new NotImplemented\('train'\)\n}\n$/, 'options.onStep(1, 0.7, [])\n  return []\n}\n'),
  },
]
