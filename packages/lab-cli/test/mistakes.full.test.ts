import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { LabChecker } from '../src/check/lab-checker.ts'
import { resultOf } from '../src/findings/exercise-result.ts'
import { findingLines } from '../src/render/finding-lines.ts'
import type { TerminalStyle } from '../src/render/terminal-text.ts'
import { type Mistake, MISTAKES } from './mistakes.ts'
import { Student } from './student.ts'

const WORDS = join(import.meta.dirname, 'mistakes')
const STYLE: TerminalStyle = {
  columns: 80,
  rows: Infinity,
  signs: { good: '✓', bad: '✗', open: '·', full: '█', empty: '░', pointer: '›' },
  paint: (_, text) => text,
}

/** A student's copy of a lab, and what checks it. */
interface Desk {
  readonly student: Student
  readonly stub: string
  readonly checker: LabChecker
}

const desks = new Map<string, Promise<Desk>>()
afterAll(async () => {
  for (const desk of desks.values()) {
    const { student, checker } = await desk
    await checker.close()
    student.remove()
  }
})

/** One for all mistakes in a file: what is warm stays so. */
function deskOf(lab: Mistake['lab'] = ['01-perceptron', 'src/perceptron.ts']): Promise<Desk> {
  const key = lab.join(' ')
  const desk = desks.get(key) ?? openDesk(...lab)
  desks.set(key, desk)
  return desk
}

async function openDesk(id: string, file: string): Promise<Desk> {
  const student = new Student(id, file)
  return { student, stub: student.read(), checker: new LabChecker(await student.lab()) }
}

/** The words that a student gets for a mistake, below the code that has it. */
async function wordsFor({ exercise, lab, code, also = file => file }: Mistake): Promise<string> {
  const { student, stub, checker } = await deskOf(lab)
  student.write(also(stub)).answer(exercise, code)
  const checked = await checker.check({ exercise })
  const { finding, source } = await resultOf(checker.lab, exercise, checked)
  if (!finding) throw new Error('There is nothing to tell.')
  const lines = findingLines(finding, STYLE, { dir: student.folder, cwd: student.root, source })
  return `${code}\n${'─'.repeat(80)}\n${steady(lines.join('\n'), lab !== undefined)}\n`
}

/** How much memory it was differs each time; where an exercise begins, when another lab has changed. */
function steady(text: string, isOtherLab: boolean): string {
  const plain = text.replace(/\d+ MB/, '… MB')
  return isOtherLab ? plain.replace(/(\.ts):\d+/g, '$1:…').replace(/^ +\d+ │/gm, '   … │') : plain
}

describe('the mistakes of beginners have an answer', () => {
  test.each(MISTAKES)('$name', async mistake => {
    const words = await wordsFor(mistake)
    expect(words, 'a stack is no answer').not.toMatch(/node_modules|^\s+at .*:\d+:\d+/m)
    await expect(words).toMatchFileSnapshot(join(WORDS, `${mistake.name}.txt`))
  })

  test.each([
    ['UTF-16 with its mark', (text: string) => Buffer.from(`\ufeff${text}`, 'utf16le')],
    ['UTF-16 without one', (text: string) => Buffer.from(text, 'utf16le')],
    // It passes every visible test, and would be refused when it is handed in.
    ['Latin-1', (text: string) => Buffer.from(`${text}\n// Zoë`, 'latin1')],
  ])('a file in another encoding is named: %s', async (_, encoded) => {
    const { student, stub, checker } = await deskOf()
    const right = student.write(stub).answer('predict', 'return scores.map(s => (s < 0 ? -1 : 1))').read()
    student.write(encoded(right))
    const { status, finding } = await resultOf(checker.lab, 'predict', await checker.check({ exercise: 'predict' }))
    expect(status).toBe('failed')
    expect(finding?.title).toBe('src/perceptron.ts is not saved as UTF-8')
  })

  test('each file of words belongs to a mistake', () => {
    expect(readdirSync(WORDS).sort()).toEqual(MISTAKES.map(({ name }) => `${name}.txt`).sort())
  })
})
