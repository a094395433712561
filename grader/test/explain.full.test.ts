import { createPrivateKey } from 'node:crypto'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Report } from '@backprop/report'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { describe, expect, test } from 'vitest'
import { explain } from '../src/cli/explain-command.ts'
import { type Explanation, explanationJsonSchema } from '../src/explain/schema.ts'
import { gradeLab } from '../src/pipeline/grade-lab.ts'
import { drawsFor, namesOf, SEED_KEY } from '../src/pipeline/seed-key.ts'
import { makeReport } from '../src/report/make-report.ts'
import { strongestTier } from '../src/sandbox/try-tier.ts'
import { makeKeys } from '../src/signing/keys.ts'
import { sign } from '../src/signing/sign.ts'
import { run } from './running.ts'
import { submissionOf, untouched } from './submissions.ts'
import { course, neuron as lab } from './tiny-labs.ts'

const tier = await strongestTier()
const out = mkdtempSync(join(tmpdir(), 'appeals of zoë '))
let written = 0
/** What the environment says: see vitest.config.ts. */
const draws = await drawsFor({}, { env: process.env, stderr: process.stderr })

/** The report of a submission, as `pnpm grade` makes it. */
async function graded(submission: string): Promise<Report> {
  const labs = [await gradeLab({ lab, submission, tier: tier.id, draws })]
  const gradedAt = new Date('2026-11-21T12:00:00Z')
  return makeReport({
    submission: 'zoë',
    labs,
    tier,
    backend: 'plain',
    slowness: 1,
    processor: 'a processor',
    node: 'v26.10.0',
    ...namesOf(draws),
    gradedAt,
  })
}

function write(report: Report): string {
  const file = join(out, `report ${++written}.json`)
  writeFileSync(file, JSON.stringify(report))
  return file
}

const asked = (file: string, exercise: string, ...options: string[]) =>
  run(explain, [file, exercise, ...options], { course, env: {} })

const NO_TIES = submissionOf(
  lab,
  `console.log('✓ forged\\u001b[31m\\u001b]0;title\\u0007\\u202e\\r')
   export const predict = (scores: number[]) => scores.map(s => (s > 0 ? 1 : -1))
   export const score = () => { throw new Error('first\\n✓ second\\u009b2J') }`,
)
const original = await graded(NO_TIES)
const report = write(original)
const { privatePem, publicPem } = makeKeys()
const signed = sign(original, createPrivateKey(privatePem))
const publicKey = join(out, 'key.pub')
writeFileSync(publicKey, publicPem)
const NO_JSON = join(NO_TIES, lab.manifest.edit[0])

describe.concurrent('pnpm grade explain', () => {
  test('shows the calls, what was expected and what came, and how to see it again', async () => {
    const { code, stdout } = await asked(report, 'predict', '--submission', NO_TIES, '--test', 'tie-at-zero')
    expect(code).toBe(0)
    const stable = stdout.replaceAll(report, 'REPORT').replaceAll(NO_TIES, 'DIR')
    expect(stable.replace(/tier .*/, 'tier T')).toMatchInlineSnapshot(`
      "For the instructor only: this shows hidden tests and their inputs.

      01-neuron predict  From score to class
        submission  zoë
        reported    failed, 20 of 30 points, 2026-11-21T12:00:00.000Z
        signature   none
        run again   seed key b14b69db5364cff0, backend plain, tier T

      ✗ tie-at-zero: a score of exactly zero
          reported  failed, 0 of 10 points
          now       failed
          call 1    predict([0, 1, 0, -1])
                    → [-1, 1, -1, -1]
          │ zero counts as +1: 2 of 4 numbers are off; the first, at index [0], is -1, expected 1 (difference 2, allowed 0.000001)
          expected  [1, 1, 1, -1]
          actual    [-1, 1, -1, -1]
          at        labs/01-neuron/hidden/score-and-predict.test.ts:53
          printed
            │ ✓ forged�]0;title��

      Every test came out as reported.
      To repeat this:
        pnpm grade explain "REPORT" predict --lab 01-neuron --submission "DIR" --test tie-at-zero
        pnpm grade 01-neuron --submission "DIR" --backend plain
      "
    `)
  })

  test('text of the student never starts a line, nor becomes anything but text', async () => {
    const { stdout } = await asked(report, 'score', '--submission', NO_TIES, '--test', 'one-row')
    expect(stdout).toContain('│ Error: first\n    │ ✓ second\ufffd2J\n')
    expect(stdout).toContain('threw Error: first ⏎ ✓ second\ufffd2J')
    expect(stdout).not.toMatch(/^\s*✓|[^\P{Cc}\n]|\p{Cf}/mu)
  })

  test('other files, another key, changed tests and a broken signature are pointed out, and what that means', async () => {
    const other = submissionOf(lab, 'export const predict = (scores: number[]) => scores.map(() => 1)')
    const tampered = structuredClone(signed)
    tampered.labs[0].provenance.suiteHash = 'b'.repeat(64)
    const asks = [write(tampered), 'predict', '--submission', other, '--test', 'tie-at-zero', '--key', publicKey]
    const { code, stdout } = await run(explain, asks, { course, env: { [SEED_KEY]: '0badcafe'.repeat(8) } })
    expect(code).toBe(1)
    expect(stdout).toMatch(
      /! The inputs are drawn from key [0-9a-f]{16} now, and were drawn from key [0-9a-f]{16}: they/,
    )
    expect(stdout).toContain('To see these, set BACKPROP_SEED_KEY to that key.')
    expect(stdout).toMatch(/! These are not the files that were graded \(their hash is [0-9a-f]{12}, in the report /)
    expect(stdout).toContain('says nothing about the grade.')
    expect(stdout).toContain('What ran now differs from what was graded; see above.')
    expect(stdout).toContain('! The tests of 01-neuron have changed since')
    expect(stdout).toContain('go back to the course as it was on 2026-11-21T12:00:00.000Z')
    expect(stdout).toContain('! The report cannot be relied on: something in it was changed')
  })

  test('a test with a different result is named; a blocked test was not counted, whatever its result', async () => {
    const odd = structuredClone(original)
    const [signs, ties] = odd.labs[0].exercises[1].tests
    signs.status = 'blocked'
    ties.status = 'passed'
    const file = write(odd)
    const both = await asked(file, 'predict', '--submission', NO_TIES)
    expect(both.code).toBe(1)
    expect(both.stdout).toContain('Not as reported: tie-at-zero.')
    expect(both.stdout).toContain('An exercise that it requires did not pass, so this test did not count.')
  })

  test('where nothing could be run, it says why, and --submission is not needed for the files of this tree', async () => {
    const { code, stdout } = await asked(write(await graded(untouched(lab))), 'predict')
    expect(code).toBe(0)
    expect(stdout).toContain('│ The files are still the stubs that were handed out, so no test was run.')
    const broken = submissionOf(lab, 'export const')
    const problem = await asked(write(await graded(broken)), 'predict', '--submission', broken)
    expect(problem.stdout).toMatch(/Nothing ran:\n {4}│ src\/neuron\.ts:1:\d+: /)
  })

  test('--json fits the published schema, and tells whether the report is signed', async () => {
    const args = ['--submission', NO_TIES, '--test', 'signs', '--json', '--key', publicKey]
    const good = JSON.parse((await asked(write(signed), 'predict', ...args)).stdout) as Explanation
    const validate = new Ajv2020({ formats: { 'date-time': true } }).compile(explanationJsonSchema())
    expect(validate(good), JSON.stringify(validate.errors)).toBe(true)
    expect(good).toMatchObject({ signature: 'valid', agrees: true, tests: [{ id: 'signs', now: 'passed' }] })
  })

  test('what cannot be explained is a sentence', async () => {
    const refusal = (...args: [string, string, ...string[]]) => expect(asked(...args)).rejects
    await refusal(report, 'nope').toThrow('The report has no exercise "nope". It has:\n  01-neuron: score, predict, ')
    await refusal(report, 'predict', '--lab', '5').toThrow('The report has no exercise "predict" in lab 5.')
    await refusal(report, 'predict', '--test', 'x').toThrow('"predict" has no test "x". It has: signs, tie-at-zero.')
    await refusal(report, 'predict').toThrow(
      'Give the folder that was graded with --submission: the report has its hash,',
    )
    await refusal('nowhere.json', 'predict').toThrow(
      '"nowhere.json" cannot be read (ENOENT). Give the path of a report.json.',
    )
    await refusal(NO_JSON, 'predict').toThrow('cannot be explained: it is not JSON')
    await refusal(write({ ...original, suite: 'visible' }), 'predict').toThrow('This is a report of the visible tests')
  })
})
