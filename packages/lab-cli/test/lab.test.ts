import { afterAll, describe, expect, test } from 'vitest'
import { Student } from './student.ts'
import { start, type } from './typed.ts'

const student = new Student()
afterAll(() => student.remove())

const lab = (...words: string[]) => type(student.root, ...words)

describe('pnpm lab', () => {
  test('on a fresh lab every exercise is not started, and the exit code is 1', async () => {
    const { code, stdout } = await lab('1', '--once')
    expect(code).toBe(1)
    expect(stdout.match(/not started/g)).toHaveLength(4)
    expect(stdout).toContain('0 of 4 exercises pass their visible tests.')
  })

  test('one exercise alone', async () => {
    const { code, stdout } = await lab('01-neuron', 'score', '--once')
    expect(code).toBe(1)
    expect(stdout).toContain('The score of a batch')
    expect(stdout).not.toContain('From score to class')
  })

  test('an exercise or a lab that is not there is a sentence and exit code 2', async () => {
    expect(await lab('1', 'scores', '--once')).toEqual({
      code: 2,
      stdout: '',
      stderr: 'Lab 01-neuron has no exercise "scores". It has: score, predict, accuracy, quiz.\n',
    })
    expect(await lab('9', '--once')).toMatchObject({
      code: 2,
      stderr: 'There is no lab "9". The labs are: 01-neuron.\n',
    })
  })

  test('an unknown option is refused', async () => {
    expect(await start(student.root, '1', '--onec')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("'--onec'") as string,
    })
  })

  test('the labs are listed', async () => {
    const { code, stdout } = await lab('list')
    expect(code).toBe(0)
    expect(stdout).toMatch(/^01-neuron .* 0 of +4 done  A tiny neuron\n  · open +score +The score of a batch\n/)
  })

  test('an unknown export is a sentence and exit code 2, and a report is of whole labs', async () => {
    expect(await lab('1', '--export', 'junit,cvs')).toMatchObject({
      code: 2,
      stdout: '',
      stderr: expect.stringMatching(/^There is no export "cvs"\. There are: classroom50, /) as string,
    })
    expect(await lab('1', 'score', '--report', 'nowhere')).toMatchObject({
      code: 2,
      stderr: 'A report and "all" cover whole labs: leave out the exercise.\n',
    })
  })

  test('help says what there is', async () => {
    const { code, stdout } = await lab('--help')
    expect(code).toBe(0)
    for (const word of [
      'pnpm lab list',
      'pnpm lab submit --check',
      '--manual',
      '--report <dir>',
      'github-classroom/*.json',
      'not a grade',
    ])
      expect(stdout).toContain(word)
  })
})
