import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { LabChecker } from '../src/check/lab-checker.ts'
import { findingLines } from '../src/render/finding.ts'
import type { Look } from '../src/render/look.ts'
import { judge } from '../src/watch/judge.ts'
import { MISTAKES, type Mistake } from './mistakes.ts'
import { Student } from './student.ts'

const WORDS = join(import.meta.dirname, 'mistakes')
const LOOK: Look = {
  columns: 80,
  rows: Infinity,
  signs: { good: '✓', bad: '✗', open: '·', full: '█', empty: '░', pointer: '›' },
  paint: (_, text) => text,
}

let student: Student
let checker: LabChecker
let stub: string
beforeAll(async () => {
  student = new Student()
  stub = student.read()
  checker = new LabChecker(await student.lab())
})
afterAll(async () => {
  await checker.close()
  student.remove()
})

/** The words that a student gets for a mistake, below the code that has it. */
async function wordsFor({ exercise, code, also = file => file }: Mistake): Promise<string> {
  student.write(also(stub)).answer(exercise, code)
  const checked = await checker.check({ exercise })
  const { finding, source } = await judge(checker.lab, exercise, checked)
  if (!finding) throw new Error('There is nothing to tell.')
  const lines = findingLines(finding, LOOK, { dir: student.folder, cwd: student.root, source })
  return `${code}\n${'─'.repeat(80)}\n${lines.join('\n')}\n`
}

describe('the mistakes of beginners have an answer', { timeout: 60_000 }, () => {
  test.each(MISTAKES)('$name', async mistake => {
    const words = await wordsFor(mistake)
    expect(words, 'a stack is no answer').not.toMatch(/node_modules|^\s+at .*:\d+:\d+/m)
    await expect(words).toMatchFileSnapshot(join(WORDS, `${mistake.name}.txt`))
  })

  test('each file of words belongs to a mistake', () => {
    expect(readdirSync(WORDS).sort()).toEqual(MISTAKES.map(({ name }) => `${name}.txt`).sort())
  })
})
