import type { Functions } from '../engine/functions.ts'
import type { LossKernel } from '../engine/losses.ts'
import type { Loss } from '../setup/setup.ts'
import { type Filling, listOf, rowsOf } from './filling.ts'

/** A loss of one output, as lab 03 has it: the network's is `factor` times it. */
interface ValueLoss {
  readonly loss: Loss
  /** ½ for squared errors: the network's loss is ½ (ŷ − y)², lab 03's is (ŷ − y)². */
  readonly factor: number
  /** Lab 03's target for the network's: 0 and 1 for the classes −1 and +1 of a logit. */
  readonly target: (target: number) => number
}

const same = (target: number): number => target

const SQUARED: ValueLoss = { loss: 'squared', factor: 0.5, target: same }
const ABSOLUTE: ValueLoss = { loss: 'absolute', factor: 1, target: same }
const LOGISTIC: ValueLoss = { loss: 'logistic', factor: 1, target: label => (label + 1) / 2 }

const valueLoss = ({ loss, factor, target }: ValueLoss): Filling => ({
  fill: (functions, student) =>
    replaced(functions, loss, kernel => ({
      ...kernel,
      value: (output, targets, n) => factor * student.number(listOf(output, n), listOf(targets, n).map(target)),
    })),
  probe: student => student.number([0.5, -2, 3], [0, 1, 1]),
})

const valueGradient = ({ loss, factor, target }: ValueLoss): Filling => ({
  fill: (functions, student) =>
    replaced(functions, loss, kernel => ({
      ...kernel,
      gradient(output, targets, into, n) {
        student.numbers(into, n, listOf(output, n), listOf(targets, n).map(target))
        if (factor !== 1) for (let i = 0; i < n; i += 1) into[i] *= factor
      },
    })),
  probe: student => {
    student.numbers(new Float64Array(3), 3, [0.5, -2, 3], [0, 1, 1])
  },
})

export const mse = valueLoss(SQUARED)
export const mseGradient = valueGradient(SQUARED)
export const mae = valueLoss(ABSOLUTE)
export const maeGradient = valueGradient(ABSOLUTE)
export const bceWithLogits = valueLoss(LOGISTIC)
export const bceWithLogitsGradient = valueGradient(LOGISTIC)

export const crossEntropy: Filling = {
  fill: (functions, student) =>
    replaced(functions, 'cross-entropy', kernel => ({
      ...kernel,
      value: (output, targets, n, width) => student.number(rowsOf(output, n, width), listOf(targets, n)),
    })),
  probe: student => student.number([[1, 0, -1], [2, 0, 30]], [0, 1]), // prettier-ignore
}

export const crossEntropyGradient: Filling = {
  fill: (functions, student) =>
    replaced(functions, 'cross-entropy', kernel => ({
      ...kernel,
      gradient(output, targets, into, n, width) {
        const args = [rowsOf(output, n, width), listOf(targets, n)]
        const rows = student.rows(n, ...args)
        const row = new Float64Array(width)
        for (let i = 0; i < n; i += 1) {
          student.copy(rows[i], row, 0, width, args)
          for (let j = 0; j < width; j += 1) into[j * n + i] = row[j]
        }
      },
    })),
  probe: student => {
    const args = [[[1, 0, -1], [2, 0, 30]], [0, 1]] // prettier-ignore
    const rows = student.rows(2, ...args)
    for (let i = 0; i < 2; i += 1) student.copy(rows[i], new Float64Array(3), 0, 3, args)
  },
}

function replaced(functions: Functions, name: Loss, change: (kernel: LossKernel) => LossKernel): Functions {
  const kernel = change(functions.loss(name))
  return { ...functions, loss: asked => (asked === name ? kernel : functions.loss(asked)) }
}
