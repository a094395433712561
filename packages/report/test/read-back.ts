import { Ajv2020 } from 'ajv/dist/2020.js'
import { parse as parseCsv } from 'csv-parse/sync'
import { XMLParser, XMLValidator } from 'fast-xml-parser'
import { micromark } from 'micromark'
import { gfm, gfmHtml } from 'micromark-extension-gfm'
import { expect } from 'vitest'
import type { ExportFile } from '../src/index.ts'
import { SCHEMAS } from './schemas.ts'

/** What another system makes of the files of an export. */
export interface Reading {
  /** Every test by its id or its name, with its points where the format has any. */
  readonly tests: readonly { readonly id: string; readonly points?: number; readonly maxPoints?: number }[]
  /** As the file itself gives them. */
  readonly total?: number
  readonly maxTotal?: number
}

/** Reads each export with an independent parser, and checks its schema if there is one. */
export const READERS: Readonly<Record<string, (files: readonly ExportFile[]) => Reading>> = {
  classroom50(files) {
    const result = valid<{ score: number; 'max-score': number; tests: Record<string, never>[] }>(
      'classroom50',
      files[0],
    )
    const tests = result.tests.map(test => ({ id: test.id, points: test.score, maxPoints: test['max-score'] }))
    return { tests, total: result.score, maxTotal: result['max-score'] }
  },
  'github-classroom'(files) {
    const results = files.filter(file => file.name.endsWith('.json'))
    const tests = results.map(file => {
      const { max_score: maxPoints, tests: own } = valid<{ max_score: number; tests: { score: number }[] }>(
        'githubClassroom',
        file,
      )
      return { id: file.name, points: own[0].score, maxPoints }
    })
    return { tests }
  },
  gradescope(files) {
    const { score, tests = [] } = valid<{ score?: number; tests?: GradescopeTest[] }>('gradescope', files[0])
    return {
      tests: tests.map(test => ({ id: test.extra_data.id, points: test.score, maxPoints: test.max_score })),
      total: score,
    }
  },
  junit(files) {
    const { testsuites } = readXml(files[0].text)
    const suites = list(testsuites.testsuite)
    const having = (cases: readonly TestCase[], child: string) =>
      String(cases.filter(each => Object.hasOwn(each, child)).length)
    const sums = (cases: readonly TestCase[]) => ({
      tests: String(cases.length),
      failures: having(cases, 'failure'),
      errors: having(cases, 'error'),
    })
    expect(testsuites).toMatchObject(sums(suites.flatMap(suite => list(suite.testcase))))
    const tests = suites.flatMap(suite => {
      const cases = list(suite.testcase)
      expect(suite).toMatchObject({ ...sums(cases), skipped: having(cases, 'skipped') })
      // The points of the cases are properties of the suite, in their order; without a grade there are none.
      const values = suite.properties ? list(suite.properties.property).map(({ value }) => Number(value)) : []
      return cases.map(({ name }, i) => ({ id: name, points: values[2 * i], maxPoints: values[2 * i + 1] }))
    })
    return { tests }
  },
  exercism(files) {
    const { tests = [] } = valid<{ tests?: { name: string }[] }>('exercism', files[0])
    return { tests: tests.map(({ name }) => ({ id: name })) }
  },
  prairielearn(files) {
    expect(Buffer.byteLength(files[0].text)).toBeLessThanOrEqual(1e6)
    const { score, tests = [] } = valid<{ score?: number; tests?: PrairieLearnTest[] }>('prairielearn', files[0])
    const maxTotal = tests.reduce((sum, test) => sum + test.max_points, 0)
    return {
      tests: tests.map(test => ({ id: test.description, points: test.points, maxPoints: test.max_points })),
      // Sixteen digits are enough to find the whole number again.
      total: score === undefined ? undefined : Math.round(score * maxTotal),
      maxTotal,
    }
  },
  csv(files) {
    const table = readCsv(files[0].text)
    return {
      tests: table.map(row => ({
        id: `${row.lab}/${row.exercise}/${row.test}`,
        points: row.points === '' ? undefined : Number(row.points),
        maxPoints: Number(row.max_points),
      })),
    }
  },
  markdown(files) {
    const html = readMarkdown(files[0].text)
    const [, points, maxPoints] = /<h2>(\d+) of (\d+) /.exec(html) ?? []
    const cells = [...html.matchAll(/<tr>\n<td[^]*?<\/tr>/g)].map(([row]) =>
      [...row.matchAll(/<td.*?>(.*?)<\/td>/g)].map(([, cell]) => cell),
    )
    const exercises = cells.map(row => /^(\d+) \/ (\d+)$|^–$/.exec(row[2]) ?? expect.unreachable(row.join('|')))
    return {
      tests: exercises.map(([, own, most], i) => ({ id: `row ${i}`, points: count(own), maxPoints: count(most) })),
      total: count(points),
      maxTotal: count(maxPoints),
    }
  },
}

interface GradescopeTest {
  readonly score: number
  readonly max_score: number
  readonly extra_data: { readonly id: string }
}

interface PrairieLearnTest {
  readonly description: string
  readonly points: number
  readonly max_points: number
}

/** As the parser gives it: nothing, one, or several of the same name; an element without anything is ''. */
type Elements<T> = undefined | '' | T | readonly T[]

interface TestCase {
  readonly name: string
  readonly failure?: { readonly '#text': string; readonly message: string }
}

interface JUnit {
  readonly testsuites: { readonly testsuite: Elements<TestSuite> }
}

interface TestSuite {
  readonly properties?: { readonly property: Elements<{ readonly name: string; readonly value: string }> }
  readonly testcase: Elements<TestCase>
}

const count = (text: string | undefined) => (text === undefined ? undefined : Number(text))
export function list<T>(elements: Elements<T>): readonly T[] {
  if (elements === undefined || elements === '') return []
  return isArray(elements) ? elements : [elements]
}

const isArray = <T>(elements: T | readonly T[]): elements is readonly T[] => Array.isArray(elements)

export function readXml(text: string): JUnit {
  expect(XMLValidator.validate(text)).toBe(true)
  expectJenkins(text)
  // What XML 1.0 allows and keeps unchanged; the parser is laxer.
  expect(text).not.toMatch(/]]>|="[^"]*[\n\t]/)
  expect(text).toMatch(/^[\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]*$/u)
  const options = { ignoreAttributes: false, attributeNamePrefix: '', parseAttributeValue: false, parseTagValue: false }
  return new XMLParser({ ...options, htmlEntities: true, trimValues: false }).parse(text) as JUnit
}

/**
 * Of junit-10.xsd, the schema of Jenkins' xUnit plugin: attributes (with ! those that must be there), then elements.
 */
const JENKINS: Readonly<Record<string, readonly [attributes: string, elements: string]>> = {
  testsuites: ['name time tests failures errors', 'testsuite'],
  testsuite: [
    'name! tests! failures! errors! group time skipped timestamp hostname id package file log url',
    'testsuite properties testcase system-out system-err',
  ],
  properties: ['', 'property'],
  property: ['name! value!', ''],
  testcase: ['name! time classname group', 'skipped error failure system-out system-err'],
  skipped: ['type message', '#text'],
  error: ['type message', '#text'],
  failure: ['type message', '#text'],
  'system-out': ['', '#text'],
}
const SUREFIRE_TIME = /^(([0-9]{0,3},)*[0-9]{3}|[0-9]{0,3})*(\.[0-9]*)?$/

type Element = Readonly<Record<string, readonly Element[] | Readonly<Record<string, string>> | string>>

function expectJenkins(text: string): void {
  const options = { preserveOrder: true, ignoreAttributes: false, attributeNamePrefix: '', parseTagValue: false }
  const [, root] = new XMLParser(options).parse(text) as [Element, Element]
  const check = (element: Element): void => {
    const name = Object.keys(element).find(key => key !== ':@') ?? ''
    if (name === '#text') return
    const [attributes, elements] = JENKINS[name]
    const given = Object.keys(element[':@'] ?? {})
    const known = attributes.replaceAll('!', '').split(' ')
    expect(
      given.filter(each => !known.includes(each)),
      `attributes of ${name}`,
    ).toEqual([])
    const needed = attributes.split(' ').flatMap(each => (each.endsWith('!') ? [each.slice(0, -1)] : []))
    expect(given, name).toEqual(expect.arrayContaining(needed))
    const { time = '' } = (element[':@'] ?? {}) as { time?: string }
    expect(time).toMatch(SUREFIRE_TIME)
    const children = element[name] as readonly Element[]
    const kinds = children.flatMap(child => Object.keys(child).filter(key => key !== ':@'))
    expect(
      kinds.filter(kind => kind !== '#text' && !elements.split(' ').includes(kind)),
      `in ${name}`,
    ).toEqual([])
    children.forEach(check)
  }
  check(root)
}

/** As GitHub reads it: its flavour of Markdown, with the HTML that is in it. */
export const readMarkdown = (text: string): string =>
  micromark(text, { extensions: [gfm()], htmlExtensions: [gfmHtml()], allowDangerousHtml: true })

export const readCsv = (text: string) => parseCsv<Record<string, string>>(text, { columns: true })

const ajv = new Ajv2020({ strict: true, strictRequired: false, strictTypes: false })
const validators = new Map(Object.entries(SCHEMAS).map(([name, schema]) => [name, ajv.compile(schema)]))

function valid<T>(schema: keyof typeof SCHEMAS, file: ExportFile): T {
  const data: unknown = JSON.parse(file.text)
  const validate = validators.get(schema)
  expect(validate?.(data), JSON.stringify(validate?.errors)).toBe(true)
  return data as T
}
