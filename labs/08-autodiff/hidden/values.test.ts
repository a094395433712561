import { type SubmissionFixtures, submissionTest } from '@backprop/grader/suite'
import { exercise, expect } from '@backprop/testkit'
import type { Value } from '#lab/values'
import { expectNumber, expectNumbers, handle, handles } from './checks.ts'
import { byCore, randomExpression, type Step } from './expressions.ts'
import { gradients, type Node, randomGraph, reached } from './graphs.ts'

/** `order` takes anything with inputs; here they are values. */
interface Module extends Omit<typeof import('#lab/values'), 'order'> {
  order: (output: Value) => Value[]
}
type Student = SubmissionFixtures<Module>['student']
type Handle = Awaited<ReturnType<Student['Value']['new']>>

const test = submissionTest<Module>('values')

const LONG = 100_000

const UNARY = {
  exp: { f: Math.exp, slope: Math.exp },
  log: { f: Math.log, slope: (x: number) => 1 / x },
  tanh: { f: Math.tanh, slope: (x: number) => 1 / Math.cosh(x) ** 2 },
  relu: { f: (x: number) => (x > 0 ? x : 0), slope: (x: number) => (x > 0 ? 1 : 0) },
} as const
const NAMES = Object.keys(UNARY) as (keyof typeof UNARY)[]

async function applied(student: Student, name: keyof typeof UNARY, x: number): Promise<Handle> {
  return handle(await student[name](await student.Value.new(x)), `${name} returns a Value`)
}

exercise('local-gradients', () => {
  test('values', async ({ student, rng }) => {
    for (let k = 0; k < 5; k += 1) {
      const [x, y] = [2 * rng.normal(), 2 * rng.normal()]
      const [a, b] = [await student.Value.new(x), await student.Value.new(y)]
      expectNumber(await handle(await student.add(a, b), 'add').data(), x + y, 'a + b')
      expectNumber(await handle(await student.mul(a, b), 'mul').data(), x * y, 'a · b')
      expectNumber(await handle(await student.pow(a, 3), 'pow').data(), x ** 3, 'a³')
      for (const name of NAMES) {
        const at = name === 'log' ? Math.abs(x) + 0.1 : x
        expectNumber(await (await applied(student, name, at)).data(), UNARY[name].f(at), name)
      }
    }
  })

  test('slopes', async ({ student, rng }) => {
    for (let k = 0; k < 5; k += 1) {
      const [x, y] = [2 * rng.normal(), 2 * rng.normal()]
      const [a, b] = [await student.Value.new(x), await student.Value.new(y)]
      for (const [result, slopes, why] of [
        [await student.add(a, b), [1, 1], 'add'],
        [await student.mul(a, b), [y, x], 'mul'],
        [await student.mul(a, a), [x, x], 'a · a'],
      ] as const) {
        expectNumbers(await handle(result, why).slopes(), slopes, `the slopes of ${why}`)
        const inputs = handles(await result.inputs(), 'its inputs')
        expect(inputs.length, 'two inputs').toBe(2)
        expectNumber(await inputs[0].data(), x, 'the first input comes first')
        expectNumber(await inputs[1].data(), why === 'a · a' ? x : y, 'the second input comes second')
      }
      for (const name of NAMES) {
        const at = name === 'log' ? Math.abs(x) + 0.1 : x
        const result = await applied(student, name, at)
        expectNumbers(await result.slopes(), [UNARY[name].slope(at)], `the slope of ${name}`)
        const inputs = handles(await result.inputs(), 'its inputs')
        expect(inputs.length, 'one input').toBe(1)
        expectNumber(await inputs[0].data(), at, 'the input')
      }
    }
  })

  test('powers', async ({ student, rng }) => {
    const x = 0.5 + rng.uniform()
    for (const [at, n] of [
      ...[-2, -1, -0.5, 0, 0.5, 1, 1.5, 2, 5].map(power => [x, power]),
      ...[-3, -1, 0, 1, 2, 3].map(power => [-x, power]),
      ...[0, 1, 2, 3.5].map(power => [0, power]),
    ]) {
      const result = handle(await student.pow(await student.Value.new(at), n), 'pow')
      expectNumber(await result.data(), at ** n, `${at} to the power of ${n}`)
      // a⁰ is 1 everywhere.
      expectNumbers(await result.slopes(), [n === 0 ? 0 : n * at ** (n - 1)], `the slope of that power`)
      expect((await result.inputs()).length, 'the exponent is not an input').toBe(1)
    }
  })

  test('kinks', async ({ student, rng }) => {
    const tiny = 1e-9 * (1 + rng.uniform())
    for (const [x, y, slope] of [
      [0, 0, 0],
      [-0, 0, 0],
      [tiny, tiny, 1],
      [-tiny, 0, 0],
      [1e9, 1e9, 1],
      [-1e9, 0, 0],
    ]) {
      const result = await applied(student, 'relu', x)
      expectNumber((await result.data()) + 0, y, `ReLU at ${x}`, { relative: 1e-12, absolute: 0 })
      expectNumbers(await result.slopes(), [slope], `its slope at ${x}`)
    }
  })

  test('extremes', async ({ student, rng }) => {
    const large = 300 + 400 * rng.uniform()
    for (const [name, x, y, slope] of [
      ['tanh', 20 * large, 1, 0],
      ['tanh', -20 * large, -1, 0],
      ['tanh', 1e-8, 1e-8, 1],
      ['exp', -20 * large, 0, 0],
      ['exp', large, Math.exp(large), Math.exp(large)],
      ['log', 1e-300, Math.log(1e-300), 1e300],
      ['log', 1e300, Math.log(1e300), 1e-300],
    ] as const) {
      const result = await applied(student, name, x)
      expectNumber(await result.data(), y, `${name} at ${x}`, { relative: 1e-9, absolute: 0 })
      expectNumbers(await result.slopes(), [slope], `the slope of ${name} at ${x}`, { relative: 1e-9, absolute: 0 })
    }
  })
})

/** The graph in the student's process; each node's data is its index. */
async function build(student: Student, graph: readonly Node[]): Promise<Handle[]> {
  const nodes: Handle[] = []
  for (const [i, { inputs, slopes }] of graph.entries())
    nodes.push(
      await student.Value.new(
        i,
        inputs.map(input => nodes[input]),
        slopes,
      ),
    )
  return nodes
}

/** The indices of the nodes that `order` returns. */
async function orderOf(student: Student, output: Handle, most: number): Promise<number[]> {
  const sorted = handles(await student.order(output), 'a list of values')
  expect(sorted.length <= most, 'no more values than there are').toBe(true)
  const indices: unknown[] = []
  for (const node of sorted) indices.push(await node.data())
  expect(indices.every(Number.isInteger), 'the values of the graph').toBe(true)
  return indices as number[]
}

function expectOrder(sorted: readonly number[], graph: readonly Node[], output: number): void {
  const expected = reached(graph, output)
  expect(new Set(sorted).size === sorted.length, 'each value once').toBe(true)
  expect(sorted.length, 'all values that the output was computed from, and itself').toBe(expected.size)
  for (const [place, i] of sorted.entries()) {
    expect(expected.has(i), 'no other values').toBe(true)
    const before = new Set(sorted.slice(0, place))
    const isReady = graph[i].inputs.every(input => before.has(input))
    expect(isReady, 'each value after all of its inputs').toBe(true)
  }
}

/** A graph of `layers` layers of two nodes each, where each node uses both of the layer before: 2^layers paths. */
const ladder = (layers: number): Node[] =>
  Array.from({ length: 2 * layers }, (_, i) => {
    const below = i - (i % 2) - 2
    return i < 2 ? { inputs: [], slopes: [] } : { inputs: [below, below + 1], slopes: [0.5, 0.5] }
  })

exercise('order', () => {
  test('inputs-first', async ({ student, rng }) => {
    for (const size of [1, 2, 3, 6, 10, 14, 14, 14, 20, 20]) {
      const graph = randomGraph(rng, size)
      const nodes = await build(student, graph)
      expectOrder(await orderOf(student, nodes[size - 1], size), graph, size - 1)
    }
    // A short way and a long one to the same node: the long one decides.
    for (const inputs of [
      [0, 3],
      [3, 0],
    ]) {
      const chain = [[], [0], [1], [2], inputs].map(list => ({ inputs: list, slopes: list.map(() => 1) }))
      const nodes = await build(student, chain)
      expectOrder(await orderOf(student, nodes[4], 5), chain, 4)
    }
  })

  test('once', async ({ student, rng }) => {
    const square = [[], [0, 0], [1, 1, 1]].map(list => ({ inputs: list, slopes: list.map(() => rng.normal()) }))
    expectOrder(await orderOf(student, (await build(student, square))[2], 3), square, 2)
    const deep = ladder(40)
    expectOrder(await orderOf(student, (await build(student, deep))[79], 79), deep, 79)
  })

  test('parts', async ({ student, rng }) => {
    for (const size of [4, 9, 16, 16, 16]) {
      const graph = randomGraph(rng, size)
      const nodes = await build(student, graph)
      for (const output of [0, rng.integer(size), size - 2])
        expectOrder(await orderOf(student, nodes[output], size), graph, output)
    }
  })

  test('long-chains', async ({ student, rng }) => {
    const one = await student.Value.new(1)
    const sum = await student.total(Array.from({ length: LONG }, () => one))
    const sorted = await student.order(sum)
    expect(Array.isArray(sorted) && sorted.length === LONG + 2, 'the zero, the one, and the sums').toBe(true)
    // The sums so far are 1, 2, 3 … Together with 0 and 1, the value at a place is one less, or the same.
    const places = [LONG + 1, LONG, 2, ...Array.from({ length: 50 }, () => 2 + rng.integer(LONG))]
    for (const place of places)
      expectNumber(await handle(sorted[place], 'a value').data(), place - 1, 'each sum after the one before')
  })
})

/** The same expression in the student's operations. */
async function inStudents(student: Student, steps: readonly Step[]): Promise<Handle[]> {
  const nodes: Handle[] = []
  for (const step of steps) {
    if (step.op === 'leaf') nodes.push(await student.Value.new(step.value))
    else if (step.op === 'pow') nodes.push(handle(await student.pow(nodes[step.of[0]], step.n), 'pow'))
    else if (step.of.length === 2)
      nodes.push(handle(await student[step.op as 'add'](nodes[step.of[0]], nodes[step.of[1]]), step.op))
    else nodes.push(handle(await student[step.op as 'exp'](nodes[step.of[0]]), step.op))
  }
  return nodes
}

async function expectGradients(nodes: readonly Handle[], expected: readonly number[], why: string): Promise<void> {
  for (const [i, node] of nodes.entries()) expectNumber(await node.grad(), expected[i], `${why}, value ${i}`)
}

exercise('backward', () => {
  test('all-values', async ({ student, rng }) => {
    for (const size of [1, 2, 3, 8, 12, 16, 16, 20]) {
      const graph = randomGraph(rng, size)
      const nodes = await build(student, graph)
      await student.backward(nodes[size - 1])
      await expectGradients(nodes, gradients(graph, size - 1), `a graph of ${size} values`)
    }
  })

  test('used-twice', async ({ student, rng }) => {
    const [s, t, u] = [rng.normal(), rng.normal(), rng.normal()]
    for (const graph of [
      // x · x; a diamond; a node used by its grandchild too, in both orders.
      [[], [0, 0]],
      [[], [0], [0], [1, 2]],
      [[], [0], [1, 0]],
      [[], [0], [0, 1]],
      [[], [0, 0, 0], [1, 0, 1], [2, 2, 0]],
    ].map(lists => lists.map(inputs => ({ inputs, slopes: inputs.map((_, k) => [s, t, u][k]) })))) {
      const nodes = await build(student, graph)
      await student.backward(nodes[nodes.length - 1])
      await expectGradients(nodes, gradients(graph, graph.length - 1), 'all ways to the loss count')
    }
    const deep = ladder(30)
    const nodes = await build(student, deep)
    await student.backward(nodes[59])
    await expectGradients(nodes, gradients(deep, 59), 'a ladder with 2³⁰ ways')
  })

  test('expressions', async ({ student, rng }) => {
    for (let k = 0; k < 200; k += 1) {
      const steps = randomExpression(rng, 2 + (k % 9))
      const nodes = await inStudents(student, steps)
      const { value, gradients: expected } = byCore(steps)
      expectNumber(await nodes[nodes.length - 1].data(), value, 'the value of an expression')
      await student.backward(nodes[nodes.length - 1])
      const leaves = nodes.filter((_, i) => steps[i].op === 'leaf')
      await expectGradients(leaves, expected, 'the gradient of an expression')
    }
  })

  test('unconnected', async ({ student, rng }) => {
    const graph = randomGraph(rng, 12)
    const nodes = await build(student, graph)
    // Computed from the graph, but the loss isn't computed from it.
    const aside = await student.Value.new(7, [nodes[11], nodes[0]], [3, 3])
    const apart = await student.Value.new(5)
    await student.backward(nodes[11])
    await expectGradients(nodes, gradients(graph, 11), 'a graph')
    await expectGradients([aside, apart], [0, 0], 'the loss does not depend on it')
    await student.backward(apart)
    await expectGradients(nodes, gradients(graph, 11), 'another loss leaves them alone')
    await expectGradients([apart], [1], 'dL/dL')
  })

  test('anew', async ({ student, rng }) => {
    const graph = randomGraph(rng, 14)
    const nodes = await build(student, graph)
    for (const output of [13, 13, 12, 13]) {
      await student.backward(nodes[output])
      const expected = gradients(graph, output)
      for (const i of reached(graph, output)) expectNumber(await nodes[i].grad(), expected[i], 'the newest gradient')
    }
  })

  test('long-chains', async ({ student, rng }) => {
    const [x, y] = [await student.Value.new(rng.normal()), await student.Value.new(rng.normal())]
    const list = Array.from({ length: LONG }, () => (rng.uniform() < 0.3 ? x : y))
    await student.backward(await student.total(list))
    const count = list.filter(each => each === x).length
    await expectGradients([x, y], [count, LONG - count], 'as often as it was added')
  })
})
