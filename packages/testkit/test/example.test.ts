import { exercise, expect, gradcheck, test } from '@backprop/testkit'

// What a student writes; a real test imports it.
const loss = (w: readonly number[]) => w.reduce((sum, x) => sum + x * x, 0)
const gradient = (w: readonly number[]) => w.map(x => 2 * x)

exercise('squares', () => {
  test('adds up the squares', () => {
    expect(loss([3, 4]), 'the sum, not the mean').toBeNear(25)
  })

  test('has the gradient 2w', async () => {
    const w = [3, -1]
    await gradcheck({ f: ([x]) => loss([...x]), gradients: [gradient(w)], at: [Float64Array.from(w)] })
  })
})
