import { exercise, expect, test } from '@backprop/testkit'
import { energy, footprint, JOULES_PER_MULTIPLY_ADD, languageModelTraining } from '#lab/footprint'

const training = { examples: 10, epochs: 4, batchSize: 5 }

exercise('footprint', () => {
  test('counts parameters, multiply-adds and bytes', () => {
    const { parameters, multiplyAdds, bytes } = footprint([3, 2], training)
    expect(parameters, '3 · 2 weights and 2 biases').toBe(8)
    expect(multiplyAdds, 'one for each weight; adding a bias is not counted').toBe(6)
    expect(bytes, '4 for each parameter').toBe(32)
  })

  test('counts the whole training', () => {
    const { trainingMultiplyAdds, trainingBytes } = footprint([3, 2], training)
    expect(trainingMultiplyAdds, '3 · 6 for each of 10 examples in 4 epochs').toBe(720)
    expect(trainingBytes, '4 bytes for 4 · 8 numbers and for 5 · (3 + 2) values').toBe(228)
  })

  test('adds up over the layers', () => {
    expect(footprint([784, 128, 64, 10], training).parameters, 'as in lab 05').toBe(109_386)
    expect(footprint([784, 128, 64, 10], training).multiplyAdds, '784 · 128 + 128 · 64 + 64 · 10').toBe(109_184)
  })

  test('counts a language model', () => {
    expect(languageModelTraining(175e9, 300e9), '3 for each parameter and token').toBeNear(1.575e23)
  })

  test('converts joules to kilowatt-hours', () => {
    expect(energy(3.6e6, 1), '3.6 million joules').toBeNear(1)
    expect(energy(1.575e23, JOULES_PER_MULTIPLY_ADD), 'GPT-3: 1,287 MWh').toBeNear(1_287_000)
  })

  test('rejects sizes that make no network', () => {
    expect(() => footprint([5], training), 'one size is no layer').toThrow(RangeError)
    expect(() => footprint([5, 0], training), 'a layer without neurons').toThrow(RangeError)
    expect(() => footprint([5, 1], { ...training, epochs: 0 }), 'no epochs').toThrow(RangeError)
  })
})
