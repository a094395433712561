import { expect, test } from '../src/expect.ts'
import { gradcheck } from '../src/gradcheck.ts'

// f(x, y) = Σ x² y, so df/dx = 2xy and df/dy = x²
const at = [Float64Array.of(0.5, -1.5, 2), Float64Array.of(3, 0.1, -7)]
const f = ([x, y]: readonly Float64Array[]) => x.reduce((sum, xi, i) => sum + xi * xi * y[i], 0)
const dx = [3, -0.3, -28]
const dy = [0.25, 2.25, 4]

test('a right gradient passes, also of a function that has to wait', async () => {
  await gradcheck({ f, gradients: [dx, dy], at })
  await gradcheck({ f: inputs => Promise.resolve(f(inputs)), gradients: [dx, dy], at })
})

test('values of any size pass: the step grows with x, and the tolerance with what cancels', async () => {
  await gradcheck({ f: ([x]) => x[0] ** 2, gradients: [[2e6]], at: [Float64Array.of(1e6)] })
  await gradcheck({ f: ([x]) => 1e6 + x[0], gradients: [[1]], at: [Float64Array.of(0.5)] })
})

test('a wrong gradient fails, and the message says where', async () => {
  const wrong = gradcheck({ f, gradients: [[3, -0.3, -28.001], dy], at })
  await expect(wrong).rejects.toThrowErrorMatchingInlineSnapshot(`
    [GradientMismatch: gradcheck: 1 of 6 numbers disagree.
      input 0, index 2: the gradient says -28.001, central differences say -28]
  `)
  const nowhere = gradcheck({ f, gradients: [[NaN, 0, 0], [0, 0, 0]], at }) // prettier-ignore
  await expect(nowhere).rejects.toThrowErrorMatchingInlineSnapshot(`
    [GradientMismatch: gradcheck: 6 of 6 numbers disagree.
      input 0, index 0: the gradient says NaN, central differences say 3
      input 0, index 1: the gradient says 0, central differences say -0.3
      input 0, index 2: the gradient says 0, central differences say -28
      and 3 more]
  `)
})

test('a gradient that is off by one part in 100,000 fails', async () => {
  await expect(gradcheck({ f, gradients: [dx.map(g => g * (1 + 1e-5)), dy], at })).rejects.toThrow('3 of 6')
})

test('a gradient of another size fails', async () => {
  await expect(gradcheck({ f, gradients: [dx], at })).rejects.toThrowErrorMatchingInlineSnapshot(
    `[GradientMismatch: gradcheck: there are 2 inputs, but 1 gradients.]`,
  )
  await expect(gradcheck({ f, gradients: [dx, [1]], at })).rejects.toThrowErrorMatchingInlineSnapshot(`
    [GradientMismatch: gradcheck: input 1 has 3 numbers, but its gradient has 1.
      Hint: a gradient has the shape of the value it belongs to.]
  `)
})

const log: Parameters<typeof gradcheck>[0]['f'] = ([x]) => Math.log(x[0])

test.each([1e-3, 1e-6, 1e-9])('a right gradient passes where the function bends within a step: log at %s', async x => {
  await gradcheck({ f: log, gradients: [[1 / x]], at: [Float64Array.of(x)] })
  const wrong = gradcheck({ f: log, gradients: [[1.001 / x]], at: [Float64Array.of(x)] })
  await expect(wrong).rejects.toThrow('1 of 1 numbers disagree')
})

test('a right gradient passes close to a kink, and at a kink the message says so', async () => {
  const relu: typeof log = ([x]) => Math.max(0, x[0])
  for (const x of [1e-6, -1e-6]) await gradcheck({ f: relu, gradients: [[x > 0 ? 1 : 0]], at: [Float64Array.of(x)] })
  const onIt = gradcheck({ f: relu, gradients: [[0]], at: [Float64Array.of(0)] })
  await expect(onIt).rejects.toThrowErrorMatchingInlineSnapshot(`
    [GradientMismatch: gradcheck: 1 of 1 numbers disagree.
      input 0, index 0: the gradient says 0, central differences say 0.5; f has a kink there, its slope is 0 on the left and 1 on the right: try another point]
  `)
  const abs: typeof log = ([x]) => 3 * Math.abs(x[0] - 2)
  await expect(gradcheck({ f: abs, gradients: [[3]], at: [Float64Array.of(2)] })).rejects.toThrow(
    'f has a kink there, its slope is -3 on the left and 3 on the right: try another point',
  )
})

test('a smooth point that bends strongly is not called a kink', async () => {
  const steep: typeof log = ([x]) => 1e4 * x[0] ** 2
  await expect(gradcheck({ f: steep, gradients: [[1]], at: [Float64Array.of(0)] })).rejects.toThrow(/say 0$/)
})

test('a function that is not defined at the point is a mismatch that says so', async () => {
  const nowhere = gradcheck({ f: log, gradients: [[1]], at: [Float64Array.of(-1)] })
  await expect(nowhere).rejects.toThrow('central differences say NaN; f is not a number close by')
})
