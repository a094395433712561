/** The footprint of a network and of its training: parameters, multiply-adds, bytes, and energy. */

export interface Training {
  /** The number of examples that an epoch visits. */
  examples: number
  epochs: number
  /** The number of examples per step. */
  batchSize: number
}

export interface Footprint {
  /** Weights and biases. */
  parameters: number
  /** Multiply-adds to read one example: one for each weight. */
  multiplyAdds: number
  /** The bytes of the parameters as 32-bit numbers. */
  bytes: number
  /** Multiply-adds of the whole training. */
  trainingMultiplyAdds: number
  /** The bytes that training needs at a time. */
  trainingBytes: number
}

/**
 * Given: joules per multiply-add, computed from one published training. GPT-3 took 1,287 MWh (Patterson and others,
 * 2021), for 3 · 175 · 10⁹ parameters · 300 · 10⁹ tokens of multiply-adds: 2.94 · 10⁻¹¹ J each, in a data centre of 2020
 * with all that belongs to it. Your laptop may need ten times more or less.
 */
export const JOULES_PER_MULTIPLY_ADD = (1287e6 * 3600) / (3 * 175e9 * 300e9)

/**
 * The footprint of a multi-layer perceptron and its training with Adam.
 *
 * Reading one example takes a multiply-add for each weight. Going back takes twice as many: for the gradients of the
 * weights, and for those of the inputs. So training takes three for each weight, each example and each epoch.
 *
 * Training holds four numbers for each parameter (the parameter, its gradient, and the two means of Adam), and the
 * values of each layer for a batch: `batchSize` times all of the sizes. A number has four bytes.
 *
 * @param sizes the size of the input, then the neurons of each layer, two or more sizes; not changed
 * @throws RangeError when there are fewer than two sizes, or any number is not a whole number of 1 or more
 * @example footprint([3, 2], { examples: 10, epochs: 4, batchSize: 5 })
 * // { parameters: 8, multiplyAdds: 6, bytes: 32, trainingMultiplyAdds: 720, trainingBytes: 228 }
 */
export function footprint(sizes: number[], { examples, epochs, batchSize }: Training): Footprint {
  // SOLUTION(footprint): Add up over the layers. What counts for an example, and what counts once?
  if (sizes.length < 2) throw new RangeError(`footprint: expected two or more sizes, got ${sizes.length}.`)
  const bad = [...sizes, examples, epochs, batchSize].find(value => !(Number.isInteger(value) && value >= 1))
  if (bad !== undefined) throw new RangeError(`footprint: expected whole numbers of 1 or more, got ${bad}.`)
  const weights = sizes.slice(1).reduce((sum, size, l) => sum + sizes[l] * size, 0)
  const biases = sizes.slice(1).reduce((sum, size) => sum + size, 0)
  const parameters = weights + biases
  return {
    parameters,
    multiplyAdds: weights,
    bytes: 4 * parameters,
    trainingMultiplyAdds: 3 * weights * examples * epochs,
    trainingBytes: 4 * (4 * parameters + batchSize * sizes.reduce((sum, size) => sum + size, 0)),
  }
  // END
}

/**
 * The multiply-adds of training a language model: three for each parameter and each token, forward and back, as above.
 * (Papers often count the multiplication and the addition separately: 6 · parameters · tokens.)
 *
 * @example languageModelTraining(175e9, 300e9) // 1.575e23: GPT-3
 */
export function languageModelTraining(parameters: number, tokens: number): number {
  // SOLUTION(footprint): A token is to a language model what an example is to a perceptron.
  return 3 * parameters * tokens
  // END
}

/**
 * The energy of a computation in kilowatt-hours; one kilowatt-hour is 3.6 million joules.
 *
 * @param multiplyAdds how many
 * @param joulesPerMultiplyAdd what each of them takes
 * @example energy(1.575e23, JOULES_PER_MULTIPLY_ADD) // 1287000: GPT-3, in kWh
 */
export function energy(multiplyAdds: number, joulesPerMultiplyAdd: number): number {
  // SOLUTION(footprint): From joules to kilowatt-hours.
  return (multiplyAdds * joulesPerMultiplyAdd) / 3.6e6
  // END
}
