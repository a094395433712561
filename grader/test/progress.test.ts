import type { SuiteEvent } from '@backprop/test-runner'
import { expect, test } from 'vitest'
import { Progress } from '../src/pipeline/lab-progress.ts'
import { neuron as lab } from './tiny-labs.ts'
import { WritableText } from './writable-text.ts'

const tests = lab.manifest.exercises.flatMap(({ id, tests }) => tests.map(test => ({ exercise: id, name: test.id })))
const text = (fractionDone: number) => JSON.stringify({ text: 'epoch', fractionDone })

/** A suite of which each test takes a second, up to the middle of the one in which it stops. */
function* events(count: number, tick: () => void): Generator<SuiteEvent> {
  yield { type: 'ready' }
  for (const [i, test] of tests.slice(0, count).entries()) {
    yield { type: 'started', test }
    tick()
    if (i === count - 1) yield { type: 'progress', test, text: text(0.5) }
    else {
      const rest = { failures: [], notes: [], output: '' }
      yield { type: 'finished', result: { ...test, state: 'passed', ms: 1, ...rest } }
    }
  }
}

/** The seconds left that were shown, in a suite and in the same suite when it is run once more. */
function secondsLeft(counts: readonly number[]): number[] {
  const out = new WritableText()
  let time = 0
  const progress = new Progress(out as unknown as NodeJS.WriteStream, () => time)
  progress.begin(lab)
  for (const count of counts) for (const event of events(count, () => (time += 1000))) progress.onEvent(event)
  progress.end()
  return [...out.text.matchAll(/about (\S+) s left/g)].map(([, seconds]) => Number(seconds))
}

test('a suite that is run once more has the same time left as the first time', () => {
  const [first, again] = secondsLeft([tests.length, tests.length])
  expect(first).toBe(1)
  expect(again).toBe(first)
})

test('tests that the manifest does not count never make the time left negative', () => {
  const out = new WritableText()
  let time = 0
  const progress = new Progress(out as unknown as NodeJS.WriteStream, () => time)
  progress.begin({ ...lab, manifest: { ...lab.manifest, exercises: lab.manifest.exercises.slice(0, 1) } })
  for (const event of events(tests.length, () => (time += 1000))) progress.onEvent(event)
  expect(out.text).toContain('about 1.0 s left')
})
