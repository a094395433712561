import { rng } from '@backprop/core/random'
import { batches, stratifiedSplit, toy } from '@backprop/datasets'

const random = rng(1)
const { points, labels } = toy('spiral', { count: 200, noise: 0.1, rng: random })
const [training, validation] = stratifiedSplit(labels, [0.8, 0.2], random) // indices: 160 and 40

export const sizes: number[] = []
for (const batch of batches(training.length, 64, random)) {
  const examples = Array.from(batch, i => points[training[i]]) // [64, 2], [64, 2], [32, 2]
  sizes.push(examples.length)
}
export const heldOut = Array.from(validation, i => labels[i]) // 20 of each class
