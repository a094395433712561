import type { Rng } from '@backprop/core'
import { expectRefusal, submissionTest } from '@backprop/grader/suite'
import { exercise, expect } from '@backprop/testkit'
import type { LayerSpec } from '#lab/shapes'

const test = submissionTest<typeof import('#lab/shapes')>('shapes', { keepsArguments: ['followShapes'] })

const EXACTLY = { relative: 0, absolute: 0 }

const LENET: LayerSpec[] = [
  { kind: 'conv', kernels: 6, size: 5 },
  { kind: 'relu' },
  { kind: 'pool', size: 2 },
  { kind: 'conv', kernels: 16, size: 5 },
  { kind: 'relu' },
  { kind: 'pool', size: 2 },
  { kind: 'flatten' },
  { kind: 'dense', neurons: 120 },
  { kind: 'relu' },
  { kind: 'dense', neurons: 84 },
  { kind: 'relu' },
  { kind: 'dense', neurons: 10 },
]

/** Each layer, by moving a window through the image and counting each weight, without any formula. */
function walked(input: number[], layers: LayerSpec[]): { shape: number[]; parameters: number }[] {
  let shape = input
  return layers.map(layer => {
    let parameters = 0
    if (layer.kind === 'flatten') shape = [shape.reduce((all, size) => all * size)]
    else if (layer.kind === 'dense') {
      for (let neuron = 0; neuron < layer.neurons; neuron += 1) parameters += shape[0] + 1
      shape = [layer.neurons]
    } else if (layer.kind !== 'relu') {
      const { size } = layer
      const [stride, padding] =
        layer.kind === 'conv' ? [layer.stride ?? 1, layer.padding ?? 0] : [layer.stride ?? size, 0]
      const [channels, ...sides] = shape
      const places = sides.map(side => {
        let count = 0
        for (let start = -padding; start + size <= side + padding; start += stride) count += 1
        return count
      })
      if (layer.kind === 'conv')
        for (let kernel = 0; kernel < layer.kernels; kernel += 1) parameters += channels * size ** 2 + 1
      shape = [layer.kind === 'conv' ? layer.kernels : channels, ...places]
    }
    return { shape, parameters }
  })
}

/** Compares report by report; the result may be anything, whatever its type says. */
function expectReports(actual: unknown, input: number[], layers: LayerSpec[], why: string): void {
  const expected = walked(input, layers)
  expect(Array.isArray(actual), `${why}: a list of reports`).toBe(true)
  expect(actual, `${why}: one report per layer`).toHaveLength(layers.length)
  expected.forEach(({ shape, parameters }, i) => {
    const report: unknown = (actual as unknown[])[i]
    const where = `${why}: layer ${i + 1}, ${layers[i].kind}`
    expect(typeof report === 'object' && report !== null, `${where}: shape and parameters`).toBe(true)
    const found = report as Record<string, unknown>
    expect(found.shape, `${where}: the output shape`).toBeNear(shape, EXACTLY)
    expect(found.parameters, `${where}: the number of parameters`).toBeNear(parameters, EXACTLY)
  })
}

/** A whole number from low to high. */
const between = (rng: Rng, low: number, high: number) => low + rng.integer(high - low + 1)

exercise('shapes-and-parameters', () => {
  test('lenet', async ({ student, rng }) => {
    expectReports(await student.followShapes([3, 32, 32], LENET), [3, 32, 32], LENET, 'the table of the README')
    const input = [between(rng, 1, 4), between(rng, 16, 40), between(rng, 16, 40)]
    expectReports(await student.followShapes(input, LENET), input, LENET, `the same network on [${input.join(', ')}]`)
  })

  test('convolutions', async ({ student, rng }) => {
    for (const [stride, padding] of [
      [1, 0],
      [1, 2],
      [2, 0],
      [2, 1],
      [3, 4],
    ]) {
      const input = [between(rng, 2, 5), between(rng, 7, 30), between(rng, 7, 30)]
      const layer: LayerSpec = { kind: 'conv', kernels: between(rng, 2, 9), size: between(rng, 2, 5), stride, padding }
      const why = `a stride of ${stride} and a padding of ${padding}`
      expectReports(await student.followShapes(input, [layer]), input, [layer], why)
    }
    const whole: LayerSpec[] = [{ kind: 'conv', kernels: 1, size: 4 }]
    expectReports(await student.followShapes([1, 4, 4], whole), [1, 4, 4], whole, 'a kernel as large as the image')
    // Settings that are omitted, or given with their default values; convolutions in a row.
    const input = [2, between(rng, 9, 20), between(rng, 9, 20)]
    const two: LayerSpec[] = [
      { kind: 'conv', kernels: 3, size: 3, stride: 2 },
      { kind: 'conv', kernels: 4, size: 3, padding: 1 },
      { kind: 'conv', kernels: 5, size: 1, stride: 1, padding: 0 },
    ]
    expectReports(await student.followShapes(input, two), input, two, 'one convolution after another')
  })

  test('pooling', async ({ student, rng }) => {
    for (const stride of [undefined, 1, 2, 5]) {
      const input = [between(rng, 2, 5), between(rng, 5, 30), between(rng, 5, 30)]
      const layers: LayerSpec[] = [{ kind: 'pool', size: between(rng, 2, 4), stride }, { kind: 'relu' }]
      const why = stride === undefined ? 'windows side by side' : `windows ${stride} apart`
      expectReports(await student.followShapes(input, layers), input, layers, why)
    }
  })

  test('dense-layers', async ({ student, rng }) => {
    const input = [between(rng, 2, 4), between(rng, 3, 9), between(rng, 3, 9)]
    const layers: LayerSpec[] = [
      { kind: 'flatten' },
      { kind: 'dense', neurons: between(rng, 2, 30) },
      { kind: 'relu' },
      { kind: 'dense', neurons: between(rng, 2, 30) },
      { kind: 'flatten' },
      { kind: 'dense', neurons: 1 },
    ]
    expectReports(await student.followShapes(input, layers), input, layers, 'layers of neurons')
    expectReports(await student.followShapes([5], layers.slice(1)), [5], layers.slice(1), 'a row from the start')
    expect(await student.followShapes(input, []), 'no layers, no reports').toHaveLength(0)
  })

  test('refusals', async ({ student }) => {
    const call = (input: number[], ...layers: LayerSpec[]) => student.followShapes(input, layers)
    await expectRefusal(call([3, 8, 8], { kind: 'dense', neurons: 4 }), 'a dense layer before flatten')
    await expectRefusal(call([3, 4, 9], { kind: 'conv', kernels: 2, size: 5 }), 'a kernel taller than the image')
    await expectRefusal(call([3, 9, 4], { kind: 'conv', kernels: 2, size: 5 }), 'a kernel wider than the image')
    await expectRefusal(call([3, 1, 9], { kind: 'pool', size: 2 }), 'a window taller than the image')
    await expectRefusal(call([3, 9, 1], { kind: 'pool', size: 2 }), 'a window wider than the image')
    await expectRefusal(
      call([3, 2, 9], { kind: 'conv', kernels: 2, size: 5, padding: 1 }),
      'too tall even with padding',
    )
    // The mismatch may come late.
    const shrinks: LayerSpec = { kind: 'pool', size: 3 }
    await expectRefusal(call([1, 8, 8], shrinks, shrinks), 'the second window is larger than its input')
    await expectRefusal(
      call([2, 5, 5], { kind: 'relu' }, shrinks, { kind: 'dense', neurons: 2 }),
      'dense after pooling',
    )
    const flat: LayerSpec[] = [{ kind: 'flatten' }, { kind: 'dense', neurons: 9 }, { kind: 'relu' }]
    await expectRefusal(call([1, 3, 3], ...flat, { kind: 'pool', size: 1 }), 'pooling after a dense layer')
    await expectRefusal(call([9], { kind: 'conv', kernels: 1, size: 1 }), 'a convolution of a row')
    const conv: LayerSpec = { kind: 'conv', kernels: 2, size: 1 }
    await expectRefusal(call([3, 4, 4], { kind: 'flatten' }, conv), 'a convolution after flatten')
    await expectRefusal(call([3, 4, 4], { kind: 'flatten' }, { kind: 'pool', size: 1 }), 'pooling after flatten')
    // A function that rejects everything earns nothing.
    const fits: LayerSpec[] = [{ kind: 'conv', kernels: 2, size: 5, padding: 1 }]
    expectReports(await call([3, 3, 9], ...fits), [3, 3, 9], fits, 'with padding it fits')
    const touches: LayerSpec[] = [{ kind: 'pool', size: 2 }, { kind: 'flatten' }, { kind: 'dense', neurons: 3 }]
    expectReports(await call([4, 2, 2], ...touches), [4, 2, 2], touches, 'a window as large as the image')
  })
})
