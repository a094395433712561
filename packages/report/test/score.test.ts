import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Outcome, type Scale, score, STATUSES } from '../src/index.ts'

const exercise = (id: string, points: readonly number[], requires: string[] = []) => ({
  id,
  title: id,
  requires,
  tests: points.map((each, i) => ({ id: `t${i}`, points: each, concept: `idea ${i}` })),
})
const LAB: Scale = {
  id: '01-lab',
  title: 'Lab',
  exercises: [exercise('first', [10, 20]), exercise('second', [30], ['first']), exercise('third', [40])],
}
const all = (status: Outcome['status'] = 'passed'): Outcome[] =>
  LAB.exercises.flatMap(({ id, tests }) => tests.map(t => ({ exercise: id, test: t.id, status, ms: 1, notes: [] })))

const pointsOf = (outcomes: readonly Outcome[]) => score(LAB, outcomes).exercises.map(each => each.points)
const statusesOf = (outcomes: readonly Outcome[]) => score(LAB, outcomes).exercises.map(each => each.status)

describe('score', () => {
  test('all passed is full marks', () => {
    expect(score(LAB, all())).toMatchObject({ points: 100, maxPoints: 100 })
  })

  test('points are kept test by test', () => {
    const outcomes = all().map(o =>
      o.exercise === 'first' && o.test === 't1' ? { ...o, status: 'failed' as const } : o,
    )
    expect(pointsOf(outcomes)).toEqual([10, 0, 40])
    expect(statusesOf(outcomes)).toEqual(['failed', 'blocked', 'passed'])
  })

  test('a test that was not reported has not passed', () => {
    const outcomes = all().filter(o => o.exercise !== 'third')
    expect(pointsOf(outcomes)).toEqual([30, 30, 0])
    expect(statusesOf(outcomes)[2]).toBe('missing')
  })

  test('a test that was reported twice has not passed', () => {
    expect(pointsOf([...all(), ...all().slice(0, 1)])).toEqual([20, 0, 40])
  })

  test('tests that are not in the manifest count for nothing', () => {
    const extra: Outcome = { exercise: 'third', test: 'made-up', status: 'passed', ms: 0, notes: [] }
    expect(score(LAB, [...all('failed'), extra])).toMatchObject({ points: 0, maxPoints: 100 })
  })

  test('whatever is reported, the parts add up and never exceed the whole', () => {
    const outcome = fc.record({
      exercise: fc.constantFrom('first', 'second', 'third', 'other'),
      test: fc.constantFrom('t0', 't1', 't2'),
      status: fc.constantFrom(...STATUSES),
      ms: fc.nat(),
      notes: fc.constant([]),
    })
    fc.assert(
      fc.property(fc.array(outcome), outcomes => {
        const lab = score(LAB, outcomes)
        const tests = lab.exercises.flatMap(each => each.tests)
        expect(tests.reduce((sum, each) => sum + each.points, 0)).toBe(lab.points)
        expect(lab.points).toBeLessThanOrEqual(lab.maxPoints)
        expect(lab.maxPoints).toBe(100)
        expect(lab.exercises.map(each => each.id)).toEqual(['first', 'second', 'third'])
      }),
    )
  })
})
