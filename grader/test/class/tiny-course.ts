import { appendFileSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { Lab } from '@backprop/course'
import { type ClassOptions, type ClassOutcome, runClass } from '../../src/class/run-class.ts'
import { COURSE_ROOT, findLabs } from '../../src/course.ts'
import { SEED_KEY } from '../../src/pipeline/seed-key.ts'
import { WritableText } from '../writable-text.ts'

/**
 * A course of one small lab whose hidden suite writes a line each time that it runs, and can be made to break, so
 * that the grader's work is counted and real faults happen without replacing anything in the grader.
 */
export interface TinyCourse {
  readonly lab: Lab
  /** Holds a folder per student. */
  readonly submissions: string
  readonly reports: string
  /** How often a test of the suite was started, and how many at most at the same time. */
  runs(): { count: number; together: number }
  /** The suite breaks the next `times` that it runs for a submission that answers `answer` to double(1000). */
  breakFor(answer: number, times: number): void
  hand(student: string, code: string): void
  grade(options?: Partial<ClassOptions>, io?: Partial<Io>): Promise<ClassOutcome & { stderr: string }>
}

interface Io {
  readonly signal: AbortSignal
  readonly env: Readonly<Record<string, string>>
  /** What the class says, while it runs. */
  readonly said: WritableText
}

export const SOLUTION = `export function double(x: number): number {
  // SOLUTION(double): return twice x
  return 2 * x
  // END
}
`
export const RIGHT = 'export const double = (x: number) => 2 * x\n'
/** Right for small numbers only: 60 of 100 points. */
export const HALF = 'export const double = (x: number) => (x < 100 ? 2 * x : x)\n'
export const STUB = `import { NotImplemented } from '@backprop/testkit/todo'

export function double(x: number): number {
  // TODO(double): return twice x
  throw new NotImplemented('double')
}
`

const MANIFEST = {
  id: '01-tiny',
  title: 'A tiny lab',
  points: 100,
  edit: ['src/tiny.ts'],
  mayImport: {},
  limits: { loadSeconds: 5, callSeconds: 2, cpuSeconds: 20, wallSeconds: 60, memoryMB: 256 },
  exercises: [
    {
      id: 'double',
      title: 'Doubling',
      requires: [],
      tests: [
        { id: 'small', weight: 60, concept: 'small numbers' },
        { id: 'large', weight: 40, concept: 'large numbers' },
      ],
    },
  ],
}

const suite = (root: string) => `import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
import { exercise, expect } from '@backprop/testkit'
import { submissionTest } from '@backprop/grader/suite'

const test = submissionTest<{ double(x: number): number }>('tiny')
const [runs, broken] = ${JSON.stringify([join(root, 'runs.txt'), join(root, 'broken.json')])}

// Whose submission this is. A suite that breaks before it has asked anything is at fault itself.
let answer: number

exercise('double', () => {
  test('small', async ({ student }) => {
    expect(await student.double(4)).toBe(8)
    answer = await student.double(1000).catch(() => NaN)
  })

  test('large', async ({ student }) => {
    appendFileSync(runs, '+\\n')
    try {
      const left = existsSync(broken) ? JSON.parse(readFileSync(broken, 'utf8')) : {}
      if (left[answer] > 0) {
        writeFileSync(broken, JSON.stringify({ ...left, [answer]: left[answer] - 1 }))
        throw new RangeError('the suite is broken')
      }
      expect(await student.double(1000)).toBe(2000)
    } finally {
      appendFileSync(runs, '-\\n')
    }
  })
})
`

export async function tinyCourse(): Promise<TinyCourse> {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'tiny-')))
  const [lab, solution] = [join(root, 'labs/01-tiny'), join(root, 'solutions/01-tiny')]
  const write = (file: string, text: string) => {
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, text)
  }
  write(join(lab, 'lab.json'), JSON.stringify(MANIFEST))
  write(join(lab, 'hidden/tiny.test.ts'), suite(root))
  write(join(solution, 'src/tiny.ts'), SOLUTION)
  write(join(root, 'runs.txt'), '')
  symlinkSync(join(COURSE_ROOT, 'labs/01-perceptron/node_modules'), join(lab, 'node_modules'), 'junction')
  mkdirSync(join(root, 'submissions'))
  const course = { submissions: join(root, 'submissions'), reports: join(root, 'reports') }
  return {
    ...course,
    lab: (await findLabs('01', root))[0],
    runs: () => countRuns(readFileSync(join(root, 'runs.txt'), 'utf8')),
    breakFor: (answer, times) => write(join(root, 'broken.json'), JSON.stringify({ [answer]: times })),
    hand: (student, code) => write(join(course.submissions, student, 'src/tiny.ts'), code),
    async grade(options, { signal = new AbortController().signal, env = {}, said = new WritableText() } = {}) {
      const withKey = { [SEED_KEY]: process.env[SEED_KEY], ...env }
      const labs = await findLabs('01', root)
      const defaults = { ...course, labs, jobs: 2, resume: false, only: null, backend: 'plain' }
      // A class asks of stderr no more than this: whether it is a terminal, and to write.
      const stderr = said as unknown as NodeJS.WriteStream
      const outcome = await runClass(
        { ...defaults, ...options },
        { stderr, now: () => new Date(), signal, env: withKey },
      )
      return { ...outcome, stderr: said.text }
    },
  }
}

/** A line + when a test starts, a line - when it ends. */
function countRuns(lines: string): { count: number; together: number } {
  let [now, together, count] = [0, 0, 0]
  for (const sign of lines.replaceAll('\n', '')) {
    now += sign === '+' ? 1 : -1
    if (sign === '+') count++
    together = Math.max(together, now)
  }
  return { count, together }
}

/** Adds to the hidden suite, so that it is another. */
export const touchSuite = (lab: Lab): void => appendFileSync(join(lab.dir, 'hidden/tiny.test.ts'), '// another\n')
