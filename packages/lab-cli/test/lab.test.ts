import { spawn } from 'node:child_process'
import { resolve } from 'node:path'
import { findLabs } from '@backprop/course'
import { describe, expect, test } from 'vitest'

const ROOT = resolve(import.meta.dirname, '../../..')
const labs = await findLabs(ROOT, 'all')

function lab(...args: string[]): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const program = [resolve(ROOT, 'packages/launch/launch.mjs'), resolve(ROOT, 'packages/lab-cli/src/pnpm-lab.ts')]
  const child = spawn(process.execPath, [...program, ...args], { cwd: ROOT, env: { ...process.env, NO_COLOR: '1' } })
  let [stdout, stderr] = ['', '']
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()))
  return new Promise(done => child.on('close', code => done({ code, stdout, stderr })))
}

describe.concurrent('pnpm lab', { timeout: 60_000 }, () => {
  test('on a fresh lab every exercise is not started, and the exit code is 1', async () => {
    const { code, stdout } = await lab('1', '--once')
    expect(code).toBe(1)
    expect(stdout.match(/not started/g)).toHaveLength(8)
    expect(stdout).toContain('0 of 8 exercises pass their visible tests.')
  })

  test('one exercise alone', async () => {
    const { code, stdout } = await lab('01-perceptron', 'score', '--once')
    expect(code).toBe(1)
    expect(stdout).toContain('The score of a batch')
    expect(stdout).not.toContain('From score to class')
  })

  test('an exercise or a lab that is not there is a sentence and exit code 2', async () => {
    expect(await lab('1', 'scores', '--once')).toEqual({
      code: 2,
      stdout: '',
      stderr:
        'Lab 01-perceptron has no exercise "scores". It has: score, predict, zero-one-risk, perceptron-rule, ' +
        'logistic-loss, logistic-regression, features, quiz.\n',
    })
    expect(await lab('9', '--once')).toMatchObject({
      code: 2,
      stderr: `There is no lab "9". The labs are: ${labs.map(({ manifest }) => manifest.id).join(', ')}.\n`,
    })
  })

  test('an unknown option is refused', async () => {
    expect(await lab('1', '--onec')).toMatchObject({ code: 2, stderr: expect.stringContaining("'--onec'") as string })
  })

  test('the labs are listed', async () => {
    const { code, stdout } = await lab('list')
    expect(code).toBe(0)
    expect(stdout).toMatch(
      /^01-perceptron .* \d of +8 done  One neuron\n  . (open|done) +score +The score of a batch\n/,
    )
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
