import { describe, expect, test } from 'vitest'
import { inFairOrder, select } from '../src/class/select.ts'
import type { GradedStudent, StudentResult } from '../src/class/student-result.ts'
import type { Student } from '../src/class/students.ts'
import { takeLab } from '../src/pipeline/grade-lab.ts'
import { prepareLab } from '../src/pipeline/prepare-lab.ts'
import { untouched } from './submissions.ts'
import { neuron as lab } from './tiny-labs.ts'

const stub: Student = { name: 'stub', folder: untouched(lab), outbox: 'stub', problem: null }
const prepared = await prepareLab(lab)
const { graded } = await takeLab({ lab, submission: stub.folder })

/** The last result of the unchanged stub. */
const row: GradedStudent = {
  student: 'stub',
  outbox: 'stub',
  gradedAt: '2026-11-21T12:00:00.000Z',
  status: 'graded',
  points: 0,
  maxPoints: 100,
  tier: 'A',
  seenAt: null,
  committedAt: null,
  labs: [
    {
      id: lab.manifest.id,
      points: 0,
      maxPoints: 100,
      problem: null,
      treeHash: graded?.treeHash ?? null,
      suiteHash: graded?.suiteHash ?? '',
      ms: 0,
      exercises: [],
    },
  ],
}
const [own] = row.labs
const changed = async (last: StudentResult | null) =>
  (await select('changed', [stub], new Map(last ? [['stub', last]] : []), [prepared])).length === 1

describe('--only changed', () => {
  test('the same files under the same suite are not', async () => {
    expect(await changed(row)).toBe(false)
  })

  test.each<[string, StudentResult | null]>([
    ['no result yet', null],
    ['a grader error', { student: 'stub', outbox: 'stub', gradedAt: row.gradedAt, status: 'grader-error', reason: '' }],
    ['other files', { ...row, labs: [{ ...own, treeHash: 'f'.repeat(64) }] }],
    ['another suite', { ...row, labs: [{ ...own, suiteHash: 'f'.repeat(64) }] }],
    ['another lab', { ...row, labs: [{ ...own, id: '02-scale' }] }],
    ['one more lab', { ...row, labs: [own, { ...own, id: '02-scale' }] }],
  ])('%s is', async (_, last) => {
    expect(await changed(last)).toBe(true)
  })

  test('files that cannot be taken are the same as long as the reason is', async () => {
    const empty = { ...stub, folder: import.meta.dirname }
    const now = (await takeLab({ lab, submission: empty.folder })).graded
    const last = (problem: string | null) => ({ ...row, labs: [{ ...own, treeHash: null, problem }] })
    const isChanged = async (problem: string | null) =>
      (await select('changed', [empty], new Map([['stub', last(problem)]]), [prepared])).length === 1
    expect(now?.problem).toContain('src/neuron.ts is missing.')
    expect(await isChanged(now?.problem ?? null)).toBe(false)
    expect(await isChanged('another reason')).toBe(true)
  })
})

test('fair order: students without a result, then the oldest result, then by name', () => {
  const students = ['a', 'b', 'c', 'd'].map(name => ({ ...stub, name }))
  const at = (name: string, day: number): [string, StudentResult] => [
    name,
    { ...row, student: name, gradedAt: `2026-11-0${day}T00:00:00.000Z` },
  ]
  const before = new Map([at('a', 3), at('b', 1), at('d', 3)])
  expect(inFairOrder(students, before).map(({ name }) => name)).toEqual(['c', 'b', 'a', 'd'])
})
