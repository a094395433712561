import { exercise, expect, test } from '@backprop/testkit'
import { chooseLoss, type Task } from '#lab/choose'

const TASKS: Task[] = ['car-top-speed', 'cat-or-dog', 'digit', 'mistyped-rents', 'crane-load', 'photo-tags']
const NAMES = ['zero-one', 'mse', 'mae', 'bce', 'cross-entropy']

exercise('choose-the-loss', () => {
  test('names a loss for each of the six tasks', () => {
    const losses = TASKS.map(task => chooseLoss(task))
    const unnamed = TASKS.filter((_, i) => !NAMES.includes(losses[i]))
    expect(unnamed, `each task needs one of ${NAMES.join(', ')}`).toEqual([])
  })
})
