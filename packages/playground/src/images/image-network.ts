import {
  type Backend,
  relu,
  type Rng,
  rng,
  sameShape,
  type Shape,
  shapeText,
  sizeOf,
  type Tensor,
  tensor,
} from '@backprop/core'
import {
  Conv2d,
  flatten,
  fromSafetensors,
  heUniform,
  Linear,
  MaxPool2d,
  type Module,
  parameters,
  type StoredTensor,
} from '@backprop/nn'

/** A layer of a network for images. ReLU follows every layer with weights except the last. */
export type LayerPlan =
  | { readonly kind: 'convolution'; readonly kernels: number; readonly size: number; readonly padding: number }
  | { readonly kind: 'pooling' }
  | { readonly kind: 'dense'; readonly neurons: number }

/** What a part of the network gave: after ReLU where it follows. */
export interface StageOutput {
  /** Such as "convolution 5 × 5". */
  readonly name: string
  /** Without the batch: `[channels, rows, cols]` or `[neurons]`. */
  readonly shape: Shape
  readonly values: Tensor
}

/** Numbers of one layer. */
export interface LayerValues {
  readonly name: string
  readonly shape: Shape
  readonly values: Float32Array
}

interface Stage {
  readonly name: string
  readonly apply: (x: Tensor) => Tensor
}

/** A network for images that shows what each of its layers gives. */
export class ImageNetwork implements Module {
  readonly plan: readonly LayerPlan[]
  readonly layers: readonly (Conv2d | MaxPool2d | Linear)[]
  readonly #stages: readonly Stage[]

  /** @param shape that of one image, `[C, H, W]` */
  constructor(plan: readonly LayerPlan[], shape: Shape, { on, rng }: { readonly on: Backend; readonly rng: Rng }) {
    this.plan = plan
    const layers: (Conv2d | MaxPool2d | Linear)[] = []
    let incoming = shape
    for (const layer of plan) {
      layers.push(layerOf(layer, incoming, { on, rng }))
      incoming = shapeAfter(layer, incoming)
    }
    this.layers = layers
    this.#stages = layers.map((layer, i) => stageOf(layer, i === layers.length - 1))
  }

  /** `[N, C, H, W]` → logits `[N, classes]` */
  forward(x: Tensor): Tensor {
    return this.#stages.reduce((h, { apply }) => apply(h), x)
  }

  /** The same, with the output of each layer; the last ones are the logits. */
  trace(x: Tensor): StageOutput[] {
    let h = x
    return this.#stages.map(({ name, apply }) => {
      h = apply(h)
      return { name, shape: h.shape.slice(1), values: h }
    })
  }

  /**
   * What each unit of the first layer looks for: its weights as an image, `[kernels, C, k, k]` or `[neurons, C, H, W]`.
   *
   * @param shape that of one image, `[C, H, W]`
   */
  detectors(shape: Shape): LayerValues {
    const first = this.layers[0]
    if (first instanceof MaxPool2d) throw new Error('ImageNetwork: the first layer must have weights.')
    const weights = Float32Array.from(first.weight.value.dataSync())
    if (first instanceof Conv2d) return { name: 'kernels', shape: first.weight.value.shape, values: weights }
    const [inputs, neurons] = first.weight.value.shape
    const values = weights.map((_, i) => weights[(i % inputs) * neurons + Math.floor(i / inputs)])
    return { name: 'neurons', shape: [neurons, ...shape], values }
  }
}

function layerOf(plan: LayerPlan, incoming: Shape, init: { on: Backend; rng: Rng }): Conv2d | MaxPool2d | Linear {
  const options = { ...init, weight: heUniform }
  switch (plan.kind) {
    case 'convolution':
      return new Conv2d(incoming[0], plan.kernels, plan.size, { padding: plan.padding, ...options })
    case 'pooling':
      return new MaxPool2d(POOL)
    case 'dense':
      return new Linear(sizeOf(incoming), plan.neurons, options)
  }
}

const POOL = 2

function shapeAfter(plan: LayerPlan, [channels, rows, cols]: Shape): Shape {
  switch (plan.kind) {
    case 'convolution': {
      const less = plan.size - 1 - 2 * plan.padding
      return [plan.kernels, rows - less, cols - less]
    }
    case 'pooling':
      return [channels, Math.floor(rows / POOL), Math.floor(cols / POOL)]
    case 'dense':
      return [plan.neurons]
  }
}

function stageOf(layer: Conv2d | MaxPool2d | Linear, isLast: boolean): Stage {
  if (layer instanceof MaxPool2d) return { name: `max pooling ${POOL} × ${POOL}`, apply: x => layer.forward(x) }
  if (layer instanceof Conv2d) {
    const [kernels, , size] = layer.weight.value.shape
    return { name: `${kernels} kernels of ${size} × ${size}, ReLU`, apply: x => relu(layer.forward(x)) }
  }
  const [, neurons] = layer.weight.value.shape
  if (isLast) return { name: `${neurons} logits`, apply: x => layer.forward(flatten(x)) }
  return { name: `${neurons} neurons, ReLU`, apply: x => relu(layer.forward(flatten(x))) }
}

/** The perceptron of lab 05. */
export const PERCEPTRON: readonly LayerPlan[] = [
  { kind: 'dense', neurons: 128 },
  { kind: 'dense', neurons: 64 },
  { kind: 'dense', neurons: 10 },
]

/** LeNet-5 with ReLU, max pooling and colours, as in lab 06. */
export const LENET5: readonly LayerPlan[] = [
  { kind: 'convolution', kernels: 6, size: 5, padding: 0 },
  { kind: 'pooling' },
  { kind: 'convolution', kernels: 16, size: 5, padding: 0 },
  { kind: 'pooling' },
  { kind: 'dense', neurons: 120 },
  { kind: 'dense', neurons: 84 },
  { kind: 'dense', neurons: 10 },
]

/** A trained network, and what its file says about it. */
export interface Loaded {
  readonly network: ImageNetwork
  /** Such as `{ whose: 'yours', trained: '5 epochs' }`. */
  readonly metadata: Readonly<Record<string, string>>
}

/**
 * Builds the network whose weights are in a safetensors file. The names of its tensors don't matter: students choose
 * them. Their order and shapes do: a weight `[O, C, k, k]` or `[in, out]`, then its bias. A max pooling of 2 × 2 follows
 * every convolution, whose padding is 0 or (k − 1) / 2, whichever fits the first dense layer.
 *
 * @param shape that of one image, `[C, H, W]`
 * @param classes the number of logits
 * @throws Error if the tensors are not those of such a network
 */
export function loadNetwork(
  file: Uint8Array,
  { shape, classes, on }: { readonly shape: Shape; readonly classes: number; readonly on: Backend },
): Loaded {
  const { tensors, metadata } = fromSafetensors(file)
  const stored = [...tensors.values()]
  const plan = planOf(stored, shape, classes)
  // The drawn weights are replaced at once, so any seed does.
  const network = new ImageNetwork(plan, shape, { on, rng: rng(0) })
  const boxes = [...parameters(network).values()]
  for (const [i, box] of boxes.entries()) {
    const { shape, values } = stored[i]
    box.value.release()
    box.value = tensor(values as Float32Array, { on, shape, requiresGrad: true }) // planOf has looked at the kind
  }
  return { network, metadata }
}

function planOf(stored: readonly StoredTensor[], shape: Shape, classes: number): LayerPlan[] {
  const shapes = stored.map(({ shape }) => shapeText(shape)).join(', ')
  const refuse = (fact: string): never => {
    const can =
      'The page shows networks of convolutions, each followed by ReLU and 2 × 2 max pooling, and dense layers.'
    throw new Error(`${fact}; the file holds ${stored.length} tensors: ${shapes}. ${can}`)
  }
  if (!stored.every(({ values }) => values instanceof Float32Array || values instanceof Float64Array))
    refuse('The weights must be F32 or F64')
  const weights = stored.filter((_, i) => i % 2 === 0).map(({ shape }) => shape)
  const biases = stored.filter((_, i) => i % 2 === 1).map(({ shape }) => shape)
  const fits = (weight: Shape, bias: Shape | undefined) =>
    bias !== undefined && sameShape(bias, [weight.length === 4 ? weight[0] : weight[1]])
  if (weights.length === 0 || !weights.every((weight, i) => fits(weight, biases[i])))
    refuse('A bias must follow each weight')
  for (const isPadded of [false, true]) {
    const plan = weights.flatMap(weight => layersOf(weight, isPadded))
    if (chains(plan, weights, shape, classes)) return plan
  }
  return refuse(`These layers don't lead from an image ${shapeText(shape)} to ${classes} logits`)
}

function layersOf(weight: Shape, isPadded: boolean): LayerPlan[] {
  if (weight.length !== 4) return [{ kind: 'dense', neurons: weight[1] }]
  const [kernels, , size] = weight
  return [{ kind: 'convolution', kernels, size, padding: isPadded ? (size - 1) / 2 : 0 }, { kind: 'pooling' }]
}

/** Whether a network with this plan has exactly these weights. */
function chains(plan: readonly LayerPlan[], weights: readonly Shape[], shape: Shape, classes: number): boolean {
  let incoming = shape
  const needed: Shape[] = []
  for (const layer of plan) {
    if (layer.kind === 'convolution') needed.push([layer.kernels, incoming[0], layer.size, layer.size])
    if (layer.kind === 'dense') needed.push([sizeOf(incoming), layer.neurons])
    incoming = shapeAfter(layer, incoming)
  }
  return needed.every((each, i) => sameShape(each, weights[i])) && sameShape(incoming, [classes])
}
