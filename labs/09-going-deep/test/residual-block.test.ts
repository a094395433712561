import { rng } from '@backprop/core'
import { exercise, expect, test } from '@backprop/testkit'
import { type Block, gradientThrough, residual, residualBackward } from '#lab/residual'

const BLOCK: Block = {
  w1: [
    [1, -1],
    [1, 1],
  ],
  w2: [
    [1, 0],
    [0, -1],
  ],
  projection: null,
}

exercise('residual-block', () => {
  test('adds its input to what the two layers make of it', () => {
    expect(residual([[1, 2]], BLOCK), 'f(x) = (3, −1), and (1, 2) + (3, −1) = (4, 1)').toBeNear([[4, 1]])
    expect(residual([[1, -2]], BLOCK), 'xW₁ = (−1, −3), so f(x) = (0, 0): x passes').toBeNear([[1, -2]])
  })

  test('projects the input where the sizes differ', () => {
    const block = { w1: [[1], [1]], w2: [[2]], projection: [[10], [100]] }
    expect(residual([[1, 2]], block), 'xP = 210 and f(x) = 2 · 3').toBeNear([[216]])
  })

  test('sends slopes back through the layers and through the skip', () => {
    const { dx, dw1, dw2, dprojection } = residualBackward([[1, 2]], BLOCK, [[1, 1]])
    expect(dx, '(2, 0) through f, and (1, 1) through the skip').toBeNear([[3, 1]])
    expect(dw1, 'x times the slopes (1, −1) of the hidden neurons').toBeNear([[1, -1], [2, -2]]) // prettier-ignore
    expect(dw2, 'the hidden (3, 1) times dy').toBeNear([[3, 3], [1, 1]]) // prettier-ignore
    expect(dprojection, 'there is none').toBe(null)
  })

  test('sends no slope through a hidden neuron that gave 0', () => {
    const { dx, dw1, dw2 } = residualBackward([[2, -1]], BLOCK, [[1, 1]])
    expect(dw1, 'h = (1, 0), so its slopes (1, −1) become (1, 0)').toBeNear([[2, 0], [-1, 0]]) // prettier-ignore
    expect(dx, '(1, 1) through f, and (1, 1) through the skip').toBeNear([[2, 2]])
    expect(dw2, 'the hidden (1, 0) times dy').toBeNear([[1, 1], [0, 0]]) // prettier-ignore
  })

  test('sends slopes back through a projection', () => {
    const block = { w1: [[0], [0]], w2: [[0]], projection: [[10], [100]] }
    const { dx, dprojection } = residualBackward([[1, 2]], block, [[1]])
    expect(dx, 'the slope times P').toBeNear([[10, 100]])
    expect(dprojection, 'x times the slope').toBeNear([[1], [2]])
  })

  test('measures the gradient at the input of each block', () => {
    const identity = { w1: [[1, 0], [0, 1]], w2: [[1, 0], [0, 1]], projection: null } // prettier-ignore
    const [withSkips, without] = [true, false].map(skip => gradientThrough([BLOCK, identity], [[1, 2]], [[1, 1]], skip))
    expect(withSkips[1], '(1, 1) through f and the skip of the second block: (2, 2)').toBeNear(2)
    expect(withSkips[0], 'then (4, 0) + (2, 2) through those of the first: (6, 2)').toBeNear(Math.sqrt(20))
    expect(without[1], 'without skips the second block gets (3, −1), and passes (1, 0) on').toBeNear(Math.sqrt(0.5))
    expect(without[0], 'then (1, 1) through the first').toBeNear(1)
  })

  test('keeps the gradient through fifty blocks, where it would vanish without skips', () => {
    const random = rng(1)
    const rows = (count: number, size: number) =>
      Array.from({ length: count }, () => Array.from({ length: 8 }, () => size * random.normal()))
    const fifty = Array.from({ length: 50 }, () => ({ w1: rows(8, 0.15), w2: rows(8, 0.15), projection: null }))
    const [x, dy] = [rows(4, 1), rows(4, 1)]
    const withSkips = gradientThrough(fifty, x, dy, true)
    const without = gradientThrough(fifty, x, dy, false)
    expect([withSkips.length, without.length], 'one number for each block').toEqual([50, 50])
    expect(withSkips[0], 'with skips the gradient reaches the first block').toBeGreaterThan(0.1)
    expect(without[0], 'without skips nothing is left; is the first number that of the first block?').toBeLessThan(
      1e-15,
    )
  })

  test('does not change its arguments', () => {
    const before = JSON.stringify(BLOCK)
    const [x, dy] = [[[1, 2]], [[1, 1]]]
    residual(x, BLOCK)
    residualBackward(x, BLOCK, dy)
    gradientThrough([BLOCK], x, dy, true)
    expect([JSON.stringify(BLOCK), x, dy], 'return new lists').toEqual([before, [[1, 2]], [[1, 1]]])
  })

  test('rejects sizes that do not fit', () => {
    expect(() => residual([[1, 2, 3]], BLOCK), 'three numbers for a block of two').toThrow(RangeError)
    const wider = { ...BLOCK, w2: [[1, 0, 0], [0, 1, 0]] } // prettier-ignore
    expect(() => residual([[1, 2]], wider), 'two numbers plus three: that needs a projection').toThrow(RangeError)
    expect(() => residual([[1, 2]], { ...BLOCK, w2: [[1, 0]] }), 'two hidden numbers, one row of W₂').toThrow(
      RangeError,
    )
  })
})
