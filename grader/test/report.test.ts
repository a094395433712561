import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { describe, expect, test } from 'vitest'
import type { GradedLab } from '../src/grade-lab.ts'
import { renderPage } from '../src/report/page.ts'
import { makeReport } from '../src/report/report.ts'
import { reportJsonSchema } from '../src/report/schema.ts'
import { renderTable } from '../src/report/terminal.ts'
import { WritableText } from './writable-text.ts'

const HASH = 'a'.repeat(64)
const NASTY = '<script>alert(1)</script> "&\''
const lab: GradedLab = {
  id: '01-perceptron',
  title: 'One neuron',
  points: 30,
  maxPoints: 100,
  problem: null,
  treeHash: HASH,
  suiteHash: HASH,
  seed: 7,
  unlisted: [],
  log: [],
  exercises: [
    {
      id: 'score',
      title: 'The score of a batch',
      points: 30,
      maxPoints: 30,
      status: 'passed',
      tests: [test1('any-shape', 'passed', 30)],
    },
    {
      id: 'predict',
      title: 'From score to class',
      points: 0,
      maxPoints: 70,
      status: 'timeout',
      tests: [test1('signs', 'timeout', 40), test1('ties', 'failed', 30)],
    },
  ],
}

function test1(id: string, status: 'passed' | 'failed' | 'timeout', maxPoints: number) {
  return {
    id,
    status,
    points: status === 'passed' ? maxPoints : 0,
    maxPoints,
    concept: `about ${id}`,
    ms: 5,
    notes: [],
  }
}

const reportOf = (labs: readonly GradedLab[], submission = 'ada') =>
  makeReport({
    submission,
    labs,
    tier: { id: 'A', reason: 'tried' },
    backend: 'plain',
    seed: null,
    gradedAt: new Date('2026-11-21T12:00:00Z'),
  })

describe('report', () => {
  test('the published JSON Schema is the one that reports are checked against', () => {
    const file = join(import.meta.dirname, '../schema/report-v1.schema.json')
    expect(JSON.parse(readFileSync(file, 'utf8')), 'run: pnpm grade schema --write').toEqual(reportJsonSchema())
  })

  test('an independent validator agrees with the schema', () => {
    const validate = new Ajv2020({ formats: { 'date-time': true } }).compile(reportJsonSchema())
    expect(validate(reportOf([lab])), JSON.stringify(validate.errors)).toBe(true)
    expect(validate({ ...reportOf([lab]), points: -1 })).toBe(false)
    expect(validate({ ...reportOf([lab]), extra: true })).toBe(false)
  })

  test('the parts add up', () => {
    expect(reportOf([lab, lab])).toMatchObject({ points: 60, maxPoints: 200 })
  })

  test('two reports of the same grades are the same to the byte', () => {
    expect(JSON.stringify(reportOf([lab]))).toBe(JSON.stringify(reportOf([lab])))
  })

  test('in a terminal it is a table of at most 80 columns', () => {
    const table = renderTable(reportOf([lab]), new WritableText())
    expect(Math.max(...table.split('\n').map(line => line.length))).toBeLessThanOrEqual(80)
    expect(table).toMatchInlineSnapshot(`
      "01-perceptron  One neuron                                           30 / 100
        ✓ The score of a batch                       passed                30 / 30
        ⧖ From score to class                        too slow               0 / 70
            about signs: did not finish in time
            about ties: gave a wrong answer

      30 of 100 points
      Isolation: tier A (tried). Backend: plain."
    `)
  })

  test('as a page it escapes every word, and asks for nothing from outside', () => {
    const page = renderPage(reportOf([{ ...lab, problem: NASTY, title: NASTY }], NASTY))
    expect(page).not.toContain('<script')
    expect(page).toContain('&lt;script&gt;')
    expect(page).not.toMatch(/(src|href)=|url\(|@import/)
  })
})
