import { xmlAttribute, xmlText } from '@backprop/safe-text'
import { explain, isGrade, type Row, rows } from '../rows.ts'
import type { Status } from '../status.ts'
import type { Exporter } from './exporter.ts'

type Attributes = Readonly<Record<string, string | number>>

/**
 * JUnit XML, one suite for each exercise. It has no attribute for points, and only a suite may have properties: they
 * are called `TEST.points` and `TEST.max_points`. Jenkins' xUnit plugin checks its schema, junit-10.xsd.
 */
export const junit: Exporter = {
  id: 'junit',
  about: 'whatever reads JUnit XML: GitLab, Jenkins',
  file: 'junit.xml',
  mediaType: 'application/xml',
  render(report) {
    const all = rows(report)
    const isPoints = isGrade(report)
    const children = report.labs.flatMap(lab =>
      lab.exercises.map(exercise => {
        const mine = all.filter(row => row.exercise === exercise)
        const cases = mine.map(testcase)
        const timestamp = report.provenance.gradedAt
        const about = { name: `${lab.id}/${exercise.id}`, ...counts(mine), timestamp }
        return element('testsuite', about, [...(isPoints ? pointsOf(mine) : []), ...cases])
      }),
    )
    const { skipped: _, ...sums } = counts(all)
    const about = { name: 'Backprop Labs', ...sums }
    return `${HEAD}\n${element('testsuites', about, children)}\n`
  },
}

const HEAD = '<?xml version="1.0" encoding="UTF-8"?>'
const CHILDREN: Readonly<Record<Status, 'failure' | 'error' | 'skipped' | null>> = {
  passed: null,
  failed: 'failure',
  'not-started': 'failure',
  blocked: 'skipped',
  error: 'error',
  timeout: 'error',
  'out-of-memory': 'error',
  missing: 'error',
  tampered: 'error',
  'grader-error': 'error',
}

function pointsOf(mine: readonly Row[]): string[] {
  const property = (name: string, value: number) => element('property', { name, value: String(value) })
  const properties = mine.flatMap(({ test: { id, points, maxPoints } }) => [
    property(`${id}.points`, points),
    property(`${id}.max_points`, maxPoints),
  ])
  return properties.length === 0 ? [] : [element('properties', {}, properties)]
}

function testcase({ lab, exercise, test, name }: Row): string {
  const child = CHILDREN[test.status]
  const why = explain(test)
  return element('testcase', { name, classname: `${lab.id}.${exercise.id}`, time: seconds([test.ms]) }, [
    ...(child === null ? [] : [element(child, { message: why.split('\n')[0], type: test.status }, why)]),
    ...(test.notes.length === 0 ? [] : [element('system-out', {}, test.notes.join('\n'))]),
  ])
}

function counts(all: readonly Row[]) {
  const count = (child: string) => all.filter(({ test }) => CHILDREN[test.status] === child).length
  return {
    tests: all.length,
    failures: count('failure'),
    errors: count('error'),
    skipped: count('skipped'),
    time: seconds(all.map(({ test }) => test.ms)),
  }
}

const seconds = (ms: readonly number[]) => (ms.reduce((sum, each) => sum + each, 0) / 1000).toFixed(3)

/** An element with text, or with elements on lines of their own. */
function element(name: string, attributes: Attributes, content: string | readonly string[] = []): string {
  const inside = Object.entries(attributes).map(([key, value]) => ` ${key}="${xmlAttribute(String(value))}"`)
  const open = `<${name}${inside.join('')}`
  if (content.length === 0) return `${open}/>`
  if (typeof content === 'string') return `${open}>${xmlText(content)}</${name}>`
  return `${open}>\n${content.join('\n')}\n</${name}>`
}
