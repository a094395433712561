import { explain, type Rng } from '@backprop/core'

/**
 * What a forward pass is for. Dropout and batch norm behave differently in training, and dropout draws a mask.
 *
 * The mode is an argument of `forward`, not a switch on the model: sooner or later a switch is in the wrong position,
 * and then the numbers are wrong without an error. This way each call says what it is, a model can be evaluated in the
 * middle of its training, and the generator is there exactly when something random happens.
 */
export type Mode = { readonly training: false } | { readonly training: true; readonly rng: Rng }

/** The model is only used: nothing is random, and nothing in it changes. */
export const evaluation: Mode = { training: false }

/** The model learns; `rng` draws the masks of dropout. */
export const training = (rng: Rng): Mode => ({ training: true, rng })

/** JavaScript programs may leave the mode out; a default would silently train without dropout. Throws `TypeError`. */
export function checkMode(where: string, mode: unknown): void {
  if (typeof mode === 'object' && mode !== null && 'training' in mode) return
  const hint = 'forward(x, training(rng)) while it learns, forward(x, evaluation) when it is used'
  throw new TypeError(explain(where, 'forward needs to know the mode', hint))
}
