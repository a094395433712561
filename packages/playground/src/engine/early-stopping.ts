/** A training that early stopping controls, as lab 07 has it. */
export interface StoppableRun {
  /** Learns from all training examples once. */
  epoch(): Promise<void>
  validationLoss(): Promise<number>
  testLoss(): Promise<number>
  weights(): Float32Array
  setWeights(weights: Float32Array): Promise<void>
}

/** When early stopping stops. */
export interface StoppingOptions {
  /** How many epochs in a row may pass without a better validation loss. */
  readonly patience: number
  /** How much lower than the best one a loss must be to count as better. */
  readonly minDelta: number
  readonly maxEpochs: number
}

/** Runs a training until its validation loss no longer gets better. */
export type EarlyStopping = (run: StoppableRun, options: StoppingOptions) => Promise<void>

/** Ours: stops after `patience` epochs without a better loss, and puts back the best weights. */
export const earlyStopping: EarlyStopping = async (run, { patience, minDelta, maxEpochs }) => {
  let best = Infinity
  let bestWeights = run.weights().slice()
  let worse = 0
  for (let epoch = 1; epoch <= maxEpochs && worse < patience; epoch += 1) {
    await run.epoch()
    const loss = await run.validationLoss()
    if (loss < best - minDelta) {
      best = loss
      bestWeights = run.weights().slice()
      worse = 0
    } else worse += 1
  }
  await run.setWeights(bestWeights)
}
