import { exercise, expect, test } from '@backprop/testkit'
import { followShapes, LENET5 } from '#lab/shapes'

exercise('shapes-and-parameters', () => {
  test('follows an image through one convolution', () => {
    const [report] = followShapes([3, 32, 32], [{ kind: 'conv', kernels: 6, size: 5 }])
    expect(report.shape, '⌊(32 − 5) / 1⌋ + 1 = 28 positions, and one channel per kernel').toEqual([6, 28, 28])
    expect(report.parameters, '6 · (3 · 5 · 5 + 1): a kernel goes through all three channels').toBe(456)
  })

  test('counts padding on both sides', () => {
    const [report] = followShapes([1, 5, 8], [{ kind: 'conv', kernels: 1, size: 3, padding: 1 }])
    expect(report.shape, 'kernels of size 3 with a padding of 1 keep the size').toEqual([1, 5, 8])
  })

  test('rounds down if the stride does not divide evenly', () => {
    const [conv] = followShapes([1, 6, 7], [{ kind: 'conv', kernels: 4, size: 3, stride: 2 }])
    expect(conv.shape, '⌊3 / 2⌋ + 1 = 2 and ⌊4 / 2⌋ + 1 = 3').toEqual([4, 2, 3])
    const [pool] = followShapes([4, 5, 7], [{ kind: 'pool', size: 2 }])
    expect(pool, 'windows side by side; the number of channels stays, and nothing is learned').toEqual({
      shape: [4, 2, 3],
      parameters: 0,
    })
  })

  test('gives the table of the README', () => {
    const reports = followShapes([3, 32, 32], LENET5)
    const shapes = reports.map(({ shape }) => shape.join('×')).join(' ')
    expect(shapes, 'each layer gets the output of the one before it').toBe(
      '6×28×28 6×28×28 6×14×14 16×10×10 16×10×10 16×5×5 400 120 120 84 84 10',
    )
    expect(
      reports.reduce((sum, { parameters }) => sum + parameters, 0),
      '456 + 2,416 + 48,120 + 10,164 + 850',
    ).toBe(62_006)
  })

  test('rejects layers that do not fit together', () => {
    expect(() => followShapes([3, 8, 8], [{ kind: 'dense', neurons: 5 }]), 'flatten is missing').toThrow(RangeError)
    expect(() => followShapes([3, 4, 4], [{ kind: 'pool', size: 5 }]), 'no window fits').toThrow(RangeError)
  })
})
