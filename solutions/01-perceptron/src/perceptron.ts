/**
 * One artificial neuron. It gives every example x a score w·x + b, and the sign of the score is its answer.
 *
 * Names are the same throughout the course: the rows of X are N examples of D numbers each, written `[N, D]`;
 * w holds one weight for each of the D numbers, b is the bias. A label is −1 or +1. Never change the lists you get.
 */

/** The two classes. */
export type Label = -1 | 1

/** What the perceptron rule found. */
export interface PerceptronFit {
  /** The weights after the last epoch. `[D]` */
  w: number[]
  /** The bias after the last epoch. */
  b: number
  /** The number of mistakes in the first epoch, in the second, and so on. */
  mistakes: number[]
  /** Whether the last epoch passed without a mistake. */
  converged: boolean
}

/** A loss, and how it changes with the weights and the bias. */
export interface LogisticLoss {
  /** J, the mean over the examples. */
  loss: number
  /** ∂J/∂w `[D]` */
  dw: number[]
  /** ∂J/∂b */
  db: number
}

/** What logistic regression found. */
export interface LogisticFit {
  /** The weights after the last step. `[D]` */
  w: number[]
  /** The bias after the last step. */
  b: number
  /** The mean loss before each step: one number per epoch. `[epochs]` */
  losses: number[]
}

/** Given: the dot product a₁b₁ + a₂b₂ + … of two lists of the same length. `dot([1, 2], [3, 4])` is 11. */
export function dot(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, value, i) => sum + value * b[i], 0)
}

/**
 * The scores w·x + b of a batch, one per row x of X.
 *
 * @param X the examples, one per row `[N, D]`; N may be any number, and no rows give no scores
 * @param w the weights `[D]`
 * @param b the bias
 * @returns the scores `[N]`
 * @example score([[1, 2], [2, 1]], [3, -2], 1) // [0, 5], because 3·1 − 2·2 + 1 = 0 and 3·2 − 2·1 + 1 = 5
 */
export function score(X: number[][], w: number[], b: number): number[] {
  // SOLUTION(score): Return w·x + b for every row x of X. `dot` is given above.
  return X.map(x => dot(w, x) + b)
  // END
}

/**
 * The class of each score: −1 below zero, +1 above. A score of exactly 0 counts as +1.
 *
 * @param scores the scores `[N]`; N may be any number, and no scores give no classes
 * @returns the classes `[N]`
 * @example predict([2.5, -0.1, 0]) // [1, -1, 1]
 */
export function predict(scores: number[]): Label[] {
  // SOLUTION(predict): Return −1 for every score below zero and +1 for every other score.
  return scores.map(s => (s < 0 ? -1 : 1))
  // END
}

/**
 * The 0–1 risk: the share of examples whose score has the wrong sign. A score of exactly 0 counts as class +1.
 *
 * @param scores the scores `[N]`, with N at least 1
 * @param y the labels `[N]`
 * @returns a number from 0 (all right) to 1 (all wrong)
 * @example zeroOneRisk([5, -5, 0, 2], [1, -1, -1, -1]) // 0.5: the third and the fourth are wrong
 */
export function zeroOneRisk(scores: number[], y: Label[]): number {
  // SOLUTION(zero-one-risk): Count the scores with the wrong sign, and divide by the number of scores.
  const wrong = scores.filter((s, i) => (s < 0 ? -1 : 1) !== y[i])
  return wrong.length / scores.length
  // END
}

/**
 * Learns w and b with Rosenblatt's perceptron rule.
 *
 * Start with w = 0 and b = 0. In each epoch, visit the rows of X in order. Find the class that the *current* weights
 * give to the row (a score of exactly 0 counts as +1). If it differs from the label, that is a mistake:
 * add y·x to w and y to b at once, then go on to the next row. Stop after the first epoch without a mistake, which is
 * recorded as 0, or after `maxEpochs` epochs.
 *
 * @param X the examples `[N, D]`, with N and D at least 1; not changed
 * @param y the labels `[N]`
 * @param options.maxEpochs the largest number of epochs, at least 1
 * @returns the weights and the bias, the mistakes of each epoch, and whether the last epoch had none
 * @example perceptronRule([[-1]], [-1], { maxEpochs: 10 }) // { w: [1], b: -1, mistakes: [1, 0], converged: true }
 */
export function perceptronRule(X: number[][], y: Label[], options: { maxEpochs: number }): PerceptronFit {
  // SOLUTION(perceptron-rule): Go through the rows repeatedly; correct w and b after every mistake.
  const w = X[0].map(() => 0)
  let b = 0
  const mistakes: number[] = []
  while (mistakes.length < options.maxEpochs && mistakes.at(-1) !== 0) {
    let count = 0
    for (const [i, x] of X.entries()) {
      const answer = dot(w, x) + b < 0 ? -1 : 1
      if (answer === y[i]) continue
      count += 1
      for (const [j, value] of x.entries()) w[j] += y[i] * value
      b += y[i]
    }
    mistakes.push(count)
  }
  return { w, b, mistakes, converged: mistakes.at(-1) === 0 }
  // END
}

/**
 * The mean logistic loss of a neuron, J = (1/N) Σ log(1 + exp(−mᵢ)) with the margins mᵢ = yᵢ (w·xᵢ + b),
 * and its gradient: how J changes with each weight and with the bias.
 *
 * All three numbers must stay finite for any margin: for m = −100,000 the loss is 100,000.
 *
 * @param X the examples `[N, D]`, with N and D at least 1
 * @param y the labels `[N]`
 * @param w the weights `[D]`
 * @param b the bias
 * @returns the loss J, ∂J/∂w `[D]` and ∂J/∂b
 * @example logisticLoss([[2]], [1], [0], 0) // { loss: 0.693…, dw: [-1], db: -0.5 }
 */
export function logisticLoss(X: number[][], y: Label[], w: number[], b: number): LogisticLoss {
  // SOLUTION(logistic-loss): Add up the losses and the slopes of all examples, and divide by N.
  let loss = 0
  const dw = w.map(() => 0)
  let db = 0
  for (const [i, x] of X.entries()) {
    const m = y[i] * (dot(w, x) + b)
    // log(1 + e^(−m)) without e^(something large): for a negative margin it is −m + log(1 + e^m).
    loss += m < 0 ? -m + Math.log1p(Math.exp(m)) : Math.log1p(Math.exp(-m))
    const slope = -y[i] / (1 + Math.exp(m)) // d loss / d score
    for (const [j, value] of x.entries()) dw[j] += slope * value
    db += slope
  }
  return { loss: loss / X.length, dw: dw.map(d => d / X.length), db: db / X.length }
  // END
}

/**
 * Learns w and b by gradient descent on the mean logistic loss
 * J = (1/N) Σ log(1 + exp(−mᵢ)), where mᵢ = yᵢ (w·xᵢ + b) is the margin of example i.
 *
 * Start with w = 0 and b = 0. One epoch is one step, and it uses all N examples:
 * record the loss, compute ∂J/∂w and ∂J/∂b with the same weights, then subtract `learningRate` times each.
 * The losses must stay finite for any margin, for example 100,000 for m = −100,000.
 *
 * @param X the examples `[N, D]`, with N and D at least 1; not changed
 * @param y the labels `[N]`
 * @param options.learningRate the step size, above 0
 * @param options.epochs the number of steps; 0 returns the starting point
 * @returns the weights and the bias after the last step, and the loss before each step
 * @example logisticRegression([[2]], [1], { learningRate: 1, epochs: 1 }) // { w: [1], b: 0.5, losses: [0.693…] }
 */
export function logisticRegression(
  X: number[][],
  y: Label[],
  options: { learningRate: number; epochs: number },
): LogisticFit {
  // SOLUTION(logistic-regression): Repeat: record the mean loss, compute its gradient, take one step downhill.
  const w = X[0].map(() => 0)
  let b = 0
  const losses: number[] = []
  for (let epoch = 0; epoch < options.epochs; epoch += 1) {
    let loss = 0
    const dw = w.map(() => 0)
    let db = 0
    for (const [i, x] of X.entries()) {
      const margin = y[i] * (dot(w, x) + b)
      // log(1 + e^(−m)) without e^(something large): for a negative margin it is −m + log(1 + e^m).
      loss += Math.max(0, -margin) + Math.log1p(Math.exp(-Math.abs(margin)))
      // d loss / d score = −y / (1 + e^m)
      const slope = -y[i] / (1 + Math.exp(margin))
      for (const [j, value] of x.entries()) dw[j] += slope * value
      db += slope
    }
    losses.push(loss / X.length)
    for (const [j, value] of dw.entries()) w[j] -= (options.learningRate * value) / X.length
    b -= (options.learningRate * db) / X.length
  }
  return { w, b, losses }
  // END
}

/**
 * Adds columns to examples with two numbers, so that one neuron can bend its line.
 *
 * @param X the examples `[N, 2]`; not changed
 * @returns for each row the seven columns x₁, x₂, x₁², x₂², x₁x₂, sin x₁, sin x₂, in this order `[N, 7]`
 * @example features([[2, -1]]) // [[2, -1, 4, 1, -2, 0.909…, -0.841…]]
 */
export function features(X: number[][]): number[][] {
  // SOLUTION(features): Return a longer row for each row of X.
  return X.map(([x1, x2]) => [x1, x2, x1 ** 2, x2 ** 2, x1 * x2, Math.sin(x1), Math.sin(x2)])
  // END
}
