import { type Rng, rng as generator } from '@backprop/core'
import { toy } from '@backprop/datasets'
import { expectRefusal, submissionTest } from '@backprop/grader/suite'
import { exercise, expect } from '@backprop/testkit'
import type { ActivationName, Layer } from '#lab/network'
import { expectNumbers, expectRows, fields } from './checks.ts'
import { layerNorms, linearOutput, normals, randomLayers } from './reference.ts'

type Module = typeof import('#lab/network')
const test = submissionTest<Module>('network')
const keeping = submissionTest<Module>('network', { keepsArguments: ['collapse', 'gradientNorms'] })

/** W and b of the single layer, from what the stack returns for zeros and for each unit vector. */
function oneLayer(layers: Layer[]): Layer {
  const inputs = layers[0].W.length
  const b = linearOutput(layers, Array<number>(inputs).fill(0))
  const W = layers[0].W.map((_, i) => {
    const unit = Array.from({ length: inputs }, (_, k) => (k === i ? 1 : 0))
    return linearOutput(layers, unit).map((value, j) => value - b[j])
  })
  return { W, b }
}

const TWO_LAYERS = [[2, 3, 4], [5, 1, 2], [3, 3, 3]] // prettier-ignore
const OTHER_DEPTHS = [[4, 2], [3, 1, 5, 2], [2, 8, 8, 8, 8, 8, 8, 1]] // prettier-ignore

exercise('linear-collapse', () => {
  test('weights', async ({ student, rng }) => {
    for (const sizes of TWO_LAYERS) {
      const layers = randomLayers(rng, sizes)
      const { W } = fields(await student.collapse(layers))
      expectRows(W, oneLayer(layers).W, `W of ${sizes.join(' → ')} as one layer`)
    }
  })

  test('biases', async ({ student, rng }) => {
    for (const sizes of TWO_LAYERS) {
      const layers = randomLayers(rng, sizes)
      const { b } = fields(await student.collapse(layers))
      expectNumbers(b, oneLayer(layers).b, `b of ${sizes.join(' → ')} as one layer`)
    }
  })

  keeping('deep', async ({ student, rng }) => {
    for (const sizes of OTHER_DEPTHS) {
      const layers = randomLayers(rng, sizes)
      const { W, b } = fields(await student.collapse(layers))
      const expected = oneLayer(layers)
      expectRows(W, expected.W, `W of ${sizes.join(' → ')} as one layer`)
      expectNumbers(b, expected.b, `b of ${sizes.join(' → ')} as one layer`)
    }
  })

  test('refused', async ({ student, rng }) => {
    await expectRefusal(student.collapse([]), 'without a layer the number of inputs is unknown')
    // The mismatch may be between any two layers, in either direction.
    for (const before of [
      [2, 3],
      [2, 4, 3],
      [5, 1, 2, 3],
    ])
      // prettier-ignore
      for (const inputs of [2, 4])
        for (const after of [[inputs, 2], [inputs, 3, 1], [inputs, 1, 1, 2]]) {
          const layers = [...randomLayers(rng, before), ...randomLayers(rng, after)]
          await expectRefusal(student.collapse(layers), 'a layer must take what the one before it gives')
        }
    const layers = randomLayers(rng, [2, 3, 1])
    const { b } = fields(await student.collapse(layers))
    expectNumbers(b, oneLayer(layers).b, 'layers that fit are merged')
  })
})

// `gradients` computes in 32 bits, about seven digits a number; sums over the examples lose one or two of them.
const SINGLE = { relative: 1e-4, absolute: 1e-9 }
// In 32 bits a score close to zero may land on the other side of ReLU's corner, which moves one example of a hundred.
const CORNER = { relative: 2e-2, absolute: 1e-9 }

/** Weights within ±√(6 / in) and biases of 0, like the networks in the README at the start. */
const start = (rng: Rng, sizes: number[]): Layer[] =>
  randomLayers(rng, sizes).map(({ W, b }) => {
    const limit = Math.sqrt(6 / W.length)
    return { W: W.map(row => row.map(() => limit * (2 * rng.uniform() - 1))), b: b.map(() => 0) }
  })

/** Six hidden layers of eight neurons, from a point in the plane to one score. */
const DEEP = [2, 8, 8, 8, 8, 8, 8, 1]
const spiral = (rng: Rng) => toy('spiral', { count: 100, noise: 0.05, rng })

/** The mean norm of each layer over several networks. */
function meanNorms(networks: Layer[][], name: ActivationName, points: number[][], labels: number[]): number[] {
  const norms = networks.map(network => layerNorms(network, name, points, labels))
  return norms[0].map((_, l) => norms.reduce((sum, each) => sum + each[l] / norms.length, 0))
}

exercise('saturation', () => {
  test('one-network', async ({ student, rng, on }) => {
    const points = Array.from({ length: 9 }, () => normals(rng, 3))
    const labels = points.map((_, i) => (i % 3 === 0 ? 1 : -1))
    for (const name of ['linear', 'sigmoid', 'tanh'] as const)
      for (const hidden of [[], [5, 2]]) {
        const sizes = [3, ...hidden, 1]
        const network = randomLayers(rng, sizes)
        const norms = await student.gradientNorms([network], name, { points, labels }, on)
        const why = `the norm of each layer of ${sizes.join(' → ')} with ${name}`
        expectNumbers(norms, layerNorms(network, name, points, labels), why, SINGLE)
      }
  })

  keeping('several-starts', async ({ student, rng, on }) => {
    const points = Array.from({ length: 6 }, () => normals(rng, 2))
    const labels = points.map((_, i) => (i % 2 === 0 ? 1 : -1))
    for (const count of [2, 5, 12]) {
      const networks = Array.from({ length: count }, () => randomLayers(rng, [2, 4, 3, 1]))
      const norms = await student.gradientNorms(networks, 'tanh', { points, labels }, on)
      expectNumbers(norms, meanNorms(networks, 'tanh', points, labels), `the mean over ${count} starts`, SINGLE)
    }
    // Nothing flows back through weights of 0: the first layer of the second start has the norm 0, which counts too.
    const [alive, blocked] = [randomLayers(rng, [2, 4, 1]), randomLayers(rng, [2, 4, 1])]
    blocked[1].W = blocked[1].W.map(() => [0])
    const norms = await student.gradientNorms([alive, blocked], 'tanh', { points, labels }, on)
    expectNumbers(norms, meanNorms([alive, blocked], 'tanh', points, labels), 'a start whose gradient is 0', SINGLE)
  })

  test('spiral', async ({ student, rng, on }) => {
    for (const name of ['linear', 'sigmoid', 'tanh', 'relu'] as const) {
      // Always the same start with ReLU: whether a score hits its corner must not be a matter of luck.
      const own = name === 'relu' ? generator(2) : rng
      const { points, labels } = spiral(own)
      const networks = [start(own, DEEP), start(own, DEEP)]
      const norms = await student.gradientNorms(networks, name, { points, labels }, on)
      const why = `six hidden layers of eight neurons with ${name}`
      expectNumbers(norms, meanNorms(networks, name, points, labels), why, name === 'relu' ? CORNER : SINGLE)
    }
  })

  test('vanishing', async ({ student, on }) => {
    // Always the same five starts: their factor is 3,285.
    const own = generator(1)
    const { points, labels } = spiral(own)
    const networks = Array.from({ length: 5 }, () => start(own, DEEP))
    const firstNorm = async (name: 'sigmoid' | 'relu') => {
      const norms: unknown = await student.gradientNorms(networks, name, { points, labels }, on)
      // Check the norms themselves, not just their ratio: any two numbers far apart would pass that.
      const expected = meanNorms(networks, name, points, labels)
      expectNumbers(norms, expected, `the norm of each layer with ${name}`, name === 'relu' ? CORNER : SINGLE)
      return (norms as number[])[0]
    }
    const [sigmoid, relu] = [await firstNorm('sigmoid'), await firstNorm('relu')]
    expect(sigmoid > 0 && relu > 100 * sigmoid, 'with the sigmoid, the first layer learns a hundred times slower').toBe(
      true,
    )
  })

  test('refused', async ({ student, rng, on }) => {
    const { points, labels } = spiral(rng)
    await expectRefusal(student.gradientNorms([], 'tanh', { points, labels }, on), 'the mean of no networks')
    const network = randomLayers(rng, [2, 1])
    const norms = await student.gradientNorms([network], 'linear', { points, labels }, on)
    expectNumbers(norms, layerNorms(network, 'linear', points, labels), 'one network has a mean', SINGLE)
  })
})
