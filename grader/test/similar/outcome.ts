import { transformSync } from 'esbuild'

interface Perceptron {
  readonly score: (X: number[][], w: number[], b: number) => unknown
  readonly predict: (scores: number[]) => unknown
  readonly zeroOneRisk: (scores: number[], y: number[]) => unknown
  readonly perceptronRule: (X: number[][], y: number[], options: { maxEpochs: number }) => unknown
  readonly logisticLoss: (X: number[][], y: number[], w: number[], b: number) => unknown
  readonly logisticRegression: (
    X: number[][],
    y: number[],
    options: { learningRate: number; epochs: number },
  ) => unknown
  readonly features: (X: number[][]) => unknown
}

const X = [[1, 2], [0.5, -1], [-2, 0.3], [0, 0], [3, -1], [-300, 200]] // prettier-ignore
const Y = [1, -1, 1, 1, -1, -1]

/** What an answer to lab 01 returns for some inputs: numbers with nine digits, because the order of additions differs. */
export async function outcomeOf(text: string): Promise<unknown> {
  const { code } = transformSync(text, { loader: 'ts' })
  const url = `data:text/javascript;base64,${Buffer.from(code).toString('base64')}`
  const own = (await import(/* @vite-ignore */ url)) as Perceptron
  const results = {
    score: [own.score(X, [1, -2], 0.5), own.score([], [1], 0)],
    predict: own.predict([1, 0, -1, -0, 2]),
    risk: own.zeroOneRisk([1, -1, 0, 2], [1, 1, -1, -1]),
    rule: [own.perceptronRule(X, Y, { maxEpochs: 7 }), own.perceptronRule(X.slice(0, 2), Y, { maxEpochs: 50 })],
    loss: [own.logisticLoss(X, Y, [3, -1], 0.2), own.logisticLoss([[1e5]], [-1], [1], 0)],
    regression: [0, 5].map(epochs => own.logisticRegression(X, Y, { learningRate: 0.1, epochs })),
    features: own.features(X),
  }
  return JSON.parse(
    JSON.stringify(results, (_, value: unknown) => (typeof value === 'number' ? rounded(value) : value)),
  )
}

const rounded = (value: number): number => (value === 0 ? 0 : Number(value.toPrecision(9)))
