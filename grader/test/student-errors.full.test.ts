import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { solutionDir } from '../src/course.ts'
import { gradeLab } from '../src/pipeline/grade-lab.ts'
import { prepareLab } from '../src/pipeline/prepare-lab.ts'
import type { TierId } from '../src/sandbox/tiers/tiers.ts'
import { strongestTier } from '../src/sandbox/try-tier.ts'
import { submissionOf } from './submissions.ts'
import { neuron as lab } from './tiny-labs.ts'

/** What students see of an error that gives nothing away, and what only the instructor sees. */

const FILE = 'src/neuron.ts'
const SOLUTION = readFileSync(join(solutionDir(lab), FILE), 'utf8')
const prepared = await prepareLab(lab)
const { id: strongest } = await strongestTier()
/** With a sandbox and without; grade-lab-tiers.full.test.ts tries them all. */
const tiers = [...new Set<TierId>([strongest, 'D'])]

async function gradePredict(code: string, tier: TierId = strongest) {
  const only = { exercise: 'predict' }
  const graded = await gradeLab({ lab, prepared, submission: submissionOf(lab, code), tier, only })
  const tests = graded.exercises.flatMap(each => (each.id === 'predict' ? each.tests : []))
  return { messages: tests.map(({ message }) => message), log: graded.log, statuses: tests.map(({ status }) => status) }
}

const lineOf = (code: string, words: string) => code.split('\n').findIndex(line => line.includes(words)) + 1

describe.concurrent('students see', () => {
  test('that a function is not exported', async () => {
    const { messages, statuses: seen } = await gradePredict(
      SOLUTION.replace('export function predict', 'function predict'),
    )
    expect(new Set(seen)).toEqual(new Set(['error']))
    expect(new Set(messages)).toEqual(new Set(['there is no function named predict: is it exported?']))
  })

  test.each(tiers)('what was thrown while the file was loading, and at which line of it, in tier %s', async tier => {
    // Types, comments and an enum are gone in what runs, and a comment must not lead the compiler elsewhere.
    const code = `/* one\ntwo */\nenum Kind { A, B }\n${SOLUTION}\n//# sourceMappingURL=neuron.ts.map\nconst found: Kind[] = undefined as never\nfound.push(Kind.A) // here\n`
    const { messages, log } = await gradePredict(code, tier)
    const place = `${FILE}:${lineOf(code, '// here')}`
    const words = "TypeError: Cannot read properties of undefined (reading 'push')"
    expect(new Set(messages)).toEqual(new Set([`While your file was loading: ${words}\nat ${place}`]))
    expect(log[0].error).toBe(`StudentError: ${words} (${place})`)
  })

  test('nothing of an error on hidden inputs; the instructor sees its class, its words and its line', async () => {
    const start = 'export function predict('
    const code = `${SOLUTION.replace(start, 'export function predictRightly(')}\n${start}scores: number[]): number[] {\n  throw new RangeError(\`no \${scores.length}\`) // here\n}\n`
    const { messages, log } = await gradePredict(code)
    expect(new Set(messages)).toEqual(new Set([undefined]))
    expect(log[0].error).toMatch(/^StudentError: RangeError: no \d+ \(src\/neuron\.ts:\d+\)$/)
    expect(log[0].error).toContain(`:${lineOf(code, '// here')})`)
  })

  test('no message that only looks like ours, and nothing that was thrown after loading', async () => {
    const start = 'export function predict('
    const forged = `throw new TypeError('there is no function named ' + scores.length + ': is it exported?')`
    const late = `queueMicrotask(() => { throw new Error('inputs: ' + scores.join()) }); return new Promise(() => {})`
    for (const body of [forged, late]) {
      const code = `${SOLUTION.replace(start, 'export function predictRightly(')}\n${start}scores: number[]): any {\n  ${body}\n}\n`
      expect(new Set((await gradePredict(code)).messages)).toEqual(new Set([undefined]))
    }
  })
})
