import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Lab } from '@backprop/course'
import { parseExports, Report } from '@backprop/report'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { runAndReport } from '../src/run-once.ts'
import { Student, surroundings } from './student.ts'

const SCORE = 'return X.map(x => dot(x, w) + b)'
const TESTS = 9

let student: Student
beforeEach(() => (student = new Student()))
afterEach(() => student.remove())

async function report(lab: Lab, { isGitHub = false, exports = '' } = {}) {
  const around = surroundings(isGitHub ? { GITHUB_ACTIONS: 'true', GITHUB_WORKSPACE: student.root } : {})
  const folder = join(student.root, 'out')
  const exporters = exports === '' ? [] : parseExports(exports)
  const code = await runAndReport({ labs: [lab], root: student.root, folder, exporters }, around)
  const read = (name: string) => readFileSync(join(folder, name), 'utf8')
  const written = Report.parse(JSON.parse(read('report.json')))
  return { code, report: written, lab: written.labs[0], folder, read, text: around.text() }
}

describe('the report of visible tests', () => {
  test('has a point for each test that passes, says that it is feedback, and can be exported', async () => {
    student.answer('score', SCORE).answer('predict', 'return scores.map(z => (z > 0 ? 1 : -1))')
    const exports = 'github-classroom,junit,markdown,csv'
    const { code, report: made, lab, folder, read, text } = await report(await student.lab(), { exports })
    expect(code).toBe(1)
    expect(text).toContain(`6 of ${TESTS} visible tests pass`)
    expect(made).toMatchObject({ suite: 'visible', points: 6, maxPoints: TESTS, environment: { tier: 'D' } })
    const [score, predict, ...others] = lab.exercises
    expect(score).toMatchObject({ id: 'score', points: 4, maxPoints: 4, status: 'passed' })
    expect(score.tests[0]).toMatchObject({
      id: 'gives-the-three-scores-of-the-readme',
      concept: 'gives the three scores of the README',
    })
    expect(predict).toMatchObject({ points: 2, maxPoints: 3, status: 'failed' })
    expect(predict.tests[1].message).toContain('a score of 0 counts as +1: is the question "below zero"?')
    expect(others.map(exercise => exercise.status)).toEqual(others.map(() => 'not-started'))

    const files = ['github-classroom', 'junit.xml', 'report.csv', 'report.json', 'summary.md']
    expect(readdirSync(folder).sort()).toEqual(files)
    expect(read('summary.md')).toMatch(`## 6 of ${TESTS} visible tests pass`)
    expect(JSON.parse(read('github-classroom/lab_01_neuron__score.json'))).toMatchObject({ max_score: 4 })
  })

  test('that lacks what an export needs is refused before any test runs', async () => {
    const lab = await student.lab()
    await expect(report(lab, { exports: 'classroom50' })).rejects.toThrow('cannot be written without CLASSROOM')
    expect(readdirSync(student.root)).not.toContain('out')
  })

  test('an endless loop is stopped within the limits of the lab', async () => {
    const { lab, text } = await report(await student.answer('score', 'for (;;);').lab({ wallSeconds: 4 }))
    expect(text).toContain('Stopped after 4 s: "gives the three scores of the README" of score did not end. Is there a')
    expect(lab.exercises[0].status).toBe('timeout')
    expect(lab.exercises[0].tests[0].message).toBe('It did not end within 4 s: is there an endless loop?')
  })

  test('a heap that grows beyond the limits of the lab ends the run', async () => {
    const greedy = `const all = Array.from({ length: 60 }, () => new Array(1e6).fill(0.5)); ${SCORE}`
    const { report: made, lab } = await report(await student.answer('score', greedy).lab({ memoryMB: 64 }))
    expect(made).toMatchObject({ points: 0, maxPoints: TESTS })
    expect(JSON.stringify(lab)).toContain('did your code end the process, or use up the memory?')
  })

  test('tests that the student’s code makes up count for nothing', async () => {
    const forged = `import { exercise, test } from '@backprop/testkit'
      for (const name of ['gives the three scores of the README', 'a thousand points'])
        exercise('score', () => test(name, () => {}))\n`
    const { report: made, lab } = await report(await student.write(forged + student.read()).lab())
    expect(made).toMatchObject({ points: 0, maxPoints: TESTS })
    expect(lab.exercises[0].tests.map(each => each.concept)).not.toContain('a thousand points')
    expect(lab.exercises[0].tests[0].status, 'reported twice').toBe('missing')
  })
})

describe('in a job of GitHub Actions', () => {
  test('nothing that the code prints or throws is obeyed, and the secrets of the job stay out of it', async () => {
    const hostile = `console.log('::error::printed'); process.stdout.write('\\n::set-output name=a::b\\n')
      throw new Error(\`\${process.env.TEST_TOKEN}%\\n::add-mask::x\\n##[error]y\\n::stop-commands::z\`)`
    const lab = await student.answer('score', hostile).answer('predict', 'return []').lab()
    process.env.TEST_TOKEN = 'sesame'
    try {
      const { text } = await report(lab, { isGitHub: true, exports: 'github-classroom,junit,markdown' })
      const line = student.lineOf('throw new Error')
      expect(obeyed(text)).toEqual([
        `::error file=labs/01-neuron/src/neuron.ts,line=${line},title=The score of a batch%3A gives the three ` +
          `scores of the README::undefined%25%0A::add-mask::x%0A##[error]y%0A::stop-commands::z%0Aat src/neuron.ts:${line}`,
        // A wrong answer has no line in the student's file, so the test's is shown.
        expect.stringMatching(
          /^::error file=labs\/01-neuron\/test\/predict\.test\.ts,line=\d+,title=From score to class%3A /,
        ),
      ])
    } finally {
      delete process.env.TEST_TOKEN
    }
  })

  test('a file that does not load costs all its tests, none goes missing, and its line is shown', async () => {
    const {
      code,
      report: made,
      lab,
      text,
    } = await report(await student.answer('score', 'return (').lab(), { isGitHub: true })
    expect(code).toBe(1)
    expect(made).toMatchObject({ points: 0, maxPoints: TESTS })
    const [score, ...others] = lab.exercises
    expect(score.tests[0].message).toContain(`neuron.ts:${student.lineOf('return (') + 1}`)
    expect(others.map(({ status }) => status)).toEqual(
      others.map(({ id }) => (id === 'quiz' ? 'not-started' : 'error')),
    )
    expect(obeyed(text)).toEqual([
      expect.stringMatching(/^::error file=labs\/01-neuron\/src\/neuron\.ts,line=\d+,title=The score of a batch%3A/),
    ])
  })
})

/** The commands that GitHub's runner finds in a log, by its own rules: after white space, or anywhere in the old form. */
function obeyed(log: string): string[] {
  let token: string | undefined
  return log.split('\n').filter(line => {
    const command = line.trimStart()
    if (token !== undefined) {
      if (command === `::${token}::`) token = undefined
      return false
    }
    token = /^::stop-commands::(.+)$/.exec(command)?.[1]
    return token === undefined && (command.startsWith('::') || line.includes('##['))
  })
}
