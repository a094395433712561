import { rng } from '@backprop/core'
import { toy } from '@backprop/datasets'
import { exercise, expect, test } from '@backprop/testkit'
import { forward, fromRows, start, train } from '#lab/train'

exercise('train', () => {
  test('has one output for each point', () => {
    const z = forward(start(rng(1)), [
      [1, 2],
      [3, 4],
      [5, 6],
    ])
    expect(z.shape, 'three points: [3, 1]').toEqual([3, 1])
  })

  test('uses weights, biases and tanh', () => {
    const row = (value: number) => Array.from({ length: 16 }, () => value)
    const hidden = Array.from({ length: 16 }, () => row(0.1))
    const W3 = Array.from({ length: 16 }, () => [0.5])
    const weights = [fromRows([row(0.3), row(-0.2)]), fromRows([row(0.1)]), fromRows(hidden), fromRows([row(0.2)])]
    const z = forward([...weights, fromRows(W3), fromRows([[-1]])], [[1, 2]])
    const first = Math.tanh(0.3 * 1 - 0.2 * 2 + 0.1)
    const second = Math.tanh(16 * 0.1 * first + 0.2)
    expect(z.data, 'no tanh after the last layer').toBeNear([16 * 0.5 * second - 1])
  })

  test('learns a spiral', () => {
    const { points, labels } = toy('spiral', { count: 200, noise: 0.05, rng: rng(5) })
    const losses: number[] = []
    const onStep = (step: number, loss: number) => {
      expect(step, 'onStep(1, …), onStep(2, …), …').toBe(losses.length + 1)
      losses.push(loss)
    }
    const weights = train(points, labels, { rng: rng(6), onStep })
    expect(
      losses.at(-1),
      'the last loss, which starts at about 0.7: does each step call forward, and take the new weights, with one adam for all?',
    ).toBeLessThan(0.2)
    const heldOut = toy('spiral', { count: 500, noise: 0.05, rng: rng(7) })
    const right = forward(weights, heldOut.points).data.filter((z, i) => (z > 0 ? 1 : -1) === heldOut.labels[i]).length
    expect(
      right / 500,
      'the share of right answers on other points. Too few steps? Near 0, the classes are swapped',
    ).toBeGreaterThanOrEqual(0.95)
  })
})
