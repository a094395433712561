import { expectRefusal, submissionTest } from '@backprop/grader/suite'
import { exercise, expect } from '@backprop/testkit'
import type { Kernels } from '#lab/convolution'
import { expectLists } from './checks.ts'
import { AS_IT_IS, convolve, imageOf, normalImage, normalKernels, normals, SHAPES } from './reference.ts'

const test = submissionTest<typeof import('#lab/convolution')>('convolution', { keepsArguments: ['conv2d'] })

/** The corner of a photograph, and kernels for its three channels. */
const CORNER = [
  [
    [156, 155, 156, 158, 158],
    [153, 154, 157, 159, 159],
    [149, 151, 155, 158, 159],
    [146, 146, 149, 153, 158],
    [145, 143, 143, 148, 158],
  ],
  [
    [167, 166, 167, 169, 169],
    [164, 165, 168, 170, 170],
    [160, 162, 166, 169, 170],
    [156, 156, 159, 163, 168],
    [155, 153, 153, 158, 168],
  ],
  [
    [163, 162, 163, 165, 165],
    [160, 161, 164, 166, 166],
    [156, 158, 162, 165, 166],
    [155, 155, 158, 162, 167],
    [154, 152, 152, 157, 167],
  ],
]
const COLOUR: Kernels = [
  [
    [
      [-1, -1, 1],
      [0, 1, -1],
      [0, 1, 1],
    ],
    [
      [1, 0, 0],
      [1, -1, -1],
      [1, 0, -1],
    ],
    [
      [0, 1, 1],
      [0, 1, 0],
      [1, -1, 1],
    ],
  ],
]

const STROKE = ['0111000', '0011100', '0001110', '0001100', '0011000', '0110000', '1100000'].map(row =>
  [...row].map(Number),
)
const CROSS = [
  [1, 0, 1],
  [0, 1, 0],
  [1, 0, 1],
]

exercise('conv2d', () => {
  test('colour-example', async ({ student, rng }) => {
    const padding = { padding: 1 }
    const y = await student.conv2d(CORNER, COLOUR, [1], padding)
    expect(y, 'one kernel, and as many positions as the corner has pixels').toHaveShape([1, 5, 5])
    expectLists(y[0][0].slice(0, 4), [-25, 466, 466, 475], 'the first row of the README')
    expectLists(y[0][1].slice(0, 2), [295, 787], 'the second row of the README')
    // The answers above are in the README, so a submission may have memorised them.
    const other = CORNER.map(plane => plane.map(row => row.map(value => value + rng.integer(9))))
    const expected = convolve(other, COLOUR, [1], { stride: 1, padding: 1 })
    expectLists(await student.conv2d(other, COLOUR, [1], padding), expected, 'the same on another image')
  })

  test('grey-example', async ({ student, rng }) => {
    const answer = [
      [1, 4, 3, 4, 1],
      [1, 2, 4, 3, 3],
      [1, 2, 3, 4, 1],
      [1, 3, 3, 1, 1],
      [3, 3, 1, 1, 0],
    ]
    expectLists(await student.conv2d([STROKE], [[CROSS]], [0]), [answer], 'the image of the README')
    const other = imageOf(1, 7, 7, () => rng.integer(2))
    const expected = convolve(other, [[CROSS]], [0], AS_IT_IS)
    expectLists(await student.conv2d(other, [[CROSS]], [0]), expected, 'a different image')
  })

  test('channels-and-kernels', async ({ student, rng }) => {
    for (const [C, H, W, O, kH, kW] of SHAPES) {
      const [x, w, b] = [normalImage(rng, C, H, W), normalKernels(rng, O, C, kH, kW), normals(rng, O)]
      const why = `${O} kernels [${C}, ${kH}, ${kW}] over an image [${C}, ${H}, ${W}]`
      expectLists(await student.conv2d(x, w, b), convolve(x, w, b, AS_IT_IS), why)
    }
    // Bright and dark numbers, biases of 0, kernels of equal weights or with a single nonzero one.
    const plain = imageOf(2, 4, 4, (c, i, j) => (c === 1 && i === 2 && j === 1 ? 1 : 0))
    const ones = [imageOf(2, 2, 2, () => 1), imageOf(2, 2, 2, () => -1), imageOf(2, 2, 2, () => 0)]
    const biases = [0, 0.5, -2]
    expectLists(await student.conv2d(plain, ones, biases), convolve(plain, ones, biases, AS_IT_IS), 'a single channel')
    const x = imageOf(1, 3, 4, () => 1e6 * rng.normal())
    const w = normalKernels(rng, 2, 1, 2, 2)
    expectLists(await student.conv2d(x, w, [0, 0]), convolve(x, w, [0, 0], AS_IT_IS), 'very large numbers')
  })

  test('padding', async ({ student, rng }) => {
    const settings = { padding: 0, stride: 1 }
    const [image, kernels] = [normalImage(rng, 2, 3, 5), normalKernels(rng, 1, 2, 2, 2)]
    const bare = convolve(image, kernels, [1], settings)
    expectLists(await student.conv2d(image, kernels, [1], settings), bare, 'no padding, given explicitly')
    for (const padding of [1, 2, 3, 6]) {
      const [x, w, b] = [normalImage(rng, 2, 3, 5), normalKernels(rng, 2, 2, 3, 4), normals(rng, 2)]
      const expected = convolve(x, w, b, { stride: 1, padding })
      expectLists(await student.conv2d(x, w, b, { padding }), expected, `${padding} zeros on each side`)
    }
  })

  test('stride', async ({ student, rng }) => {
    for (const stride of [2, 3, 9]) {
      const [x, w, b] = [normalImage(rng, 2, 9, 8), normalKernels(rng, 3, 2, 3, 2), normals(rng, 3)]
      const expected = convolve(x, w, b, { stride, padding: 0 })
      expectLists(await student.conv2d(x, w, b, { stride }), expected, `a stride of ${stride}`)
    }
  })

  test('stride-and-padding', async ({ student, rng }) => {
    for (const [stride, padding, H, W] of [
      [2, 1, 6, 7],
      [2, 2, 5, 4],
      [3, 1, 1, 8],
      [4, 3, 7, 7],
    ]) {
      const [x, w, b] = [normalImage(rng, 2, H, W), normalKernels(rng, 2, 2, 3, 3), normals(rng, 2)]
      const settings = { stride, padding }
      const why = `a stride of ${stride} over ${H} × ${W} pixels with ${padding} zeros on each side`
      expectLists(await student.conv2d(x, w, b, settings), convolve(x, w, b, settings), why)
    }
  })

  test('refusals', async ({ student, rng }) => {
    const x = normalImage(rng, 2, 4, 5)
    const call = (w: Kernels, settings = {}) => student.conv2d(x, w, [0], settings)
    await expectRefusal(call(normalKernels(rng, 1, 3, 2, 2)), 'a kernel with more channels than the image')
    await expectRefusal(call(normalKernels(rng, 1, 1, 2, 2)), 'a kernel with fewer channels than the image')
    for (const other of [1, 3])
      for (const place of [0, 1, 2]) {
        const three = normalKernels(rng, 3, 2, 2, 2).with(place, normalImage(rng, other, 2, 2))
        await expectRefusal(student.conv2d(x, three, [0, 0, 0]), `kernel ${place + 1} of three has ${other} channels`)
      }
    await expectRefusal(call(normalKernels(rng, 1, 2, 5, 2)), 'a kernel that is too tall')
    await expectRefusal(call(normalKernels(rng, 1, 2, 2, 6)), 'a kernel that is too wide')
    await expectRefusal(call(normalKernels(rng, 1, 2, 7, 2), { padding: 1 }), 'too tall even for the padded image')
    await expectRefusal(call(normalKernels(rng, 1, 2, 5, 6), { stride: 3 }), 'too large, whatever the stride')
    const w = normalKernels(rng, 1, 2, 2, 2)
    for (const settings of [
      { stride: 0 },
      { stride: -1 },
      { stride: 1.5 },
      { stride: 0.5 },
      { stride: NaN },
      { padding: -1 },
      { padding: 0.5 },
      { padding: NaN },
      { stride: 2, padding: -1 },
      { stride: 0, padding: 1 },
    ])
      await expectRefusal(call(w, settings), `settings ${JSON.stringify(settings)}`)
    // A function that rejects everything earns nothing.
    const expected = convolve(x, w, [0], AS_IT_IS)
    expectLists(await call(w), expected, 'valid arguments are accepted')
    const [fits, padded] = [normalKernels(rng, 1, 2, 6, 7), { stride: 1, padding: 1 }]
    expectLists(await call(fits, padded), convolve(x, fits, [0], padded), 'a kernel as large as the padded image')
  })
})
