import { cpSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { solutionDir } from '../src/course.ts'
import { takeLabIn } from '../src/intake/take-lab-in.ts'
import { type GradedLab, gradeLab } from '../src/pipeline/grade-lab.ts'
import { gradeVisible } from '../src/pipeline/grade-visible.ts'
import { prepareLab } from '../src/pipeline/prepare-lab.ts'
import { chooseBackend, pickBackend, tryBackend } from '../src/sandbox/choose-backend.ts'
import { strongestTier } from '../src/sandbox/try-tier.ts'
import { onlySolved, submissionOf, untouched } from './submissions.ts'
import { neuron, scale } from './tiny-labs.ts'
import { WritableText } from './writable-text.ts'

const { id: tier } = await strongestTier()
const { exercises } = neuron.manifest
const NEURON_IN_ERROR = exercises.map(({ id }) => (id === 'quiz' ? 'not-started' : 'error'))
const stderr = new WritableText() as unknown as NodeJS.WriteStream
const around = { stderr, now: () => new Date('2026-11-21T12:00:00Z'), signal: new AbortController().signal }
const prepared = await prepareLab(neuron)
const grade = (submission: string) => gradeLab({ lab: neuron, prepared, submission, tier })

describe.concurrent('grading a lab', () => {
  test('an untouched stub is known without running it', async () => {
    const graded = await grade(untouched(neuron))
    expect(graded.points).toBe(0)
    expect(new Set(graded.exercises.map(each => each.status))).toEqual(new Set(['not-started']))
  })

  test('with one exercise solved, exactly its points are gained, and a second run differs in nothing but times', async () => {
    const id = 'score'
    const submission = onlySolved(neuron, id)
    const graded = await grade(submission)
    for (const exercise of graded.exercises) {
      expect(exercise.points, exercise.id).toBe(exercise.id === id ? exercise.maxPoints : 0)
      expect(exercise.status).toBe(exercise.id === id ? 'passed' : 'not-started')
    }
    const timeless = (result: GradedLab) => JSON.stringify(result, (key, value: unknown) => (key === 'ms' ? 0 : value))
    expect(timeless(await grade(submission))).toBe(timeless(graded))
  })

  test('one exercise alone is not blocked by what it builds on, and a whole grading is', async () => {
    const { manifest } = neuron
    const builds = exercises.map(each => (each.id === 'predict' ? { ...each, requires: ['score'] } : each))
    const options = {
      lab: { ...neuron, manifest: { ...manifest, exercises: builds } },
      submission: onlySolved(neuron, 'predict'),
      tier,
    }
    const predict = { id: 'predict', status: 'passed' }
    expect((await gradeLab({ ...options, only: { exercise: 'predict' } })).exercises).toContainEqual(
      expect.objectContaining(predict),
    )
    expect((await gradeLab(options)).exercises).toContainEqual(
      expect.objectContaining({ ...predict, status: 'blocked' }),
    )
  })

  test('a syntax error is named with its line', async () => {
    const graded = await grade(submissionOf(neuron, 'export const a = 1\nexport function score( {'))
    expect(graded).toMatchObject({
      points: 0,
      problem: expect.stringMatching(/^src\/neuron\.ts:2:\d+: /) as string,
    })
    expect(graded.exercises.map(each => each.status)).toEqual(NEURON_IN_ERROR)
  })

  test('a comma missing in one file costs its exercises, and no others', async () => {
    const submission = untouched(neuron)
    cpSync(join(solutionDir(neuron), 'src'), join(submission, 'src'), { recursive: true })
    const quiz = readFileSync(join(submission, 'src/quiz.ts'), 'utf8')
    writeFileSync(join(submission, 'src/quiz.ts'), `${quiz}\nexport const list = [1 2]\n`)
    const why = /^src\/quiz\.ts:\d+:\d+: Expected/
    const graded = await grade(submission)
    expect(graded).toMatchObject({ points: 90, problem: expect.stringMatching(why) as string })
    expect(graded.exercises.at(-1)).toMatchObject({ id: 'quiz', status: 'error', points: 0 })
    const messages = graded.exercises.at(-1)?.tests.map(({ message }) => message)
    expect(messages).toEqual(Array.from({ length: 2 }, () => graded.problem))
    const { report } = await gradeVisible({ labs: [neuron], submission }, around)
    expect(report.labs[0].problem).toBe(graded.problem)
    expect(report.labs[0].exercises.map(({ status }) => status)).toEqual(graded.exercises.map(({ status }) => status))
    expect(report.labs[0].exercises.at(-1)?.tests[0].message).toBe(graded.problem)
  })

  test.each([
    ['throws', "throw new Error('by mistake')", 'error'],
    ['ends the process', 'process.exit(0)', 'error'],
  ])('a file that %s while it loads costs its exercises, and no others', async (_, text, status) => {
    const submission = onlySolved(neuron, 'score')
    writeFileSync(join(submission, 'src/quiz.ts'), text)
    const graded = await grade(submission)
    const statusOf = (exercise: string) => graded.exercises.find(({ id }) => id === exercise)?.status
    expect(statusOf('quiz')).toBe(status)
    expect(statusOf('score')).toBe('passed')
  })

  test('an import that is not allowed is named with its line', async () => {
    const graded = await grade(
      submissionOf(neuron, "import { matmul } from '@backprop/core'\nexport const score = matmul"),
    )
    expect(graded.problem?.split('\n')).toEqual([
      'src/neuron.ts:1:24: this lab may not import "@backprop/core": it builds everything itself',
      'src/quiz.ts is missing.',
    ])
  })

  test('a link to the solution is refused', async () => {
    const submission = untouched(neuron)
    rmSync(join(submission, 'src/neuron.ts'))
    symlinkSync(join(solutionDir(neuron), 'src/neuron.ts'), join(submission, 'src/neuron.ts'))
    expect(await grade(submission)).toMatchObject({
      points: 0,
      problem: 'src/neuron.ts is a symbolic link: put the file itself there.',
    })
  })

  test('where a file is not there its exercises were not begun, and where none is there all are missing', async () => {
    const submission = untouched(neuron)
    const statuses = async () => (await grade(submission)).exercises.map(each => each.status)
    const [first, ...others] = neuron.manifest.edit
    rmSync(join(submission, first))
    expect(await statuses()).toEqual(exercises.map(() => 'not-started'))
    for (const file of others) rmSync(join(submission, file))
    expect(await statuses()).toEqual(exercises.map(() => 'missing'))
  })

  test('a file under another name is named', async () => {
    const submission = untouched(neuron)
    cpSync(join(solutionDir(neuron), 'src'), join(submission, 'src'), { recursive: true })
    renameSync(join(submission, 'src/neuron.ts'), join(submission, 'src/neuron (1).ts'))
    expect(await grade(submission)).toMatchObject({
      points: 10,
      problem: 'src/neuron.ts is missing; found src/neuron (1).ts.',
    })
  })

  test('a file that other labs have too is theirs, unless its text says otherwise', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'quiz-alone-'))
    mkdirSync(join(folder, 'src'))
    cpSync(join(solutionDir(scale), 'src/quiz.ts'), join(folder, 'src/quiz.ts'))
    expect(await grade(folder)).toMatchObject({
      points: 0,
      problem: 'No file of 01-neuron is there: src/quiz.ts is of 02-scale, as the text says.',
      exercises: exercises.map(() => expect.objectContaining({ status: 'missing' }) as object),
    })
    expect((await takeLabIn(folder, scale)).files.size).toBe(1)
    writeFileSync(join(folder, 'src/quiz.ts'), 'export const quiz = () => ({})')
    expect((await grade(folder)).problem).toContain('several labs have src/quiz.ts (01-neuron, 02-scale)')
    writeFileSync(join(folder, 'lab.json'), '{ "id": "01-neuron" }')
    expect((await takeLabIn(folder, neuron)).files.size).toBe(1)
    await expect(takeLabIn(folder, scale)).rejects.toThrow('the folder is that of 01-neuron, as its lab.json says.')
    cpSync(join(solutionDir(scale), 'src/scale.ts'), join(folder, 'src/scale.ts'))
    expect((await takeLabIn(folder, scale)).files.size, 'a name that no other lab has').toBe(2)
  })

  test('an export that is not there costs its exercise alone', async () => {
    const code = readFileSync(join(solutionDir(neuron), 'src/neuron.ts'), 'utf8')
    const graded = await grade(submissionOf(neuron, code.replace('export function predict', 'function predict')))
    const others = graded.exercises.filter(({ id }) => id !== 'predict' && id !== 'quiz')
    expect(new Set(others.map(({ status }) => status))).toEqual(new Set(['passed']))
    expect(graded.exercises.find(({ id }) => id === 'predict')?.status).toBe('error')
    expect(graded.log[0].error).toContain('there is no function named predict: is it exported?')
  })
})

describe('choosing a backend', () => {
  test('the fastest one that works, unless one is named', async () => {
    const gpus = [await tryBackend('tfjs-node-gpu'), await tryBackend('webgpu')]
    const { name, reason } = await pickBackend('auto')
    expect(name).toBe(gpus.find(({ available }) => available)?.name ?? 'wasm')
    for (const gpu of gpus) if (name === 'wasm') expect(reason).toContain(`not ${gpu.name}: ${gpu.reason}`)
    expect(await chooseBackend('plain')).toBe('plain')
  })

  test('an unknown name is reported in a sentence', async () => {
    await expect(chooseBackend('cuda')).rejects.toThrow(
      'There is no backend "cuda". Choose from: auto, tfjs-node-gpu, webgpu, wasm, plain, tfjs-node.',
    )
  })
})
