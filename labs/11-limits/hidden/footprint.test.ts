import { expectRefusal, submissionTest } from '@backprop/grader/suite'
import { exercise } from '@backprop/testkit'
import { expectNumber, fields } from './checks.ts'

type Module = typeof import('#lab/footprint')
const test = submissionTest<Module>('footprint', { keepsArguments: ['footprint'] })

const CASES = [
  { sizes: [3, 2], training: { examples: 10, epochs: 4, batchSize: 5 } },
  { sizes: [784, 128, 64, 10], training: { examples: 60_000, epochs: 5, batchSize: 32 } },
  { sizes: [5, 1], training: { examples: 1, epochs: 1, batchSize: 1 } },
  { sizes: [7, 11, 13, 17, 19], training: { examples: 23, epochs: 29, batchSize: 31 } },
]

/** Layer by layer. */
function expected({ sizes, training: { examples, epochs, batchSize } }: (typeof CASES)[number]) {
  let [weights, biases, values] = [0, 0, sizes[0]]
  for (let l = 1; l < sizes.length; l += 1) {
    weights += sizes[l - 1] * sizes[l]
    biases += sizes[l]
    values += sizes[l]
  }
  return {
    parameters: weights + biases,
    multiplyAdds: weights,
    bytes: (weights + biases) * 4,
    trainingMultiplyAdds: weights * 3 * examples * epochs,
    trainingBytes: (weights + biases) * 16 + values * batchSize * 4,
  }
}

exercise('footprint', () => {
  for (const [id, names] of [
    ['reading', ['parameters', 'multiplyAdds', 'bytes']],
    ['training', ['trainingMultiplyAdds', 'trainingBytes']],
  ] as const)
    test(id, async ({ student, rng }) => {
      const drawn = {
        sizes: Array.from({ length: 4 }, () => 1 + rng.integer(500)),
        training: { examples: 1 + rng.integer(9999), epochs: 1 + rng.integer(50), batchSize: 1 + rng.integer(99) },
      }
      for (const each of [...CASES, drawn]) {
        const found = fields(await student.footprint(each.sizes, each.training))
        for (const name of names)
          expectNumber(found[name], expected(each)[name], `${name} of ${each.sizes.join(' → ')}`)
      }
    })

  test('language-model', async ({ student, rng }) => {
    expectNumber(await student.languageModelTraining(175e9, 300e9), 1.575e23, 'GPT-3')
    const [parameters, tokens] = [1 + rng.integer(1e9), 1 + rng.integer(1e9)]
    expectNumber(await student.languageModelTraining(parameters, tokens), 3 * parameters * tokens, 'another model')
  })

  test('energy', async ({ student, rng }) => {
    expectNumber(await student.energy(3.6e6, 1), 1, '3.6 million joules are a kilowatt-hour')
    expectNumber(await student.energy(0, 1), 0, 'nothing')
    const [count, joules] = [1e15 * rng.uniform(), 1e-11 * rng.uniform()]
    expectNumber(await student.energy(count, joules), (count * joules) / 3_600_000, 'any number of multiply-adds')
  })

  test('refusals', async ({ student, rng }) => {
    const training = { examples: 10, epochs: 2, batchSize: 4 }
    for (const sizes of [[], [5], [3, 0], [3, -2, 4], [2.5, 3], [3, 4, NaN], [0, 3]])
      await expectRefusal(student.footprint(sizes, training), `sizes ${sizes.join(', ')}`)
    for (const name of ['examples', 'epochs', 'batchSize'])
      for (const bad of [0, -1, 0.5, NaN])
        await expectRefusal(student.footprint([3, 2], { ...training, [name]: bad }), `${name} ${bad}`)
    // A function that rejects everything earns nothing.
    const size = 1 + rng.integer(100)
    expectNumber(fields(await student.footprint([size, 1], training)).parameters, size + 1, 'two sizes are enough')
  })
})
