import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { TrainingProgress } from '../src/index.ts'

/** A stream that remembers, and a clock that one sets by hand. */
function around(isTTY: boolean, columns = 100) {
  const written: string[] = []
  const time = { ms: 0 }
  return {
    written,
    time,
    output: { isTTY, columns, write: (text: string) => written.push(text) },
    clock: () => time.ms,
  }
}

beforeEach(() => vi.stubEnv('CI', ''))
afterEach(() => vi.unstubAllEnvs())

test('on a terminal a line changes, with step, loss and the time left; each epoch leaves one', () => {
  const { written, time, output, clock } = around(true)
  const progress = new TrainingProgress(output, { epochs: 3, steps: 100, before: 1 }, clock)
  time.ms = 2000
  progress.step(2, 50, 0.25)
  progress.step(2, 51, 0.25) // too soon to be drawn
  time.ms = 4000
  progress.epoch(2, 'loss 0.2')
  time.ms = 8000
  progress.epoch(3, 'loss 0.1')
  expect(written).toEqual([
    '\r\u001b[K  epoch 2 of 3  ██████████░░░░░░░░░░ step 50 of 100  loss 0.2500, about 6 s left',
    '\r\u001b[K  epoch 2 of 3  loss 0.2, about 4 s left\n',
    '\r\u001b[K  epoch 3 of 3  loss 0.1\n',
  ])
})

test('a narrow terminal gets a short line', () => {
  const { written, time, output, clock } = around(true, 40)
  const progress = new TrainingProgress(output, { epochs: 1, steps: 2 }, clock)
  time.ms = 1000
  progress.step(1, 1, 0.5)
  expect(written[0].slice('\r\u001b[K'.length)).toHaveLength(39)
})

test.each([
  ['a file', false, ''],
  ['a terminal of a CI', true, 'true'],
])('%s gets a line for each epoch and nothing else', (_, isTTY, ci) => {
  vi.stubEnv('CI', ci)
  const { written, time, output, clock } = around(isTTY)
  const progress = new TrainingProgress(output, { epochs: 2, steps: 10 }, clock)
  time.ms = 500
  progress.step(1, 5, 0.5)
  time.ms = 1000
  progress.epoch(1, 'loss 0.5')
  expect(written).toEqual(['  epoch 1 of 2  loss 0.5, about 1 s left\n'])
})
