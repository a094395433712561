import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Report } from '@backprop/report'
import { listVisibleTests } from '@backprop/visible-tests'
import { afterAll, describe, expect, test } from 'vitest'
import { openCourse } from '../../test/course/open-course.ts'
import { grade } from '../src/cli/grade-command.ts'
import { COURSE_ROOT, findLabs, solutionDir } from '../src/course.ts'
import { UsageError } from '../src/errors.ts'
import { gradeVisible } from '../src/pipeline/grade-visible.ts'
import { submissionOf, untouched } from './submissions.ts'
import { course, labs, neuron as lab } from './tiny-labs.ts'
import { WritableText } from './writable-text.ts'

// So that whatever is left there was left by this file.
const temporary = mkdtempSync(join(tmpdir(), 'visible-tests-'))
for (const name of ['TMPDIR', 'TEMP']) process.env[name] = temporary

const TESTS = (await listVisibleTests(lab)).length
const hidden = lab.manifest.exercises.flatMap(({ tests }) => tests)

// It has what the grader asks of a stream, which is to be written to.
const stderr = new WritableText() as unknown as NodeJS.WriteStream
const around = {
  stderr,
  now: () => new Date('2026-11-21T12:00:00Z'),
  ...{ signal: new AbortController().signal, again: new AbortController().signal },
}
const feedback = async (submission: string) => (await gradeVisible({ labs: [lab], submission }, around)).report

describe.concurrent('visible tests of a submission', () => {
  afterAll(() => {
    expect(readdirSync(temporary).filter(name => name.startsWith('backprop-visible-'))).toEqual([])
  })

  test.each(labs)('those of $manifest.id can be listed without any answer, and each exercise has some', async each => {
    const tests = await listVisibleTests(each)
    expect(new Set(tests.map(({ exercise }) => exercise))).toEqual(new Set(each.manifest.exercises.map(({ id }) => id)))
  })

  test('a right solution passes all of them, and its report says what that is worth', async () => {
    const report = await feedback(solutionDir(lab))
    expect(report).toMatchObject({ suite: 'visible', points: TESTS, maxPoints: TESTS, environment: { tier: 'D' } })
    expect(report.labs[0].provenance.treeHash).toMatch(/^[0-9a-f]{64}$/)
  })

  test('a wrong one has words for what is wrong', async () => {
    const code = readFileSync(join(solutionDir(lab), 'src/neuron.ts'), 'utf8')
    const submission = submissionOf(lab, code.replace('map(s => (s < 0 ? -1 : 1))', 'map(s => (s > 0 ? 1 : -1))'))
    cpSync(join(solutionDir(lab), 'src/quiz.ts'), join(submission, 'src/quiz.ts'))
    const { report, labs: logged } = await gradeVisible({ labs: [lab], submission }, around)
    const [wrong] = report.labs[0].exercises.filter(({ status }) => status !== 'passed')
    expect(wrong).toMatchObject({ id: 'predict', status: 'failed', points: 2 })
    expect(wrong.tests[1].message).toContain('a score of 0 counts as +1')
    expect(logged[0].log.map(entry => entry.test)).toEqual(['predict/returns +1 at exactly zero'])
  })

  test('only the files to edit are taken: no tests, no configuration', async () => {
    const submission = untouched(lab)
    cpSync(join(lab.dir, 'package.json'), join(submission, 'package.json'))
    mkdirSync(join(submission, 'test'))
    writeFileSync(
      join(submission, 'test/score.test.ts'),
      `import { exercise, test } from '@backprop/testkit'\nexercise('score', () => test('is mine', () => {}))`,
    )
    writeFileSync(join(submission, 'vitest.config.ts'), 'throw new Error()')
    const report = await feedback(submission)
    expect(report).toMatchObject({ points: 0, maxPoints: TESTS })
    expect(report.labs[0].exercises.map(({ status }) => status)).toEqual(
      lab.manifest.exercises.map(() => 'not-started'),
    )
  })

  test('what was not handed in is the stub, also where the course’s own lab was done in place', async () => {
    const [copy] = await findLabs('1', openCourse())
    cpSync(join(solutionDir(copy), 'src'), join(copy.dir, 'src'), { recursive: true })
    const submission = untouched(lab)
    rmSync(join(submission, 'src/neuron.ts'))
    const { report } = await gradeVisible({ labs: [copy], submission }, around)
    expect(report).toMatchObject({ points: 0, maxPoints: TESTS })
  })

  test('a file that is refused costs its tests, and none goes missing', async () => {
    const submission = untouched(lab)
    rmSync(join(submission, 'src/neuron.ts'))
    symlinkSync(join(solutionDir(lab), 'src/neuron.ts'), join(submission, 'src/neuron.ts'))
    expect(await feedback(submission)).toMatchObject({
      points: 0,
      maxPoints: TESTS,
      labs: [{ problem: 'src/neuron.ts is a symbolic link: put the file itself there.' }],
    })
  })
})

describe('pnpm grade', () => {
  async function run(args: readonly string[], env: Record<string, string> = {}) {
    const stdout = new WritableText()
    const code = await grade.start(args, { ...around, course, stdout, env })
    return { code, stdout: stdout.text }
  }

  test.each([
    [['--suite', 'both'], "option '--suite <suite>' argument 'both' is invalid. Allowed choices are hidden, visible."],
    [['--suite', 'visible', '--official'], '--official is for grades: visible tests give feedback only'],
    [['--suite', 'visible', '--seed', '1'], '--seed is for grades'],
    [['--suite', 'visible', '--backend', 'plain'], '--backend is for grades'],
    [['--export', 'junit,cvs'], 'There is no export "cvs". There are: classroom50, github-classroom,'],
    [['--export', 'classroom50'], 'classroom50 cannot be written without CLASSROOM, ASSIGNMENT,'],
  ])('%j is wrong usage, and said before anything runs', async (args, message) => {
    const wrong = run(['1', '--submission', solutionDir(lab), ...args])
    await expect(wrong).rejects.toThrow(message)
    await expect(wrong).rejects.toBeInstanceOf(UsageError)
  })

  test('--suite visible prints feedback, and its report has a separate folder', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'visible-'))
    const { code, stdout } = await run(['1', '--suite', 'visible', '--submission', untouched(lab), '--report', folder])
    expect(code).toBe(1)
    expect(stdout).toContain(`0 of ${TESTS} visible tests pass\nVisible tests: feedback, not a grade.`)
    expect(readdirSync(folder).sort()).toEqual(['log.json', 'report.html', 'report.json'])
    expect((await run(['--help'])).stdout).toContain('reports/<labs>-visible')
  })

  test('--export writes beside the report what has its points', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'exports-'))
    const submission = untouched(lab)
    writeFileSync(join(submission, 'mine'), 'keep')
    symlinkSync(join(submission, 'mine'), join(folder, 'report.csv'))
    await run(['1', '--submission', submission, '--report', folder, '--export', 'csv,gradescope'])
    expect(readFileSync(join(submission, 'mine'), 'utf8'), 'a link is replaced, not followed').toBe('keep')
    const report = Report.parse(JSON.parse(readFileSync(join(folder, 'report.json'), 'utf8')))
    expect(report).toMatchObject({ suite: 'hidden', points: 0, maxPoints: 100 })
    expect(readFileSync(join(folder, 'report.csv'), 'utf8').split('\r\n')).toHaveLength(hidden.length + 2)
    expect(JSON.parse(readFileSync(join(folder, 'gradescope/results.json'), 'utf8'))).toMatchObject({ score: 0 })
  })

  test('the schema of a report is published', () => {
    const schema = JSON.parse(readFileSync(join(COURSE_ROOT, 'grader/schema/report-v1.schema.json'), 'utf8')) as {
      properties: { suite: { enum: string[] } }
    }
    expect(schema.properties.suite.enum).toEqual(['hidden', 'visible'])
  })
})
