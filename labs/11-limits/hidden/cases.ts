import { type Backend, type Rng, type Tensor, tensor } from '@backprop/core'
import { type Attack, climb, lossGradient, type Net, randomNet } from './reference.ts'

/** A small network and a batch of images for it, rounded to 32 bits, so that both sides start from the same numbers. */
export interface Case {
  readonly net: Net
  readonly images: readonly Float64Array[]
  readonly labels: Uint8Array
}

const rounded = (values: Float64Array) => Float64Array.from(Float32Array.from(values))

export function drawCase(sizes: readonly number[], count: number, rng: Rng): Case {
  const net = randomNet(sizes, rng).map(layer => ({
    ...layer,
    weight: rounded(layer.weight),
    bias: rounded(layer.bias),
  }))
  const images = Array.from({ length: count }, () =>
    rounded(Float64Array.from({ length: sizes[0] }, () => rng.uniform())),
  )
  return { net, images, labels: Uint8Array.from({ length: count }, () => rng.integer(sizes.at(-1)!)) }
}

/** The images of a case as a batch. */
export const batch = (images: readonly Float64Array[], on: Backend): Tensor =>
  tensor(Float32Array.from(images.flatMap(image => [...image])), { on, shape: [images.length, images[0].length] })

/** The reference's attack on each image; `direction` −1 goes down the loss. */
export const attacked = ({ net, images, labels }: Case, attack: Attack, direction = 1): Float64Array[] =>
  images.map((x, i) => climb(x, attack, at => lossGradient(net, at, labels[i], undefined, direction)))

/**
 * A case in which rounding decides nothing: images and weights that differ by a hundred-thousandth lead to the same
 * attack. Where a slope is nearly 0, its sign is a matter of the last digit.
 */
export function steadyCase(draw: () => Case, attack: Attack, rng: Rng, direction = 1): Case {
  for (;;) {
    const found = draw()
    const expected = attacked(found, attack, direction)
    const isSteady = [1, 2, 3].every(() => {
      const shaken = {
        ...found,
        images: found.images.map(image => image.map(value => value + 1e-5 * rng.normal())),
        net: found.net.map(layer => ({ ...layer, weight: layer.weight.map(w => w + 1e-5 * rng.normal()) })),
      }
      return attacked(shaken, attack, direction).every((image, i) =>
        image.every((value, k) => Math.abs(value - expected[i][k]) < 2e-4),
      )
    })
    if (isSteady) return found
  }
}
