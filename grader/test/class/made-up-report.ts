import type { Lab } from '@backprop/course'
import { type Report, score, STATUSES } from '@backprop/report'
import type { ClassReport, RosterRow } from '../../src/class/class-report.ts'
import { gradedStudent, ungradedStudent } from '../../src/class/student-result.ts'
import { makeReport } from '../../src/report/make-report.ts'

/** Reports and a class report, made up without grading anything. */

const HASH = 'a'.repeat(64)
export const AT = new Date('2026-11-21T12:00:00.000Z')

/** A report in which the share of tests that pass, and what became of the others, follow from a number. */
export function madeUpReport(those: readonly Lab[], student: string, skill: number): Report {
  const labs = those.map(({ manifest }, l) => {
    const tests = manifest.exercises.flatMap(({ id, tests: own }) => own.map(test => [id, test.id] as const))
    const outcomes = tests.map(([exercise, test], i) => {
      const passes = ((i * 7 + skill * 3 + l) % 20) / 20 < skill / 10
      const status = passes ? 'passed' : STATUSES[1 + ((i + skill) % (STATUSES.length - 2))]
      return { exercise, test, status, ms: 10 * i, notes: i % 9 === 0 ? ['accuracy 0.9476 on 10000 images'] : [] }
    })
    const problem = skill === 0 && l === 1 ? 'src/layers.ts:3:7: Expected ";" but found "x"' : null
    return { ...score(manifest, outcomes), problem, treeHash: HASH, suiteHash: HASH, seed: 1 }
  })
  return makeReport({
    ...{ submission: student, labs, backend: 'wasm', seed: null, gradedAt: AT },
    ...{ slowness: 1, processor: 'a processor', node: 'v26.10.0' },
    tier: { id: skill === 2 ? 'C' : 'A', reason: 'tried: it starts, and closes what it should' },
    seenAt: AT,
    committedAt: new Date(AT.getTime() + (skill - 4) * 3_600_000),
  })
}

const NAMES = ['Ada Obi', 'Zoë Müller', 'بهرام می‌دانم', 'ශ්‍රී', '山田 太郎', 'Team 7', '<b>Bo</b>', 'x'.repeat(90)]

/**
 * The class report of `count` students of three sections, with every alert that a class can have: a grader error, absent
 * students, files that were not found, a folder that is not on the roster, weak isolation, and more.
 */
export function madeUpClass(labs: readonly Lab[], count: number): ClassReport {
  const names = Array.from({ length: count }, (_, i) => NAMES.at(i) ?? `Student ${i}`)
  const students = names.map((name, i) => ({ name, outbox: `s${i}`, folder: '', problem: null }))
  const rows = students.map((student, i) => {
    const report = madeUpReport(labs, student.name, Math.round((10 * ((i * 7) % count)) / (count - 1)))
    const gradings = labs.map((_, l) => ({
      ms: 1200 * (i % 9) + 40 * l,
      alerts: i === 3 && l === 0 ? ['tie: threw'] : [],
    }))
    const row = gradedStudent(student, report, gradings, i === 5 ? [{ id: '09-none', reason: 'no space left' }] : [])
    return i === 4 ? { ...row, labs: row.labs.map(lab => nothingFound(lab)) } : row
  })
  const failed = ungradedStudent({ ...students[0], name: 'Grace', outbox: 'grace' }, 'the sandbox did not start', AT)
  const person = (name: string, i: number, student: string | null = name): RosterRow => ({
    ...{ name, team: i % 20 === 19 ? 'Team 7' : null, student },
    more: { id: String(1000 + i), section: 'ABC'[i % 3], email: `${i}@uni.example` },
  })
  return {
    schema: 'backprop/class/v1',
    class: 'Deep learning, autumn',
    labs: labs.map(({ manifest: { id, title } }) => ({ id, title, maxPoints: 100 })),
    environment: { tier: 'A', tierReason: 'tried', backend: 'wasm', node: 'v26.10.0' },
    seed: null,
    writtenAt: AT.toISOString(),
    students: [...rows, failed],
    roster: [
      ...names.slice(0, -1).map((name, i) => person(name, i)),
      person('Grace', count),
      person('Absent Eve', count + 1, null),
    ],
  }
}

type Labs = ReturnType<typeof gradedStudent>['labs']

const nothingFound = (lab: Labs[number]): Labs[number] => ({
  ...lab,
  points: 0,
  treeHash: null,
  problem: 'src/neuron.ts is missing.\nsrc/neuron (1).ts looks like it.',
  exercises: lab.exercises.map(exercise => ({
    ...exercise,
    points: 0,
    status: 'missing',
    tests: Object.fromEntries(Object.keys(exercise.tests).map(id => [id, 'missing'])),
  })),
})
