/**
 * The answers given away by the README and the visible tests, and one of them for everything else. This must earn no
 * points: a hidden test that it passes only asks for known answers.
 */

const KNOWN: Readonly<Record<string, unknown>> = {
  'perceptronRule [[1,0],[0,2]],[-1,1],{"maxEpochs":10}': { w: [-1, 2], b: 0, mistakes: [2, 0], converged: true },
  'perceptronRule [[3]],[1],{"maxEpochs":5}': { w: [0], b: 0, mistakes: [0], converged: true },
  'perceptronRule [[1,0],[0,2]],[-1,1],{"maxEpochs":2}': { w: [-1, 2], b: 0, mistakes: [2, 0], converged: true },
  'perceptronRule [[1],[1]],[1,-1],{"maxEpochs":4}': { w: [-1], b: -1, mistakes: [1, 2, 2, 2], converged: false },
  'logisticRegression [[2],[-1]],[1,-1],{"learningRate":1,"epochs":1}': { w: [0.75], b: 0, losses: [0.6931471805599] },
  'logisticRegression [[0],[0]],[1,1],{"learningRate":1,"epochs":1}': { w: [0], b: 0.5, losses: [0.6931471805599] },
  'logisticRegression [[2],[-1]],[1,-1],{"learningRate":0.5,"epochs":5}': {
    w: [1.118531289328],
    b: -0.114018505828,
    losses: [0.6931471805599, 0.4549971351274, 0.3341570281787, 0.2633947144034, 0.2170902744441],
  },
  'logisticRegression [[4000],[1]],[-1,1],{"learningRate":1,"epochs":2}': {
    w: [-999.25],
    b: 0.5,
    losses: [0.6931471805599, 499.875],
  },
  'logisticRegression [[2],[-1]],[1,-1],{"learningRate":1,"epochs":3}': {
    w: [1.319490987632],
    b: -0.1345938931882,
    losses: [0.6931471805599, 0.2941421420488, 0.1929675329775],
  },
  'logisticLoss [[2],[-1]],[1,-1],[0],0': { loss: 0.6931471805599, dw: [-0.75], db: 0 },
  'logisticLoss [[0]],[1],[5],3': { loss: 0.04858735157374, dw: [0], db: -0.04742587317757 },
  'logisticLoss [[1000]],[-1],[1],0': { loss: 1000, dw: [1000], db: 1 },
  'logisticLoss [[8]],[-1],[1],0': { loss: 8.000335406373, dw: [7.997317198956], db: 0.9996646498695 },
  'logisticLoss [[2],[-1]],[1,-1],[0.5],0': { loss: 0.3936693358492, dw: [-0.4577117557691], db: 0.05429962371408 },
  'score [[2,1],[0,3],[1,2]],[3,-2],1': [5, -5, 0],
  'score [[1,0,0],[0,1,0]],[1,2,3],10': [11, 12],
  'score [[0,0,0]],[1,1,1],5': [5],
  'score [],[3,-2],1': [],
  'score [[2,1]],[3,-2],1': [5],
  'zeroOneRisk [5,-5,0,2],[1,-1,-1,-1]': 0.5,
  'zeroOneRisk [3,-2,1],[1,-1,1]': 0,
  'zeroOneRisk [3,-2,1],[-1,1,-1]': 1,
  'zeroOneRisk [0],[1]': 0,
  'zeroOneRisk [5,-5],[1,1]': 0.5,
  'predict [5,-5,0.25,-0.25]': [1, -1, 1, -1],
  'predict [0]': [1],
  'predict []': [],
  'predict [5,-5]': [1, -1],
  'features [[2,-1]]': [[2, -1, 4, 1, -2, 0.9092974268257, -0.8414709848079]],
  'features [[0,0],[1,0],[0,1]]': [
    [0, 0, 0, 0, 0, 0, 0],
    [1, 0, 1, 0, 0, 0.8414709848079, 0],
    [0, 1, 0, 1, 0, 0, 0.8414709848079],
  ],
}

/** A function that returns `otherwise` where no answer is known. */
const byHeart =
  (name: string, otherwise: unknown) =>
  (...args: unknown[]): unknown => {
    const question = `${name} ${JSON.stringify(args).slice(1, -1)}`
    const answer = Object.hasOwn(KNOWN, question) ? KNOWN[question] : otherwise
    return answer
  }

export const score = byHeart('score', [5, -5, 0])
export const predict = byHeart('predict', [1, -1, 1, -1])
export const zeroOneRisk = byHeart('zeroOneRisk', 0.5)
export const perceptronRule = byHeart('perceptronRule', { w: [-1, 2], b: 0, mistakes: [2, 0], converged: true })
export const logisticLoss = byHeart('logisticLoss', { loss: 0.6931471805599, dw: [-0.75], db: 0 })
export const logisticRegression = byHeart('logisticRegression', { w: [0.75], b: 0, losses: [0.6931471805599] })
export const features = byHeart('features', [[2, -1, 4, 1, -2, 0.9092974268257, -0.8414709848079]])
