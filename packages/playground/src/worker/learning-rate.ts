import type { Setup } from '../setup/setup.ts'

/** With `step`, the learning rate is halved each time after so many epochs. */
const HALVE_AFTER_EPOCHS = 100

/** With `cosine`, it falls along half a cosine over so many epochs, to this share of the first one. */
const COSINE_EPOCHS = 500
const COSINE_END = 0.01

/** η in an epoch, which counts from 0. */
export function learningRateAt({ learningRate, schedule }: Setup, epoch: number): number {
  switch (schedule) {
    case 'constant':
      return learningRate
    case 'step':
      return learningRate * 0.5 ** Math.floor(epoch / HALVE_AFTER_EPOCHS)
    case 'cosine': {
      const way = Math.min(epoch / COSINE_EPOCHS, 1)
      return learningRate * (COSINE_END + ((1 - COSINE_END) * (1 + Math.cos(Math.PI * way))) / 2)
    }
  }
}
