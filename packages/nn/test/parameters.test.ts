import { backward, matmul, plain, rng, sum, tensor, zeros } from '@backprop/core'
import { expect, test } from '@backprop/testkit'
import { Adam, Parameter, parameters, SGD } from '../src/index.ts'

const on = plain()
const parameter = () => new Parameter(zeros([2], { on }))

class Layer {
  readonly weight = parameter()
  readonly bias = parameter()
  readonly name = 'layer'
  readonly on = on
  readonly rng = rng(1)
}

test('parameters finds all of them by name, in the order of the fields', () => {
  const model = { scale: parameter(), layers: [new Layer(), new Layer()], none: null, mask: zeros([2], { on }) }
  expect([...parameters(model).keys()]).toEqual([
    'scale',
    'layers.0.weight',
    'layers.0.bias',
    'layers.1.weight',
    'layers.1.bias',
  ])
  expect(parameters(model).get('layers.1.bias')).toBe(model.layers[1].bias)
  expect(parameters(new Layer()).size).toBe(2)
})

test('a shared parameter is found once, and a cycle does no harm', () => {
  const layer = new Layer()
  const model: Record<string, unknown> = { first: layer, second: layer }
  model.self = model
  expect([...parameters(model).keys()]).toEqual(['first.weight', 'first.bias'])
})

test('a parameter copies a tensor, and takes a leaf as it is', () => {
  const plainTensor = tensor([1, 2], { on })
  const copied = new Parameter(plainTensor)
  expect(copied.value).not.toBe(plainTensor)
  expect(copied.value.requiresGrad).toBe(true)
  const leaf = tensor([1, 2], { on, requiresGrad: true })
  expect(new Parameter(leaf).value).toBe(leaf)
})

test('an optimizer takes a map or a list, and leaves a parameter without a gradient alone', () => {
  const model = { used: new Parameter(tensor([[1], [2]], { on })), unused: parameter() }
  const x = tensor([[1, 1]], { on })
  for (const optimizer of [
    new SGD(parameters(model), { learningRate: 1 }),
    new Adam(Object.values(model), { learningRate: 1 }),
  ]) {
    backward(sum(matmul(x, model.used.value)))
    optimizer.step()
  }
  expect(model.used.value.dataSync()).toBeNear([-1, 0], { absolute: 1e-6 })
  expect(model.unused.value.dataSync()).toBeNear([0, 0])
})

test('training keeps the number of slots flat', () => {
  const backend = plain()
  const w = new Parameter(tensor([[1], [2]], { on: backend }))
  const x = tensor([[1, 1]], { on: backend })
  const optimizers = [new SGD([w], { learningRate: 0.1, momentum: 0.9 }), new Adam([w])]
  const train = () => {
    for (const optimizer of optimizers) {
      const loss = sum(matmul(x, w.value))
      backward(loss)
      loss.release()
      optimizer.step()
    }
    return backend.stats().liveSlots
  }
  const before = train()
  for (let i = 0; i < 50; i++) expect(train()).toBe(before)
})

test('step refuses to do nothing', () => {
  expect(() => new Adam([parameter()]).step()).toThrowErrorMatchingInlineSnapshot(`
    [Error: Adam: none of the 1 parameters has a gradient, expected at least 1.
      Hint: call backward(loss) before each step().]
  `)
})

test('the value before the step says where the new one is', () => {
  const w = new Parameter(tensor([1], { on }))
  const old = w.value
  backward(sum(w.value))
  new SGD([w], { learningRate: 1 }).step()
  expect(() => old.dataSync()).toThrowErrorMatchingInlineSnapshot(`
    [Error: Tensor: the values of shape [1] are gone: SGD.step() replaced them; the new ones are in parameter.value.
      Hint: read what you need before that, or compute it again.]
  `)
})
