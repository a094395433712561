import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { runOnce } from '../src/run-once.ts'
import { Student, surroundings } from './student.ts'

const SCORE = 'return X.map(x => dot(x, w) + b)'

let student: Student
beforeEach(() => (student = new Student()))
afterEach(() => student.remove())

async function run(): Promise<{ code: number; text: string }> {
  const around = surroundings()
  const code = await runOnce(await student.lab(), undefined, { ...around, cwd: student.root })
  return { code, text: around.text() }
}

/** Changes the quiz, which is a separate file. */
function quiz(change: (code: string) => string): void {
  const file = join(student.folder, 'src/quiz.ts')
  writeFileSync(file, change(readFileSync(file, 'utf8')))
}

const count = (text: string, words: string | RegExp) => text.split(words).length - 1

describe('a run of a whole lab', () => {
  test('with an endless loop says where it is, and does not change the progress of the others', async () => {
    student.answer('score', SCORE)
    expect((await run()).text).toContain('1 of 4 exercises pass their visible tests.\n')
    student.answer('predict', 'for (;;);')
    const { code, text } = await run()
    expect(code).toBe(1)
    expect(text).toMatch(/✗ predict +0 of 3 tests pass .*\n {2}An endless loop\n {4}predict\(\) was still running here/)
    expect(text).toMatch(new RegExp(`labs/01-neuron/src/neuron\\.ts:${student.lineOf('for (;;)')}\n`))
    expect(text).not.toContain('60 s')
    expect(count(text, 'An endless loop'), 'it is in one exercise').toBe(1)
    expect(count(text, '✗')).toBe(1)
    // In which order Vitest takes the files is its own affair: all others have passed, are not started, or were not run.
    expect(text).toMatch(/✓ score +4 of 4 tests pass|· score +not run/)
    expect(student.progress()).toMatchObject({ done: ['score'], lost: [], tries: { predict: 1 } })
    expect(JSON.stringify(student.progress())).not.toMatch(/"(accuracy|quiz)":1/)
  })

  test('in which a file throws shows the error, and where', async () => {
    quiz(code => `throw new Error('what is this?')\n${code}`)
    const { text } = await run()
    expect(text).toMatch(/✗ quiz +no test could run /)
    expect(text).toContain('  Your file cannot be loaded\n    what is this?\n    at src/quiz.ts:1\n')
    expect(text).toContain('  1 │ throw new Error')
    expect(count(text, 'not started')).toBe(3)
  })

  test('in which a file is not TypeScript says so once, and only of the exercises in it', async () => {
    quiz(code => `const a = (\n${code}`)
    const { text } = await run()
    expect(count(text, 'This is not TypeScript yet')).toBe(1)
    expect(text).toMatch(/✗ quiz +no test could run .*\n {2}This is not TypeScript yet/)
    expect(count(text, 'not started')).toBe(3)
    expect(student.progress()).toMatchObject({ tries: { quiz: 1, score: 0 } })
  })
})
