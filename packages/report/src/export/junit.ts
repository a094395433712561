import { xmlAttribute, xmlText } from '@backprop/safe-text'
import { explain, isGrade, rows, type Row } from '../rows.ts'
import type { Status } from '../status.ts'
import type { Exporter } from './exporter.ts'

type Attributes = Readonly<Record<string, string | number>>

/** JUnit XML, with the points as properties, for which it has no attribute. One suite for each exercise. */
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
        const cases = mine.map(row => testcase(row, isPoints))
        return element('testsuite', { name: `${lab.id}/${exercise.id}`, ...counts(mine) }, cases)
      }),
    )
    const about = { name: 'Backprop Labs', ...counts(all), timestamp: report.provenance.gradedAt.slice(0, 19) }
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

function testcase({ lab, exercise, test, id, name }: Row, isPoints: boolean): string {
  const points = isPoints ? { points: test.points, max_points: test.maxPoints } : {}
  const properties = Object.entries({ id, ...points })
  const child = CHILDREN[test.status]
  const why = explain(test)
  return element('testcase', { name, classname: `${lab.id}.${exercise.id}`, time: seconds([test.ms]) }, [
    element(
      'properties',
      {},
      properties.map(([property, value]) => element('property', { name: property, value: String(value) })),
    ),
    ...(child === null ? [] : [element(child, { message: why.split('\n')[0], type: test.status }, why)]),
    ...(test.notes.length === 0 ? [] : [element('system-out', {}, test.notes.join('\n'))]),
  ])
}

function counts(all: readonly Row[]): Attributes {
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
