import type { Scale } from '@backprop/report'
import { describe, expect, it } from 'vitest'
import type { Grade } from '../../src/queue/grades.ts'
import { MAX_GRADE_LENGTH, readGrade } from '../../src/queue/read-grade.ts'
import { gradeFor, jobOf } from './jobs.ts'

const job = jobOf('score')
const grade = gradeFor(job)
const { points } = grade.graded
const scale: Scale = {
  id: job.demands.lab,
  title: 'score',
  exercises: [{ id: 'one', title: 'One', requires: [], tests: [{ id: 'works', points, concept: 'It works' }] }],
}
const [exercise] = grade.graded.exercises
const [works] = exercise.tests

const graded = (part: object) => ({ ...grade, graded: { ...grade.graded, ...part } })
const machine = (part: object) => ({ ...grade, machine: { ...grade.machine, ...part } })
const test = (part: object) => graded({ exercises: [{ ...exercise, tests: [{ ...works, ...part }] }] })
const problemOf = (text: string, its: Scale | null = scale) => {
  const reading = readGrade(text, job, its)
  return 'problem' in reading ? reading.problem : null
}

describe('a grade that a worker hands in', () => {
  it('counts if it answers the job and has the points of the lab', () => {
    expect(readGrade(JSON.stringify(grade), job, scale)).toEqual({ grade })
    expect(readGrade(JSON.stringify(grade), job, null)).toEqual({ grade })
    const withMessage = test({ message: 'expected 3 numbers, got 2' })
    expect(readGrade(JSON.stringify(withMessage), job, scale)).toEqual({ grade: withMessage })
  })

  it.each<[string, Partial<Grade> | object, string]>([
    ['another lab', graded({ id: '02-other' }), "its lab is not the job's"],
    ['another suite', graded({ suiteHash: 'c'.repeat(64) }), "its suite is not the job's"],
    ['other files', graded({ treeHash: null }), "its hash of the files is not the job's"],
    ['another seed', graded({ seed: 2 }), "its seed is not the job's"],
    ['another backend', machine({ backend: 'wasm' }), "its backend is not the job's"],
    ['a weaker tier', machine({ tier: { id: 'D', reason: '' } }), "its isolation tier is not the job's"],
    ['another Node', machine({ node: 'v22.21.0' }), "its version of Node is not the job's"],
    ['a backend that does not exist', machine({ backend: 'abacus' }), 'at machine.backend: '],
    ['no date', { ...grade, gradedAt: 'yesterday' }, 'at gradedAt: '],
    ['a long name', machine({ device: 'x'.repeat(3000) }), 'at machine.device: '],
    ['a field too many', graded({ bonus: 10 }), 'at graded: '],
    ['no tests', graded({ exercises: null }), 'at graded.exercises: '],
    ['negative points', test({ points: -1 }), 'at graded.exercises.0.tests.0.points: '],
  ])('does not count with %s', (_, json, problem) => {
    expect(problemOf(JSON.stringify(json))).toContain(problem)
  })

  it.each<[string, object]>([
    ['more points than there are', graded({ points: points + 1 })],
    ['a larger maximum', graded({ maxPoints: points + 1 })],
    ['points for a failed test', test({ status: 'failed' })],
    ['a test twice', graded({ exercises: [{ ...exercise, tests: [works, works] }] })],
    ['without its exercises', graded({ points: 0, maxPoints: 0, exercises: [] })],
    ['another title', graded({ title: '<script>alert(1)</script>' })],
    ['another concept', test({ concept: 'You are hacked' })],
  ])('does not count with %s', (_, json) => {
    expect(problemOf(JSON.stringify(json))).toBe('its tests and points are not those of the lab')
  })

  it('does not count if it is not JSON, deep beyond reason, or huge', () => {
    for (const text of ['', '{', 'undefined', '['.repeat(1_000_000)]) expect(problemOf(text)).toBe('it is not JSON')
    expect(problemOf('null')).toMatch(/^at its top: /)
    expect(problemOf(' '.repeat(MAX_GRADE_LENGTH + 1))).toBe(`it has ${MAX_GRADE_LENGTH + 1} characters`)
  })
})
