import type { Rng, Shape } from '@backprop/core'
import * as core from '@backprop/core'
import { expectRefusal, type SubmissionFixtures, submissionTest } from '@backprop/grader/suite'
import { exercise } from '@backprop/testkit'
import { expectLists, expectNumber, expectNumbers, handle } from './checks.ts'

type Module = typeof import('#lab/tensors')
type Student = SubmissionFixtures<Module>['student']
type Handle = Awaited<ReturnType<Student['Tensor']['new']>>

const test = submissionTest<Module>('tensors')
const keeping = submissionTest<Module>('tensors', { keepsArguments: ['crossEntropy'] })

/** What crosses the wall: a shape, and its numbers in row-major order. */
interface Numbers {
  readonly shape: readonly number[]
  readonly data: readonly number[]
}

const drawn = (rng: Rng, shape: readonly number[]): Numbers => {
  const size = shape.reduce((product, length) => product * length, 1)
  return { shape, data: Array.from({ length: size }, () => rng.normal()) }
}

const made = (student: Student, { data, shape }: Numbers): Promise<Handle> => student.Tensor.new(data, shape)

const FLOAT64 = core.plain({ dtype: 'float64' })

/** The same in core, in float64. */
const inCore = ({ data, shape }: Numbers): core.Tensor =>
  core.tensor([...data], { on: FLOAT64, shape: [...shape], requiresGrad: true })

const numbersIn = (x: core.Tensor): number[] => [...x.dataSync()]

/** The value of a core op, and the gradients of its inputs for a gradient dy of its result. */
function byCore(y: core.Tensor, inputs: readonly core.Tensor[], dy: readonly number[]) {
  const value = { shape: y.shape, data: numbersIn(y) }
  core.backward(core.sum(core.mul(y, core.tensor([...dy], { on: y.on, shape: [...y.shape] }))))
  return { ...value, gradients: inputs.map(x => (x.grad ? numbersIn(x.grad) : numbersIn(x).map(() => 0))) }
}

async function expectTensor(actual: Handle, expected: Numbers, why: string): Promise<void> {
  const y = handle(actual, why)
  expectNumbers(await y.shape(), expected.shape, `the shape of ${why}`)
  expectNumbers(await y.data(), expected.data, why)
}

const text = (shape: Shape) => `[${shape.join(', ')}]`

const PAIRS = [
  [[4, 3], [3]],
  [[3], [4, 3]],
  [
    [5, 1],
    [1, 3],
  ],
  [
    [1, 3],
    [5, 1],
  ],
  [
    [2, 2],
    [2, 2],
  ],
  [
    [2, 3, 4],
    [3, 1],
  ],
  [[7], [1]],
  [[4], [3, 1, 1]],
] as const
const EDGES = [
  [[], []],
  [[], [2, 3]],
  [[2, 3], []],
  [[1], [1, 1]],
  [[1, 4], [4]],
] as const

async function expectOp(
  { student, rng }: Pick<SubmissionFixtures<Module>, 'student' | 'rng'>,
  name: 'add' | 'mul',
  pairs: readonly (readonly [readonly number[], readonly number[]])[],
): Promise<void> {
  for (const shapes of pairs) {
    const [a, b] = shapes.map(shape => drawn(rng, shape))
    const inputs = [inCore(a), inCore(b)]
    const y = core[name](inputs[0], inputs[1])
    const dy = drawn(rng, y.shape).data
    const expected = byCore(y, inputs, dy)
    const why = `${name} of ${shapes.map(text).join(' and ')}`
    const mine = handle(await student[name](await made(student, a), await made(student, b)), why)
    await expectTensor(mine, expected, why)
    // Twice, because a graph may be used for more than one loss.
    for (const scale of [1, -2]) {
      const scaled = expected.gradients.map(list => list.map(slope => scale * slope))
      expectLists(await mine.back(dy.map(slope => scale * slope)), scaled, `the gradients of ${why}`)
    }
  }
}

exercise('tensors', () => {
  test('add', async ({ student, rng }) => {
    await expectOp({ student, rng }, 'add', PAIRS)
    await expectRefusal(
      student.add(await student.Tensor.new([1, 2], [2]), await student.Tensor.new([1, 2, 3], [3])),
      'shapes that do not broadcast',
    )
  })

  test('mul', async ({ student, rng }) => {
    await expectOp({ student, rng }, 'mul', PAIRS)
    const x = await student.Tensor.new([2, -3], [2])
    const square = handle(await student.mul(x, x), 'x · x')
    expectLists(await square.back([1, 1]), [[2, -3], [2, -3]], 'x · x') // prettier-ignore
    await expectRefusal(
      student.mul(await student.Tensor.new([1, 2], [2]), await student.Tensor.new([1, 2, 3], [3])),
      'shapes that do not broadcast',
    )
  })

  test('sizes', async ({ student, rng }) => {
    for (const name of ['add', 'mul'] as const) {
      await expectOp({ student, rng }, name, EDGES)
      for (const [full, empty, shape] of [
        [[3], [0, 3], [0, 3]],
        [
          [2, 1],
          [2, 0],
          [2, 0],
        ],
        [[], [0], [0]],
        [
          [1, 4],
          [0, 1],
          [0, 4],
        ],
      ]) {
        const a = drawn(rng, full)
        const y = handle(await student[name](await made(student, a), await student.Tensor.new([], empty)), name)
        const why = `${name} of ${text(full)} and ${text(empty)}`
        await expectTensor(y, { shape, data: [] }, why)
        expectLists(await y.back([]), [a.data.map(() => 0), []], `${why}: nothing flows back`)
      }
    }
  })

  test('backward', async ({ student, rng }) => {
    for (const [N, D] of [
      [3, 2],
      [1, 4],
      [4, 1],
      [1, 1],
    ]) {
      const leaves = [drawn(rng, [N, D]), drawn(rng, [D]), drawn(rng, [N, 1]), drawn(rng, [])]
      const [x, b, c, k] = await Promise.all(leaves.map(leaf => made(student, leaf)))
      const [X, B, C, K] = leaves.map(inCore)
      // x and `inner` are used more than once, at different depths; an `add` without broadcasting may share a list.
      const inner = await student.tanh(await student.add(await student.mul(x, c), b))
      const last = await student.add(await student.add(x, inner), k)
      const outer = handle(await student.mul(await student.add(inner, x), last), 'mul')
      const Inner = core.tanh(core.add(core.mul(X, C), B))
      const Outer = core.mul(core.add(Inner, X), core.add(core.add(X, Inner), K))
      // A sum of all numbers, as a node with its own `back`.
      const data = await outer.data()
      const total = data.reduce((sum, value) => sum + value, 0)
      const loss = await student.Tensor.new([total], [1], [outer], ([dy]) => [data.map(() => dy)])
      core.backward(core.sum(Outer))
      for (let call = 0; call < 2; call += 1) {
        await student.backward(loss)
        for (const [i, leaf] of [x, b, c, k].entries()) {
          const expected = numbersIn([X, B, C, K][i].grad as core.Tensor)
          expectNumbers(await leaf.grad(), expected, `call ${call + 1}: the gradient of shape ${text(leaves[i].shape)}`)
        }
      }
      expectNumbers(await loss.grad(), [1], 'dL/dL')
    }
    // A loss in other numbers of the same graph, and a tensor that it doesn't depend on.
    const [x, apart] = [await student.Tensor.new([3], []), await student.Tensor.new([1, 2], [2])]
    const [twice, thrice] = [2, 3].map(factor => student.Tensor.new([3 * factor], [], [x], ([dy]) => [[factor * dy]]))
    await student.backward(await twice)
    await student.backward(await thrice)
    expectNumbers(await x.grad(), [3], 'a second loss starts anew')
    expectNumbers(await apart.grad(), [0, 0], 'unconnected')
    for (const wrong of [apart, await student.Tensor.new([], [0])])
      await expectRefusal(student.backward(wrong), 'a loss that is not one number')
  })
})

exercise('matmul', () => {
  const SHAPES = [
    [2, 3, 4],
    [5, 2, 1],
    [1, 4, 3],
    [3, 1, 2],
    [1, 1, 1],
    [1, 6, 1],
    [4, 4, 4],
    [20, 7, 9],
  ]

  test('product', async ({ student, rng }) => {
    for (const [N, K, M] of SHAPES) {
      const [a, b] = [drawn(rng, [N, K]), drawn(rng, [K, M])]
      const y = core.matmul(inCore(a), inCore(b))
      const mine = await student.matmul(await made(student, a), await made(student, b))
      await expectTensor(mine, { shape: [N, M], data: numbersIn(y) }, `[${N}, ${K}] times [${K}, ${M}]`)
    }
  })

  test('product-gradient', async ({ student, rng }) => {
    // The last one is so large that one product for each number of a and b would take minutes.
    for (const [N, K, M] of [...SHAPES, [100, 100, 100]]) {
      const [a, b, dy] = [drawn(rng, [N, K]), drawn(rng, [K, M]), drawn(rng, [N, M]).data]
      const inputs = [inCore(a), inCore(b)]
      const { gradients } = byCore(core.matmul(inputs[0], inputs[1]), inputs, dy)
      const y = handle(await student.matmul(await made(student, a), await made(student, b)), 'a tensor')
      for (let call = 0; call < 2; call += 1)
        expectLists(await y.back(dy), gradients, `the gradients of [${N}, ${K}] times [${K}, ${M}]`)
    }
  })

  const labelled = (rng: Rng, N: number, C: number, scale = 1) => {
    const { shape, data } = drawn(rng, [N, C])
    const labels = Array.from({ length: N }, () => rng.integer(C))
    return { logits: { shape, data: data.map(value => scale * value) }, labels }
  }
  const BATCHES = [
    [6, 3],
    [1, 5],
    [4, 2],
    [3, 1],
    [2, 10],
    [300, 4],
  ]

  keeping('cross-entropy', async ({ student, rng }) => {
    for (const [N, C] of BATCHES) {
      const { logits, labels } = labelled(rng, N, C, 2)
      const loss = await student.crossEntropy(await made(student, logits), labels)
      const expected = numbersIn(core.crossEntropy(inCore(logits), labels))
      await expectTensor(loss, { shape: [], data: expected }, `the cross-entropy of ${text([N, C])}`)
    }
  })

  test('cross-entropy-gradient', async ({ student, rng }) => {
    for (const [N, C] of BATCHES) {
      const { logits, labels } = labelled(rng, N, C, 2)
      const x = inCore(logits)
      core.backward(core.crossEntropy(x, labels))
      const slopes = numbersIn(x.grad as core.Tensor)
      const loss = handle(await student.crossEntropy(await made(student, logits), labels), 'a tensor')
      for (const dy of [1, -0.5, 3 + rng.uniform()]) {
        const expected = slopes.map(slope => slope * dy)
        expectLists(await loss.back([dy]), [expected], `the gradient of ${text([N, C])}, times ${dy}`)
      }
    }
  })

  test('large-logits', async ({ student, rng }) => {
    const large = 1000 + 1000 * rng.uniform()
    for (const [row, label, loss, slopes] of [
      [[large, 0, 0], 0, 0, [0, 0, 0]],
      [[large, 0, 0], 1, large, [1, -1, 0]],
      [[-large, -large], 0, Math.log(2), [-0.5, 0.5]],
      [[large, large, -large], 2, 2 * large + Math.log(2), [0.5, 0.5, -1]],
    ] as const) {
      const y = handle(await student.crossEntropy(await student.Tensor.new(row, [1, row.length]), [label]), 'a tensor')
      expectNumbers(await y.data(), [loss], 'the loss of large logits')
      expectLists(await y.back([1]), [[...slopes]], 'their gradient')
    }
  })

  test('refused', async ({ student, rng }) => {
    const tensor = (...shape: number[]) => made(student, drawn(rng, shape))
    for (const [a, b] of [
      [
        [2, 3],
        [2, 3],
      ],
      [
        [2, 3],
        [4, 2],
      ],
      [[3], [3, 2]],
      [[2, 3], [3]],
      [
        [1, 2, 2],
        [2, 2],
      ],
    ])
      await expectRefusal(student.matmul(await tensor(...a), await tensor(...b)), `${text(a)} times ${text(b)}`)
    for (const labels of [[0], [0, 1, 1], [0, 3], [-1, 0], [0.5, 1], [NaN, 0], [0, Infinity]]) {
      const call = student.crossEntropy(await tensor(2, 3), labels)
      await expectRefusal(call, `labels ${labels.join(', ')} for two rows of three logits`)
    }
    await expectRefusal(student.crossEntropy(await tensor(2), [0, 1]), 'logits that are not a matrix')
    await expectRefusal(student.crossEntropy(await tensor(0, 2), []), 'no examples')
    const fits = handle(await student.matmul(await tensor(2, 3), await tensor(3, 1)), 'shapes that fit')
    expectNumbers(await fits.shape(), [2, 1], 'shapes that fit are accepted')
    const loss = handle(await student.crossEntropy(await student.Tensor.new([2, 2, 2, 2], [2, 2]), [1, 0]), 'a loss')
    expectNumber(await loss.item(), Math.log(2), 'labels that fit are accepted')
  })
})
