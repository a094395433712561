import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { Student } from './student.ts'
import { start, type, typeFrom } from './typed.ts'

const SCORE = 'return X.map(x => dot(x, w) + b)'
const FILE = 'labs/01-neuron/src/neuron.ts'

let student: Student
beforeEach(() => (student = new Student()))
afterEach(() => student.remove())

const kept = (n: number) => readFileSync(join(student.root, `${FILE}.kept-${n}`), 'utf8')

describe('pnpm lab hint', () => {
  test('says more each time, then repeats the last hint', async () => {
    const levels: string[] = []
    for (let i = 0; i < 4; i++) levels.push((await type(student.root, 'hint', '1', 'score')).stdout)
    expect(levels.map(text => /hint (\d) of 3/.exec(text)?.[1])).toEqual(['1', '2', '3', '3'])
    expect(levels[0]).toContain('Try again first.')
    expect(levels[3]).toContain('That is the last hint.')
    expect(Math.max(...levels.flatMap(text => text.split('\n').map(line => line.length)))).toBeLessThanOrEqual(80)
  })
})

test.each([
  ['hint', 'all'],
  ['reset', 'all'],
])('pnpm lab %s %s is refused with a sentence', async (...words) => {
  expect(await type(student.root, ...words)).toEqual({ code: 2, stdout: '', stderr: 'Name one lab here, not "all".\n' })
})

describe('pnpm lab reset', () => {
  test('of one exercise leaves the others alone, and keeps a copy', async () => {
    const stub = student.read()
    student.answer('score', SCORE).answer('predict', 'return []')
    const before = student.read()
    const { code, stdout } = await type(student.root, 'reset', '1', 'score')
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: `${FILE} is as it was handed out, for score; yours is kept in ${FILE}.kept-1\n`,
    })
    expect(student.read()).toBe(stub.replace("throw new NotImplemented('predict')", 'return []'))
    expect(kept(1)).toBe(before)
  })

  test('of a lab brings all of it back, even a file that is gone, and never writes over an older copy', async () => {
    const stub = student.read()
    for (const code of ['return []', 'return [1']) {
      student.write(stub).answer('score', code)
      await type(student.root, 'reset', '1')
      expect(student.read()).toBe(stub)
    }
    expect([kept(1), kept(2)].map(text => text.includes('return [1'))).toEqual([false, true])
    rmSync(join(student.root, FILE))
    expect((await type(student.root, 'reset', '1')).stdout).toBe(`${FILE} is as it was handed out\n`)
    expect((await type(student.root, 'reset', '1')).stdout).toBe('Nothing to do: it is as it was handed out.\n')
  })

  test('an exercise whose function is gone is refused, and nothing is changed', async () => {
    student.replace('export function score', 'export function scores')
    const before = student.read()
    const { code, stderr } = await type(student.root, 'reset', '1', 'score')
    expect(code).toBe(2)
    expect(stderr).toContain('src/neuron.ts has no "score" to replace.')
    expect(student.read()).toBe(before)
  })

  test('an exercise that is started over is open again, also in the list', async () => {
    student.answer('score', SCORE)
    await type(student.root, '1', 'score')
    expect((await type(student.root, 'list')).stdout).toMatch(/✓ done +score/)
    await type(student.root, 'reset', '1')
    expect((await type(student.root, 'list')).stdout).toMatch(/· open +score/)
  })

  test('--tests brings back tests that were changed or deleted, which are named until then', async () => {
    const file = join(student.folder, 'test/score.test.ts')
    const before = readFileSync(file, 'utf8')
    writeFileSync(file, before.replace('5, -5, 0', '1, 2, 3'))
    rmSync(join(student.folder, 'test/predict.test.ts'))
    const words = 'Not as handed out: test/predict.test.ts (missing), test/score.test.ts.'
    const answer = async (...command: string[]) => (await type(student.root, ...command)).stdout.replace(/\s+/g, ' ')
    expect(await answer('submit', '--check', '1')).toContain(words)
    const predict = await answer('1', 'predict')
    expect(predict).toContain(words)
    expect(predict).toContain('The visible tests of this exercise are missing')
    const { stdout } = await type(student.root, 'reset', '1', '--tests')
    expect(stdout).toContain('labs/01-neuron/test/predict.test.ts is as it was handed out\n')
    expect(stdout).toContain('yours is kept in labs/01-neuron/test/score.test.ts.kept-1')
    expect(readFileSync(file, 'utf8')).toBe(before)
    expect(existsSync(join(student.folder, 'test/predict.test.ts'))).toBe(true)
  })

  test('without the files that were handed out there is a sentence', async () => {
    rmSync(join(student.folder, '.stubs'), { recursive: true })
    const { code, stderr } = await type(student.root, 'reset', '1')
    expect(code).toBe(2)
    expect(stderr).toContain('has no copies of its files as they were handed out')
  })
})

describe('pnpm lab quiz', () => {
  test('shows the student’s answers; which are right, only once the course has the file that says so', async () => {
    const file = join(student.folder, 'src/quiz.ts')
    const letters = "return { line: 'b', bias: 'b' }"
    writeFileSync(file, readFileSync(file, 'utf8').replace("throw new NotImplemented('quiz')", letters))
    const before = (await type(student.root, 'quiz', '1')).stdout
    expect(before).toContain('· yours: b) a circle')
    expect(before).toContain('after the deadline, with an update')
    expect(before).not.toMatch(/right:|✓|✗/)
    const right = { line: { answer: 'a', why: 'Where the score is 0 is a line.' }, bias: { answer: 'b' } }
    writeFileSync(join(student.folder, 'quiz.json'), JSON.stringify(right))
    const after = (await type(student.root, 'quiz', '1')).stdout
    expect(after).toMatch(/✗ yours: b\).*\n +right: a\) a line\n +Where the score is 0 is a line\./)
    expect(after).toContain('✓ yours: b) moves the line')
    expect(after).toContain('1 of 2 are right.')
  })
})

describe('pnpm lab try', () => {
  test('begins with the functions of the lab and an example, and keeps what is there', async () => {
    student.answer('score', SCORE)
    expect((await start(student.root, 'try', '1')).stdout).toContain('[ 0, 5 ]')
    const file = join(student.folder, 'try.ts')
    expect(readFileSync(file, 'utf8')).toContain('import { dot, score, predict,')
    writeFileSync(file, "import { score } from './src/neuron.ts'\nconsole.log(score([[7]], [1], 0.5))\n")
    expect((await start(student.root, 'try', '1')).stdout).toBe('[ 7.5 ]\n')
  })
})

describe('pnpm lab submit --check', () => {
  test('tells a lab that is not begun from one that is', async () => {
    expect(await type(student.root, 'submit', '--check')).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/not started\n +as it was handed out/) as string,
    })
    student.answer('score', SCORE)
    expect((await type(student.root, 'submit', '--check')).stdout).toMatch(
      /accepted\n +2 of 2 files, hash [0-9a-f]{12}\n/,
    )
  })

  test.each([
    [
      'an import that the lab does not allow',
      "import fs from 'node:fs'\nfs.rmSync('x')\n",
      'this lab may not import "node:fs"',
    ],
    ['a file that does not compile', 'export const a = (\n', 'src/neuron.ts:2:1'],
    ['two gigantic lines', `// ${'x'.repeat(30_000)}\n`, 'this line has more than 20000 characters'],
  ])('%s is refused in the words of the grader', async (_, text, words) => {
    student.write(text)
    const { code, stdout } = await type(student.root, 'submit', '--check', '1')
    expect(code).toBe(1)
    expect(stdout.replace(/\s+/g, ' ')).toContain(words)
    expect(stdout.replace(/\s+/g, ' ')).toContain('No points for what is in src/neuron.ts: score, predict,')
    expect(stdout).toContain('partly refused')
    expect(stdout).toContain('Files of 1 of 1 labs would be refused.')
  })

  test('"all" means all labs', async () => {
    const [all, none] = [
      await type(student.root, 'submit', '--check', 'all'),
      await type(student.root, 'submit', '--check'),
    ]
    expect(all).toEqual(none)
  })

  test('a file under another name is named, and the others are taken', async () => {
    student.answer('score', SCORE)
    renameSync(join(student.folder, 'src/quiz.ts'), join(student.folder, 'src/quiz (1).ts'))
    const { code, stdout } = await type(student.root, 'submit', '--check')
    expect(code).toBe(0)
    expect(stdout).toContain('src/quiz.ts is missing; found src/quiz (1).ts.')
  })

  test('a file that is not there is refused, and alone says how one hands in', async () => {
    rmSync(join(student.folder, 'src'), { recursive: true })
    expect((await type(student.root, 'submit', '--check')).stdout).toContain('src/neuron.ts is missing.')
    expect(await type(student.root, 'submit')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('pnpm lab submit --check') as string,
    })
  })
})

test('pnpm lab --report DIR means a folder as seen from the terminal', async () => {
  const { stdout } = await typeFrom(student.folder, student.root, '1', '--report', 'out')
  expect(stdout).toContain(`Report: ${join(student.folder, 'out/report.json')}\n`)
  expect(existsSync(join(student.folder, 'out/report.json'))).toBe(true)
})

describe('pnpm lab', () => {
  test('without a terminal runs the exercise that is next, and remembers what is done', async () => {
    student.answer('score', SCORE)
    const first = await type(student.root)
    expect(first.code).toBe(0)
    expect(first.stdout).toContain('All visible tests pass.')
    const second = await type(student.root)
    expect(second.code).toBe(1)
    expect(second.stdout).toMatch(/· predict +not started/)
    expect((await type(student.root, 'list')).stdout).toMatch(/✓ done +score/)
  })

  test('goes on where one was, and in the folder of a lab with that lab', async () => {
    student.addLab('02-again')
    await type(student.root, 'hint', '2', 'predict')
    expect((await type(student.root)).stdout).toMatch(/^02-again[^]*predict/)
    expect((await type(student.root, 'hint')).stdout).toMatch(/^02-again {2}predict {2}hint 2/)
    const inside = await typeFrom(join(student.root, 'labs/01-neuron/src'), student.root)
    expect(inside.stdout).toMatch(/^01-neuron[^]*score/)
  })

  test('of a quiz that has letters does not say that they are right', async () => {
    const file = join(student.folder, 'src/quiz.ts')
    const letters = "return { line: 'a', bias: 'a' }"
    writeFileSync(file, readFileSync(file, 'utf8').replace("throw new NotImplemented('quiz')", letters))
    const { code, stdout } = await type(student.root, '1', 'quiz')
    expect(code).toBe(0)
    expect(stdout).toContain('✓ quiz                 answered')
    expect(stdout).toContain('Whether the answers of the quiz are right is only checked when you hand in')
    expect(stdout).not.toContain('hidden tests')
  })

  test('a folder that cannot be written costs no verdict', async () => {
    student.answer('score', SCORE)
    writeFileSync(join(student.folder, '.cache'), 'a file where a folder belongs')
    const { code, stdout } = await type(student.root, '1', 'score')
    expect(code).toBe(0)
    expect(stdout).toContain('All visible tests pass.')
    expect(stdout.replace(/\s+/g, ' ')).toMatch(/Your progress cannot be saved\. .*\((EEXIST|ENOTDIR)\)/)
  })

  test('a file of memories that is damaged is as none', async () => {
    mkdirSync(join(student.folder, '.cache'))
    writeFileSync(join(student.folder, '.cache/progress.json'), '{"done": 3')
    expect((await type(student.root, 'list')).stdout).toMatch(/· open +score/)
  })

  test('what the code prints is shown', async () => {
    student.answer('score', `console.log('w is', w)\n  ${SCORE}`)
    expect((await type(student.root, '1', 'score')).stdout).toContain('Your code printed:\n  w is [ 3, -2 ]')
  })
})
