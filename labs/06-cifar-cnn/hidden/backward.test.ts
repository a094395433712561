import { submissionTest } from '@backprop/grader/suite'
import { exercise, expect, gradcheck } from '@backprop/testkit'
import { expectLists, fields } from './checks.ts'
import {
  AS_IT_IS,
  convolve,
  convolveBack,
  imageOf,
  normalImage,
  normalKernels,
  normals,
  shapeOf,
  SHAPES,
} from './reference.ts'

const test = submissionTest<typeof import('#lab/convolution')>('convolution', { keepsArguments: ['conv2dBackward'] })

exercise('conv2d-backward', () => {
  test('worked-example', async ({ student, rng }) => {
    const x = [
      [
        [1, 2, 0],
        [0, 1, 3],
        [2, 1, 1],
      ],
    ]
    const w = [
      [
        [
          [1, -1],
          [2, 0],
        ],
      ],
    ]
    const dy = [
      [
        [1, 0],
        [2, -1],
      ],
    ]
    const gradients = fields(await student.conv2dBackward(x, w, dy))
    const [dw, dx] = [
      [
        [0, 1],
        [3, 2],
      ],
      [
        [1, -1, 0],
        [4, -3, 1],
        [4, -2, 0],
      ],
    ]
    expectLists(gradients.db, [2], '∂J/∂b of the README')
    expectLists(gradients.dw, [[dw]], '∂J/∂w of the README')
    expectLists(gradients.dx, [dx], '∂J/∂x of the README')
    const other = normalImage(rng, 1, 2, 2)
    const { db } = fields(await student.conv2dBackward(x, w, other))
    expectLists(db, convolveBack(x, w, other, AS_IT_IS).db, '∂J/∂b for other slopes')
  })

  for (const [id, part, name] of [
    ['biases', 'db', 'biases'],
    ['kernels', 'dw', 'kernels'],
    ['image', 'dx', 'image'],
  ] as const)
    test(id, async ({ student, rng }) => {
      for (const [C, H, W, O, kH, kW] of SHAPES) {
        const [x, w] = [normalImage(rng, C, H, W), normalKernels(rng, O, C, kH, kW)]
        const dy = normalImage(rng, O, H - kH + 1, W - kW + 1)
        // A slope of 0 is a slope like any other.
        dy[0][0][0] = 0
        const gradients = fields(await student.conv2dBackward(x, w, dy))
        const why = `the gradient of the ${name}, ${O} kernels [${C}, ${kH}, ${kW}] over [${C}, ${H}, ${W}]`
        expectLists(gradients[part], convolveBack(x, w, dy, AS_IT_IS)[part], why)
      }
    })

  test('stride-and-padding', async ({ student, rng }) => {
    for (const [stride, padding, H, W] of [
      [1, 2, 3, 4],
      [2, 0, 6, 5],
      [2, 1, 6, 7],
      [3, 2, 4, 8],
      [5, 1, 7, 6],
      [1, 4, 2, 2],
    ]) {
      const settings = { stride, padding }
      const [x, w] = [normalImage(rng, 2, H, W), normalKernels(rng, 3, 2, 3, 2)]
      const dy = normalImage(rng, ...shapeOf(convolve(x, w, [0, 0, 0], settings)))
      const gradients = fields(await student.conv2dBackward(x, w, dy, settings))
      const expected = convolveBack(x, w, dy, settings)
      for (const part of ['dx', 'dw', 'db'] as const)
        expectLists(gradients[part], expected[part], `${part} with a stride of ${stride} and a padding of ${padding}`)
    }
  })

  test('central-differences', async ({ student, rng }) => {
    const settings = { stride: 2, padding: 1 }
    const [x, w, b] = [normalImage(rng, 2, 4, 5), normalKernels(rng, 2, 2, 3, 2), normals(rng, 2)]
    const weights = normalImage(rng, ...shapeOf(convolve(x, w, b, settings))).flat(2)
    // J = Σ v · y² / 2 with fixed v, so that the slopes depend on the answer.
    const loss = (y: number[]) => y.reduce((sum, value, k) => sum + (weights[k] * value * value) / 2, 0)
    const y = convolve(x, w, b, settings)
    let k = 0
    const dy = y.map(plane => plane.map(row => row.map(value => weights[k++] * value)))
    const { dx, dw, db } = fields(await student.conv2dBackward(x, w, dy, settings))
    expect(dx, '∂J/∂x has the shape of x').toHaveShape([2, 4, 5])
    expect(dw, '∂J/∂w has the shape of w').toHaveShape([2, 2, 3, 2])
    expect(db, '∂J/∂b has one number per kernel').toHaveShape([2])
    const f = ([flatX, flatW, bias]: readonly Float64Array[]) => {
      const image = imageOf(2, 4, 5, (c, i, j) => flatX[(c * 4 + i) * 5 + j])
      const kernels = w.map((_, o) => imageOf(2, 3, 2, (c, m, n) => flatW[((o * 2 + c) * 3 + m) * 2 + n]))
      return loss(convolve(image, kernels, [...bias], settings).flat(2))
    }
    const gradients = [(dx as number[][][]).flat(2), (dw as number[][][][]).flat(3), db as number[]]
    const at = [x.flat(2), w.flat(3), b].map(part => Float64Array.from(part))
    const verdict = await gradcheck({ f, gradients, at }).then(
      () => 'right',
      (error: unknown) => (error as Error).message,
    )
    expect(verdict, 'moving one number a little moves the loss as the gradient predicts').toBe('right')
  })
})
