import {
  type Backend,
  backward,
  crossEntropy,
  div,
  mul,
  noGrad,
  softmax,
  sub,
  sum,
  type Tensor,
  tensor,
} from '@backprop/core'
import { parameters } from '@backprop/nn'
import type { ImageNetwork, LayerValues } from './image-network.ts'
import type { Task } from './task.ts'

/** A network that reads images of one task on one backend. */
export interface Reader {
  readonly task: Task
  readonly network: ImageNetwork
  readonly on: Backend
}

/** How to change an image so that the network misreads it. */
export interface Attack {
  /** ε: how far each pixel moves, where 1 is the whole way from black to white. */
  readonly epsilon: number
  /** The class that the network should answer; `null` is any except the answer to the clean image. */
  readonly target: number | null
}

/** What a network makes of one image. */
export interface Look {
  /** Of the clean image. `[classes]` */
  readonly clean: Float32Array
  /** The image that was read: the clean one, or the attacked one. `[C · H · W]`, 0 to 1 */
  readonly image: Float32Array
  /** Of that image. `[classes]` */
  readonly probabilities: Float32Array
  readonly layers: readonly LayerValues[]
  /** |∂z / ∂pixel| for the largest logit z, the most of the channels at each place. `[H · W]` */
  readonly saliency: Float32Array
  /** Probabilities for each ε of `SWEEP`. `[SWEEP.length, classes]` */
  readonly sweep: Float32Array
}

/** Largest ε of the slider, and of the sweep. */
export const MAX_EPSILON = 0.3
const SWEEP_STEPS = 30
export const SWEEP: readonly number[] = Array.from(
  { length: SWEEP_STEPS + 1 },
  (_, i) => (i / SWEEP_STEPS) * MAX_EPSILON,
)

/**
 * Reads one image.
 *
 * @param pixels 0 to 1, `[C · H · W]`; not changed
 */
export function look(
  reader: Reader,
  pixels: Float32Array,
  attack: Attack,
  makeAttack: AttackFunction = attackBy,
): Look {
  const classes = reader.task.classes.length
  const clean = probabilitiesOf(reader, pixels)
  const attacked = makeAttack(reader, pixels, attack.target ?? indexOfMost(clean), attack.target !== null)
  const image = attacked(attack.epsilon)
  const sweep = probabilitiesOf(reader, joined(SWEEP.map(attacked)))
  const layers = layersOf(reader, image)
  const probabilities = attack.epsilon === 0 ? clean : probabilitiesOf(reader, image)
  const saliency = largestOfChannels(logitGradient(reader, image, indexOfMost(probabilities)), reader.task).map(
    Math.abs,
  )
  return { clean, image, probabilities: probabilities.slice(0, classes), layers, saliency, sweep }
}

/** Softmax of the logits of some images, `[N · C · H · W]` → `[N · classes]`. */
export function probabilitiesOf(reader: Reader, pixels: Float32Array): Float32Array {
  return noGrad(() =>
    Float32Array.from(softmax(reader.network.forward(input(reader, batch(reader, pixels)))).dataSync()),
  )
}

/** What each layer gives for one image. */
export function layersOf(reader: Reader, pixels: Float32Array): LayerValues[] {
  return noGrad(() =>
    reader.network
      .trace(input(reader, batch(reader, pixels)))
      .map(({ name, shape, values }) => ({ name, shape, values: Float32Array.from(values.dataSync()) })),
  )
}

/** ∂z / ∂pixel of the logit z of one class, `[C · H · W]` (Simonyan et al. 2014). */
export const logitGradient = (reader: Reader, pixels: Float32Array, label: number): Float32Array =>
  pixelGradient(reader, pixels, logits => {
    const chosen = Float32Array.from({ length: logits.shape[1] }, (_, c) => Number(c === label))
    return sum(mul(logits, tensor(chosen, { on: reader.on, shape: logits.shape })))
  })

/** ∂J / ∂pixel of the cross-entropy J with one label, `[C · H · W]`. */
export const lossGradient = (reader: Reader, pixels: Float32Array, label: number): Float32Array =>
  pixelGradient(reader, pixels, logits => crossEntropy(logits, [label]))

/**
 * The fast gradient sign method (Goodfellow and others, 2015, section 4): sign(∇x J), the direction in which the loss grows
 * fastest if no pixel may move further than another. Towards a target, it is −sign(∇x J) of that class.
 */
export function attackDirection(reader: Reader, pixels: Float32Array, label: number, isTarget: boolean): Float32Array {
  return lossGradient(reader, pixels, label).map(g => (isTarget ? -Math.sign(g) : Math.sign(g)))
}

/** From an image and a class to the attacked image for each ε: away from the class, or towards it. */
export type AttackFunction = (
  reader: Reader,
  pixels: Float32Array,
  label: number,
  isTarget: boolean,
) => (epsilon: number) => Float32Array

/** Ours. */
export const attackBy: AttackFunction = (reader, pixels, label, isTarget) => {
  const direction = attackDirection(reader, pixels, label, isTarget)
  return epsilon => moved(pixels, direction, epsilon)
}

/** x + ε · direction, kept between black and white. */
export const moved = (pixels: Float32Array, direction: Float32Array, epsilon: number): Float32Array =>
  pixels.map((pixel, i) => Math.min(1, Math.max(0, pixel + epsilon * direction[i])))

export function indexOfMost(values: ArrayLike<number>): number {
  let best = 0
  for (let i = 1; i < values.length; i++) if (values[i] > values[best]) best = i
  return best
}

function pixelGradient(reader: Reader, pixels: Float32Array, scalar: (logits: Tensor) => Tensor): Float32Array {
  const x = batch(reader, pixels, true)
  const result = scalar(reader.network.forward(input(reader, x)))
  backward(result)
  const gradient = Float32Array.from(x.grad?.dataSync() ?? [])
  for (const each of [x.grad, x, result]) each?.release()
  // Backward reached the weights too, and a training must not see these gradients.
  for (const box of parameters(reader.network).values()) {
    box.value.grad?.release()
    box.value.grad = null
  }
  return gradient
}

const batch = ({ task: { shape }, on }: Reader, pixels: Float32Array, requiresGrad = false): Tensor => {
  const size = shape[0] * shape[1] * shape[2]
  return tensor(pixels, { on, shape: [pixels.length / size, ...shape], requiresGrad })
}

/** (x − mean) / std for each channel. */
function input({ task: { mean, std }, on }: Reader, x: Tensor): Tensor {
  const perChannel = (values: readonly number[]) => tensor(values, { on, shape: [values.length, 1, 1] })
  return div(sub(x, perChannel(mean)), perChannel(std))
}

function largestOfChannels(values: Float32Array, { shape: [channels, rows, cols] }: Task): Float32Array {
  const area = rows * cols
  return Float32Array.from({ length: area }, (_, i) => {
    let most = 0
    for (let c = 0; c < channels; c++) most = Math.max(most, Math.abs(values[c * area + i]))
    return most
  })
}

function joined(images: readonly Float32Array[]): Float32Array {
  const all = new Float32Array(images.length * images[0].length)
  images.forEach((image, i) => all.set(image, i * image.length))
  return all
}
