/** A cheat that a lab invites whose code learns. */
export interface Cheat {
  readonly id: string
  readonly idea: string
  readonly title: string
  readonly lab: '01' | '05'
  /** The whole edited file. */
  readonly code: string
  /** The exercise in which it must not gain a point … */
  readonly exercise: string
  /** … or the tests of it that it must not pass. */
  readonly tests?: readonly string[]
  /** Statuses of which the exercise must have one; `failed` unless given. */
  readonly seenAs?: readonly string[]
  readonly refused?: string
}

/** What src/perceptron.ts of lab 01 must export. */
export const PERCEPTRON_EXPORTS = [
  ...['score', 'predict', 'zeroOneRisk', 'perceptronRule', 'logisticLoss', 'logisticRegression', 'features'],
]

/** Makes the exports that a cheat did not make itself; all of them are wrong. */
export const others = (all: readonly string[], code: string) =>
  all
    .filter(name => !new RegExp(`export (async )?(function|const) ${name}\\b`).test(code))
    .map(name => `export const ${name} = () => NaN`)
    .join('\n')
