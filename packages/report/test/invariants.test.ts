import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { contextFor, EXPORTERS, ExportRefused, exportReport, type Report, STATUSES } from '../src/index.ts'
import { READERS } from './read-back.ts'
import { anyReport, CLASSROOM50 } from './reports.ts'

const context = contextFor(EXPORTERS, CLASSROOM50)
const exportOf = (exporter: (typeof EXPORTERS)[number], report: Report) => exportReport(exporter, report, context)
const OURS = 'grader-error'
const gradable = anyReport(STATUSES.filter(status => status !== OURS))
const testsOf = (report: Report) => report.labs.flatMap(lab => lab.exercises.flatMap(exercise => exercise.tests))
const sum = (values: readonly (number | undefined)[]) =>
  values.reduce<number>((total, value) => total + (value ?? 0), 0)

test('there is a reader for each exporter', () => {
  expect(Object.keys(READERS)).toEqual(EXPORTERS.map(({ id }) => id))
})

describe.each(EXPORTERS)('$id: whatever the report and its texts', exporter => {
  const read = READERS[exporter.id]
  const isByExercise = ['github-classroom', 'markdown'].includes(exporter.id)
  const hasPoints = exporter.id !== 'exercism'

  test('what is written can be read, no test is lost or doubled, and the parts add up to the total', () => {
    fc.assert(
      fc.property(gradable, report => {
        fc.pre(exporter.id !== 'prairielearn' || report.labs.some(({ problem }) => problem === null))
        const { tests, total, maxTotal } = read(exportOf(exporter, report))
        expect(new Set(tests.map(({ id }) => id)).size).toBe(tests.length)
        const exercises = report.labs.flatMap(lab => lab.exercises)
        const counted = exporter.id === 'markdown' ? exercises : exercises.filter(({ maxPoints }) => maxPoints > 0)
        expect(tests).toHaveLength(isByExercise ? counted.length : testsOf(report).length)
        if (!hasPoints) return
        expect(sum(tests.map(({ points }) => points))).toBe(report.points)
        expect(sum(tests.map(({ maxPoints }) => maxPoints))).toBe(report.maxPoints)
        expect(tests.every(({ points = NaN, maxPoints = NaN }) => points >= 0 && points <= maxPoints)).toBe(true)
        expect(total ?? report.points).toBe(report.points)
        expect(maxTotal ?? report.maxPoints).toBe(report.maxPoints)
      }),
    )
  })

  test('a fault of the grader never becomes a score', () => {
    const faulty = anyReport(['passed', OURS]).filter(report => testsOf(report).some(({ status }) => status === OURS))
    fc.assert(
      fc.property(faulty, report => {
        let reading
        try {
          reading = read(exportOf(exporter, report))
        } catch (error) {
          expect(error).toBeInstanceOf(ExportRefused)
          return
        }
        expect(reading.total).toBeUndefined()
        expect(reading.tests.map(({ points }) => points)).toEqual(reading.tests.map(() => undefined))
      }),
    )
  })

  test('the same report gives the same bytes, at the names that the help promises', () => {
    const pattern = new RegExp(`^${exporter.file.replaceAll('.', '[.]').replace('*', '[a-z0-9_]+')}$`)
    fc.assert(
      fc.property(gradable, report => {
        const files = exportOf(exporter, report)
        expect(exportOf(exporter, structuredClone(report))).toEqual(files)
        expect(files.every(({ name }) => pattern.test(name) || /^github-classroom\/(env|runners)$/.test(name))).toBe(
          true,
        )
      }),
      { numRuns: 20 },
    )
  })
})
