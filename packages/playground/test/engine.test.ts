import * as core from '@backprop/core'
import { rng } from '@backprop/core/random'
import { Adam, type Optimizer, Parameter, RMSProp, SGD } from '@backprop/nn'
import { expect, test } from '@backprop/testkit'
import fc from 'fast-check'
import { ACTIVATION_KERNELS } from '../src/engine/activations.ts'
import { dropoutKernel } from '../src/engine/dropout.ts'
import { LOSS_KERNELS } from '../src/engine/losses.ts'
import { Network } from '../src/engine/network.ts'
import { ruleKernel } from '../src/engine/rules.ts'
import { type Activation, ACTIVATIONS, type Loss, LOSSES, type Rule, RULES } from '../src/setup/setup.ts'

const on = core.plain({ dtype: 'float64' })

/** Two computations of the same sums in doubles that add in another order. */
const SAME = 1e-12

interface Case {
  readonly sizes: readonly number[]
  readonly activations: readonly Activation[]
  readonly loss: Loss
  readonly n: number
  /** The probability of dropping a hidden neuron; 0 for no dropout. */
  readonly dropout: number
  readonly seed: number
}

const cases: fc.Arbitrary<Case> = fc
  .record({
    features: fc.integer({ min: 1, max: 7 }),
    hidden: fc.array(fc.integer({ min: 1, max: 9 }), { maxLength: 4 }),
    loss: fc.constantFrom(...LOSSES),
    classes: fc.integer({ min: 2, max: 5 }),
    n: fc.integer({ min: 1, max: 13 }),
    dropout: fc.constantFrom(0, 0.3),
    seed: fc.nat(1e6),
    chosen: fc.array(fc.constantFrom(...ACTIVATIONS), { minLength: 5, maxLength: 5 }),
  })
  .map(({ features, hidden, loss, classes, chosen, ...rest }) => ({
    sizes: [features, ...hidden, loss === 'cross-entropy' ? classes : 1],
    activations: chosen.slice(0, hidden.length + 1),
    loss,
    ...rest,
  }))

const apply: Readonly<Record<Activation, (x: core.Tensor) => core.Tensor>> = {
  relu: core.relu,
  tanh: core.tanh,
  sigmoid: core.sigmoid,
  linear: x => x,
  gelu: core.gelu,
}

/** The loss of core on outputs `[n, width]`. */
function lossOf(loss: Loss, output: core.Tensor, target: Float64Array): core.Tensor {
  const column = (values: Float64Array) => core.tensor(values, { on, shape: [values.length, 1] })
  switch (loss) {
    case 'squared':
      return core.mul(core.mse(output, column(target)), 0.5)
    case 'absolute':
      return core.mae(output, column(target))
    case 'logistic':
      return core.bceWithLogits(output, column(target.map(label => (label + 1) / 2)))
    case 'cross-entropy':
      return core.crossEntropy(output, target)
  }
}

/** Everything of a case that is drawn at random. */
function draw({ sizes, loss, n, seed }: Case) {
  const random = rng(seed)
  const normals = (count: number) => Float64Array.from({ length: count }, () => random.normal())
  const width = sizes[sizes.length - 1]
  const label = { squared: () => random.normal(), absolute: () => random.normal(), logistic: () => random.integer(2) * 2 - 1, 'cross-entropy': () => random.integer(width) } // prettier-ignore
  return { x: normals(sizes[0] * n), target: Float64Array.from({ length: n }, label[loss]), normals }
}

test('loss and gradient are those of core, for any network', async () => {
  await fc.assert(
    fc.asyncProperty(cases, async example => {
      const { sizes, activations, loss, n, dropout, seed } = example
      const { x, target, normals } = draw(example)
      const dropouts = sizes.slice(1, -1).map((_, l) => (dropout > 0 ? dropoutKernel(dropout, rng(seed + l)) : null))
      const kernels = activations.map(name => ACTIVATION_KERNELS[name])
      const network = new Network({ sizes, activations: kernels, loss: LOSS_KERNELS[loss], dropouts })
      const theta = normals(network.count)
      const gradient = new Float64Array(network.count)
      network.gradient(theta, x, target, n, gradient)

      const parameter = (from: number, shape: number[]) =>
        core.tensor(theta.slice(from, from + shape.reduce((a, b) => a * b)), { on, shape, requiresGrad: true })
      const layers = network.layers.map(({ inputs, outputs, weights, biases }) => ({
        W: parameter(weights, [inputs, outputs]),
        b: parameter(biases, [outputs]),
      }))
      const through = (masked: boolean) =>
        layers.reduce(
          (from, { W, b }, l) => {
            const answers = apply[activations[l]](core.add(core.matmul(from, W), b))
            if (!masked || dropout === 0 || l === layers.length - 1) return answers
            const count = network.layers[l].outputs * n
            const mask = new Float64Array(count)
            dropoutKernel(dropout, rng(seed + l)).forward(new Float64Array(count).fill(1), mask, count)
            return core.mul(answers, core.transpose(core.tensor(mask, { on, shape: [count / n, n] })))
          },
          core.transpose(core.tensor(x, { on, shape: [sizes[0], n] })),
        )
      const plain = await lossOf(loss, through(false), target).item()
      expect(Math.abs(network.loss(theta, x, target, n) - plain)).toBeLessThan(SAME * Math.max(1, plain))

      core.backward(lossOf(loss, through(true), target))
      const right = layers.flatMap(({ W, b }) => [W, b].flatMap(({ grad }) => [...(grad?.dataSync() ?? [])]))
      const largest = Math.max(...right.map(Math.abs))
      for (const [i, value] of right.entries())
        expect(Math.abs(gradient[i] - value)).toBeLessThan(SAME * Math.max(1, largest))
    }),
  )
})

const DECAY = 0.2

/** The optimizers of nn, with the playground's constants. AdamW is for weights; biases don't decay. */
const optimizers: Readonly<Record<Rule, (parameter: Parameter, learningRate: number) => Optimizer>> = {
  sgd: (parameter, learningRate) => new SGD([parameter], { learningRate }),
  momentum: (parameter, learningRate) => new SGD([parameter], { learningRate, momentum: 0.9 }),
  rmsprop: (parameter, learningRate) => new RMSProp([parameter], { learningRate }),
  adam: (parameter, learningRate) => new Adam([parameter], { learningRate }),
  adamw: (parameter, learningRate) => new Adam([parameter], { learningRate, weightDecay: DECAY, decoupled: true }),
}

for (const rule of RULES)
  test(`${rule} takes the steps of nn's optimizer`, () => {
    fc.assert(
      fc.property(fc.nat(1e6), fc.double({ min: 1e-4, max: 1, noNaN: true }), (seed, learningRate) => {
        const random = rng(seed)
        const normals = (count: number) => Float64Array.from({ length: count }, () => random.normal())
        const theta = normals(6)
        const boxOf = (values: Float64Array) => new Parameter(core.tensor(values, { on, requiresGrad: true }))
        const [weights, biases] = [boxOf(theta.slice(0, 4)), boxOf(theta.slice(4))]
        const steps = [
          optimizers[rule](weights, learningRate),
          optimizers[rule === 'adamw' ? 'adam' : rule](biases, learningRate),
        ]
        const kernel = ruleKernel({
          rule,
          layers: [{ inputs: 2, outputs: 2, weights: 0, biases: 4 }],
          count: 6,
          decay: rule === 'adamw' ? DECAY : 0,
        })
        for (let k = 0; k < 5; k += 1) {
          const gradient = normals(6)
          // The gradient of Σ w·g is g.
          const slope = (w: Parameter, g: Float64Array) => core.sum(core.mul(w.value, core.tensor(g, { on })))
          core.backward(core.add(slope(weights, gradient.slice(0, 4)), slope(biases, gradient.slice(4))))
          for (const optimizer of steps) optimizer.step()
          kernel.update(theta, gradient, learningRate)
          const right = [...weights.value.dataSync(), ...biases.value.dataSync()]
          for (const [i, value] of right.entries()) expect(Math.abs(theta[i] - value)).toBeLessThan(SAME * 10)
        }
      }),
    )
  })
