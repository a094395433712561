import {
  add,
  argmax,
  type Backend,
  backward,
  crossEntropy,
  gather,
  layerNorm,
  linear,
  matmul,
  mean,
  mul,
  noGrad,
  relu,
  reshape,
  rng,
  slice,
  softmax,
  type Tensor,
  tensor,
  zeros,
} from '@backprop/core'
import {
  Adam,
  Conv2d,
  evaluation,
  flatten,
  type Init,
  Linear,
  MaxPool2d,
  type Module,
  Parameter,
  parameters,
  sequential,
  training,
} from '@backprop/nn'
import type { Contender } from './contender.ts'
import { inProcess, type Stepper, type Trainer } from './in-process.ts'
import { ADAM, type Batch, type Matrices, type ModelName, MODELS, type Start } from './work.ts'

const models: Record<ModelName, (init: Init) => Module> = {
  mlp: init => sequential(new Linear(784, 128, init), relu, new Linear(128, 64, init), relu, new Linear(64, 10, init)),
  cnn: init =>
    sequential(
      new Conv2d(3, 32, 3, { padding: 1, ...init }),
      relu,
      new MaxPool2d(2),
      new Conv2d(32, 64, 3, { padding: 1, ...init }),
      relu,
      new MaxPool2d(2),
      flatten,
      new Linear(64 * 8 * 8, 128, init),
      relu,
      new Linear(128, 10, init),
    ),
  attention: init => new AttentionBlock(init),
}

/** A block of lab 10 with one head, and a layer that classifies the mean of its words. The order of `MODELS`. */
class AttentionBlock implements Module {
  readonly weights: Parameter[]

  constructor(init: Init) {
    this.weights = MODELS.attention.weights.map(shape => new Parameter(zeros(shape, { on: init.on })))
  }

  forward(x: Tensor): Tensor {
    const [scale1, shift1, query, key, value, out, scale2, shift2, up, upBias, down, downBias, last, lastBias] =
      this.weights.map(weight => weight.value)
    const [B, T, d] = x.shape
    const project = (rows: Tensor, w: Tensor) => reshape(matmul(rows, w), [B, T, d])
    const norm1 = reshape(layerNorm(x, add(scale1, 1), shift1), [B * T, d])
    const scores = matmul(project(norm1, query), project(norm1, key), { transposeB: true })
    const found = matmul(softmax(mul(scores, 1 / Math.sqrt(d))), project(norm1, value))
    const h = add(reshape(x, [B * T, d]), matmul(reshape(found, [B * T, d]), out))
    const inside = relu(linear(layerNorm(h, add(scale2, 1), shift2), up, upBias))
    const y = reshape(add(h, linear(inside, down, downBias)), [B, T, d])
    return linear(mean(y, { axis: 1 }), last, lastBias)
  }
}

interface Staged {
  readonly x: Tensor
  readonly labels: Uint8Array
}

/** Our library as its users write it: layers of nn, ops and autograd of core, on the given backend. */
export function ours(name: string, on: Backend): Contender {
  const held = new WeakMap<Float32Array, Tensor>() // each run trains on the same images
  return inProcess({
    name,
    multiply: size => Promise.resolve(product(on, size)),
    train: start => Promise.resolve(trainer(on, start, held)),
  })
}

function product(on: Backend, size: number): Stepper<Matrices, [Tensor, Tensor]> {
  const shape = [size, size]
  return {
    stage: ({ a, b }) => [tensor(a, { on, shape }), tensor(b, { on, shape })],
    async step([a, b]) {
      const c = matmul(a, b)
      const last = slice(c, [
        [size - 1, size],
        [size - 1, size],
      ])
      c.release()
      return last.item()
    },
    discard: ([a, b]) => {
      a.release()
      b.release()
    },
  }
}

function trainer(on: Backend, { model: name, weights }: Start, held: WeakMap<Float32Array, Tensor>): Trainer<Staged> {
  const generator = rng(1)
  const model = models[name]({ on, rng: generator })
  const all = parameters(model)
  for (const [i, parameter] of [...all.values()].entries()) {
    const { shape, values } = weights[i]
    parameter.value = tensor(values, { on, shape, requiresGrad: true })
  }
  const optimizer = new Adam(all, ADAM)
  const mode = training(generator)
  const batchOf = (x: Float32Array) => tensor(x, { on, shape: shapeOf(name, x) })

  return {
    stage: ({ x, labels }: Batch) => ({ x: batchOf(x), labels }),
    async step({ x, labels }) {
      const loss = crossEntropy(model.forward(x, mode), labels)
      backward(loss)
      optimizer.step()
      return loss.item()
    },
    discard: ({ x }) => x.release(),
    hold(images) {
      const all = held.get(images) ?? batchOf(images)
      held.set(images, all)
      return (indices, labels) => ({ x: gather(all, { indices }), labels })
    },
    async classify(x) {
      const scores = noGrad(() => model.forward(batchOf(x), evaluation))
      const classes = await argmax(scores)
      scores.release()
      return classes
    },
  }
}

/** The shape of a batch of images. */
function shapeOf(name: ModelName, x: Float32Array): number[] {
  const { input } = MODELS[name]
  return [x.length / input.reduce((a, b) => a * b, 1), ...input]
}
