import { resolve } from 'node:path'
import { findLabs } from '@backprop/course'
import { expect, test } from 'vitest'
import { NOTHING_FOUND } from '../src/check/type-checker.ts'
import type { TerminalStyle } from '../src/render/terminal-text.ts'
import { screenLines, type ScreenModel } from '../src/render/watch-screen.ts'

/** The screen for what the watch mode knows at some moment. */

const ROOT = resolve(import.meta.dirname, '../../../test/course')
const STYLE: TerminalStyle = {
  columns: 80,
  rows: 30,
  signs: { good: '✓', bad: '✗', open: '·', full: '█', empty: '░', pointer: '›' },
  paint: (_, text) => text,
}
const [lab] = await findLabs(ROOT, '1')
const ids = lab.manifest.exercises.map(({ id }) => id)

const CHECKED: NonNullable<ScreenModel['checked']> = {
  ...NOTHING_FOUND,
  changed: [],
  outcome: { tests: [], results: [], broken: [], end: 'done', output: '', printed: '' },
  ms: 300,
}

const PASSED: ScreenModel = {
  lab,
  exercise: 'score',
  progress: { done: ['score'], lost: [], hints: {}, tries: {} },
  task: { todos: [], readAt: 'README.md:36', points: 14 },
  labs: [],
  view: 'exercise',
  cwd: ROOT,
  manual: false,
  checked: CHECKED,
  status: 'passed',
  passed: 4,
  total: 4,
  hints: [],
  hintLevel: 0,
  scroll: 0,
  next: 'From score to class',
}

const screen = (model: Partial<ScreenModel>) => screenLines({ ...PASSED, ...model }, STYLE).join('\n')

test('a lab of which all is done says so, and what can be done now', () => {
  expect(screen({})).not.toContain('is complete')
  const done = screen({ progress: { ...PASSED.progress, done: ids }, next: 'lab 02, The sigmoid' })
  expect(done).toContain('Lab 01 is complete: all 4 exercises pass their visible tests.')
  expect(done).toContain('pnpm lab submit --check 1')
  expect(done).toContain('n continues with: lab 02, The sigmoid.')
})

test('while tests run, what they said before is not taken for what they say', () => {
  const running = screen({ isRunning: true })
  expect(running).toContain('Running the tests …')
  expect(running).not.toMatch(/Done|checked in/)
  const finding = { title: 'It is wrong', facts: [], advice: [] }
  expect(screen({ isRunning: true, status: 'failed', finding })).toMatch(
    /Running the tests …\n\nBefore you saved:\n\nIt is wrong/,
  )
})

test('a promise that nothing waits for is reported even if all tests pass', () => {
  const floating = [{ file: 'src/a.ts', line: 12, column: 3, at: 'run.setWeights(best)', isForEach: false }]
  const shown = screen({ checked: { ...CHECKED, floating } }).replace(/\s+/g, ' ')
  expect(shown).toContain('✓ Done')
  expect(shown).toContain('Is an await missing in src/a.ts:12? Nothing waits for the promise of run.setWeights(best)')
})

test('an exercise that is not begun shows its task, an example, its points, and the line to read', () => {
  const todos = ['Return it.', 'Return that.']
  const task = { todos, example: 'f(1) // 2', readAt: 'README.md:36', points: 1 }
  const shown = screen({ status: 'not-started', task, startAt: 'src/a.ts:5' })
  expect(shown).toContain('(score), 1 point\n')
  expect(shown).toContain('  Return it. (and 1 more function)\n    f(1) // 2\n')
  expect(shown).toContain('labs/01-neuron/README.md:36')
})

test('a quiz that has answers is not called right', () => {
  expect(screen({ exercise: 'quiz' })).toContain('✓ Done: each question has an answer.')
  expect(screen({ exercise: 'quiz' })).not.toContain('hidden tests')
})

test('a folder that is gone leaves no old verdict', () => {
  expect(screen({ isGone: true })).toContain('The folder labs/01-neuron is gone.')
  expect(screen({ isGone: true })).not.toContain('Done')
})
