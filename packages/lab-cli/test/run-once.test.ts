import { afterEach, beforeEach, expect, test } from 'vitest'
import { runOnce } from '../src/run-once.ts'
import { Student, surroundings } from './student.ts'

let student: Student
beforeEach(() => (student = new Student()))
afterEach(() => student.remove())

async function run(answer: string): Promise<{ code: number; text: string }> {
  const lab = await student.answer('score', answer).lab()
  const around = surroundings()
  const code = await runOnce(lab, 'score', around)
  return { code, text: around.text() }
}

test('a right answer', async () => {
  expect(await run('return X.map(x => dot(x, w) + b)')).toMatchObject({
    code: 0,
    text: expect.stringContaining('4 of 4 tests pass') as string,
  })
})

test('a wrong answer shows its first failure and the idea behind it', async () => {
  const { code, text } = await run('return X.map(x => dot(x, w))')
  expect(code).toBe(1)
  expect(text).toContain('are all weights used, and the bias once?')
  expect(text).toContain('expected   5  -5   0')
})

test('a syntax error is shown at its line, without colours', async () => {
  const { code, text } = await run('return X.map(x => dot(x, w)')
  expect(code).toBe(1)
  expect(text).toContain('This is not TypeScript yet')
  expect(text).toContain(`neuron.ts:${student.lineOf('return X') + 1}:1`)
  expect(text).not.toContain('\u001b')
})

test('an error in the student’s code is shown with its place', async () => {
  const { text } = await run('return X.map((_, i) => dot(X[i + 1], w) + b)')
  expect(text).toContain('TypeError: Cannot read properties of undefined')
  expect(text).toContain(`src/neuron.ts:${student.lineOf('return X')}`)
})
