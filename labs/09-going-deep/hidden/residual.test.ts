import type { Rng } from '@backprop/core'
import { expectRefusal, submissionTest } from '@backprop/grader/suite'
import { exercise, expect } from '@backprop/testkit'
import type { Block } from '#lab/residual'
import { expectLists, fields } from './checks.ts'
import { normals, residual, size } from './reference.ts'

const test = submissionTest<typeof import('#lab/residual')>('residual', {
  keepsArguments: ['residual', 'residualBackward', 'gradientThrough'],
})

/** A block with D inputs, H hidden neurons and E outputs; a projection only where it is asked for. */
const blockOf = ([D, H, E]: number[], rng: Rng, { projection = D !== E, scale = 1 } = {}): Block => ({
  w1: normals(D, H, rng, scale / Math.sqrt(D)),
  w2: normals(H, E, rng, scale / Math.sqrt(H)),
  projection: projection ? normals(D, E, rng, 1 / Math.sqrt(D)) : null,
})

const SAME = [
  [4, 4, 4],
  [3, 7, 3],
  [6, 1, 6],
  [1, 5, 1],
]
const OTHER = [
  [4, 3, 6],
  [5, 2, 1],
  [1, 4, 3],
  [2, 2, 5],
]

exercise('residual-block', () => {
  test('forward', async ({ student, rng }) => {
    for (const sizes of SAME) {
      const block = blockOf(sizes, rng)
      for (const x of [normals(5, sizes[0], rng), normals(1, sizes[0], rng)])
        expectLists(await student.residual(x, block), residual(block).forward(x), `a block of ${sizes.join(', ')}`)
    }
    // A block whose weights are 0 passes its input on.
    const [x, zero] = [normals(3, 2, rng), [[0, 0], [0, 0]]] // prettier-ignore
    expectLists(await student.residual(x, { w1: zero, w2: zero, projection: null }), x, 'a block of zeros')
  })

  test('projection', async ({ student, rng }) => {
    for (const sizes of OTHER) {
      const [block, x] = [blockOf(sizes, rng), normals(4, sizes[0], rng)]
      expectLists(await student.residual(x, block), residual(block).forward(x), `a block of ${sizes.join(', ')}`)
    }
    const [block, x] = [blockOf([3, 4, 3], rng, { projection: true }), normals(4, 3, rng)]
    expectLists(await student.residual(x, block), residual(block).forward(x), 'a projection between equal sizes')
  })

  test('backward', async ({ student, rng }) => {
    for (const sizes of SAME) {
      const block = blockOf(sizes, rng)
      const [x, dy] = [normals(5, sizes[0], rng), normals(5, sizes[2], rng)]
      // Hidden neurons at exactly 0 pass nothing on; differences would find half of the slope there.
      x[1] = x[1].map(() => 0)
      const expected = residual(block).backward(x, dy)
      const found = fields(await student.residualBackward(x, block, dy))
      expectLists(found.dx, expected.dx, '∂J/∂x, through f and through the skip')
      expectLists(found.dw1, expected.dw1, '∂J/∂W₁')
      expectLists(found.dw2, expected.dw2, '∂J/∂W₂')
      expect(found.dprojection === null, 'without a projection it has no gradient').toBe(true)
    }
  })

  test('backward-projection', async ({ student, rng }) => {
    for (const sizes of [...OTHER, [3, 2, 3]]) {
      const block = blockOf(sizes, rng, { projection: true })
      const [x, dy] = [normals(4, sizes[0], rng), normals(4, sizes[2], rng)]
      x[2] = x[2].map(() => 0)
      const expected = residual(block).backward(x, dy)
      const found = fields(await student.residualBackward(x, block, dy))
      for (const name of ['dx', 'dw1', 'dw2', 'dprojection'] as const)
        expectLists(found[name], expected[name], `${name} of a block of ${sizes.join(', ')}`)
    }
    const [block, x, dy] = [blockOf([3, 4, 2], rng), normals(1, 3, rng), normals(1, 2, rng)]
    const { dx } = fields(await student.residualBackward(x, block, dy))
    expectLists(dx, residual(block).backward(x, dy).dx, 'a batch of one example')
  })

  test('fifty-blocks', async ({ student, rng }) => {
    const cases: { blocks: Block[]; width: [number, number] }[] = [
      { blocks: Array.from({ length: 50 }, () => blockOf([6, 8, 6], rng, { scale: 0.5 })), width: [6, 6] },
      { blocks: [blockOf([3, 4, 5], rng), blockOf([5, 2, 5], rng), blockOf([5, 4, 2], rng)], width: [3, 2] },
      { blocks: [blockOf([4, 4, 4], rng, { projection: true })], width: [4, 4] },
    ]
    for (const { blocks, width } of cases)
      for (const skip of [true, false]) {
        const [x, dy] = [normals(4, width[0], rng), normals(4, width[1], rng)]
        const inputs = [x]
        for (const block of blocks) inputs.push(residual(block, { skip }).forward(inputs[inputs.length - 1]))
        const expected: number[] = []
        let slopes = dy
        for (let k = blocks.length - 1; k >= 0; k -= 1) {
          slopes = residual(blocks[k], { skip }).backward(inputs[k], slopes).dx
          expected.unshift(size(slopes))
        }
        const found = await student.gradientThrough(blocks, x, dy, skip)
        // Without skips nearly nothing is left: it counts relative to its size.
        const why = `${blocks.length} blocks ${skip ? 'with' : 'without'} skips`
        expectLists(found, expected, why, { relative: 1e-6, absolute: 0 })
      }
  })

  test('refusals', async ({ student, rng }) => {
    const [x, block] = [normals(2, 3, rng), blockOf([3, 4, 3], rng)]
    await expectRefusal(student.residual(normals(2, 4, rng), block), 'a batch that W₁ does not take')
    const late = [...normals(3, 3, rng), ...normals(1, 4, rng)]
    await expectRefusal(student.residual(late, block), 'a last example that W₁ does not take')
    await expectRefusal(student.residual(x, { ...block, w2: normals(5, 3, rng) }), 'matrices that do not fit')
    await expectRefusal(student.residual(x, { ...block, w2: normals(4, 2, rng) }), 'a skip of another size than f')
    await expectRefusal(
      student.residual(x, { ...block, projection: normals(3, 2, rng) }),
      'a projection to another size',
    )
    await expectRefusal(
      student.residual(x, { ...block, projection: normals(2, 3, rng) }),
      'a projection of other inputs',
    )
    await expectRefusal(student.residual(x, blockOf([3, 4, 5], rng, { projection: false })), 'a missing projection')
    // A function that rejects everything earns nothing.
    expectLists(await student.residual(x, block), residual(block).forward(x), 'sizes that fit are accepted')
    const wider = blockOf([3, 4, 5], rng)
    expectLists(await student.residual(x, wider), residual(wider).forward(x), 'a projection that fits is accepted')
  })
})
