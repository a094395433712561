import * as tf from '@tensorflow/tfjs-core'
import type { ModelName, Weight } from '../work.ts'

// TensorFlow.js keeps the channels of images last. Everything is brought into its order before the clock runs.

/** Images [N, 3, 32, 32] as [N, 32, 32, 3]. */
export function imagesLast(x: Float32Array): tf.Tensor {
  return tf.tidy(() => tf.transpose(tf.tensor(x, [x.length / 3072, 3, 32, 32]), [0, 2, 3, 1]))
}

/** Kernels [O, I, h, w] as [h, w, I, O]; the rows of the first dense layer follow the pixels that they belong to. */
export function weightsLast(model: ModelName, weights: readonly Weight[]): { shape: number[]; values: Float32Array }[] {
  const moved = (values: Float32Array, shape: number[], order: number[]) =>
    tf.tidy(() => {
      const y = tf.transpose(tf.tensor(values, shape), order)
      return { shape: y.shape, values: y.dataSync<'float32'>() }
    })
  return weights.map(({ shape, values }, i) => {
    if (shape.length === 4) return moved(values, [...shape], [2, 3, 1, 0])
    if (model === 'cnn' && i === 4)
      return { shape: [...shape], values: moved(values, [64, 8, 8, 128], [1, 2, 0, 3]).values }
    return { shape: [...shape], values }
  })
}
