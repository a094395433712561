/** What a beginner may write, and is then told. The words are beside this file, in `mistakes/`. */
export interface Mistake {
  /** Also the name of the file with the words. */
  readonly name: string
  readonly exercise: 'score' | 'predict' | 'perceptron-rule'
  /** What stands in place of the stub's throw. */
  readonly code: string
  /** What is changed in the file besides. */
  readonly also?: (file: string) => string
}

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
]
