import { plainText, safeLine } from '@backprop/safe-text'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  assemble,
  contextFor,
  EXPORT_HELP,
  EXPORTERS,
  exportReport,
  parseExports,
  type Report,
  score,
  type Status,
} from '../src/index.ts'
import { list, readCsv, readMarkdown, readXml } from './read-back.ts'
import { anyReport, CLASSROOM50, NASTY, REALISTIC } from './reports.ts'

const context = contextFor(EXPORTERS, CLASSROOM50)

function textOf(id: string, report: Report): string {
  const [exporter] = parseExports(id)
  return exportReport(exporter, report, context)[0].text
}
const jsonOf = (id: string, report: Report) => JSON.parse(textOf(id, report)) as Record<string, unknown>

interface Told {
  readonly message?: string
  readonly notes?: readonly string[]
}

/** A report of one lab and one exercise with these tests. */
function reportOf(tests: readonly (readonly [string, Status, Told?])[], problem: string | null = null): Report {
  const scale = tests.map(([concept], i) => ({ id: `t${i}`, points: 1, concept }))
  const outcomes = tests.map(([, status, told], i) => ({
    exercise: 'e',
    test: `t${i}`,
    status,
    ms: 1,
    notes: [],
    ...told,
  }))
  const exercise = { id: 'e', title: 'An exercise', requires: [], tests: scale }
  const { environment, provenance } = REALISTIC
  return assemble({
    suite: 'visible',
    submission: 'ada',
    labs: [
      {
        ...score({ id: '01-lab', title: 'A lab', exercises: [exercise] }, outcomes),
        problem,
        treeHash: null,
        suiteHash: provenance.suiteHash,
        seed: 0,
      },
    ],
    environment,
    seed: null,
    gradedAt: new Date(provenance.gradedAt),
  })
}

describe.each(EXPORTERS)('$id', exporter => {
  test.each(exportReport(exporter, REALISTIC, context))('writes $name as it did', async ({ name, text }) => {
    await expect(text).toMatchFileSnapshot(`golden/${name}`)
  })
})

describe('--export', () => {
  test('takes a list of names, each once', () => {
    expect(parseExports('junit, csv,junit').map(({ id }) => id)).toEqual(['junit', 'csv'])
  })

  test.each(['junti', '', 'junit,'])('"%s" is refused with the names that there are', list => {
    expect(() => parseExports(list)).toThrow(
      /^There is no export "(junti)?"\. There are: classroom50, github-classroom, gradescope, junit, exercism, prairielearn, csv, markdown\.$/,
    )
  })

  test('has a line of help for each name', () => {
    expect(EXPORT_HELP).toMatchInlineSnapshot(`
      "  classroom50       classroom50/result.json    Classroom 50
        github-classroom  github-classroom/*.json    autograding-grading-reporter, beside env and runners
        gradescope        gradescope/results.json    Gradescope autograder
        junit             junit.xml                  whatever reads JUnit XML: GitLab, Jenkins
        exercism          exercism/results.json      Exercism test runner, version 3
        prairielearn      prairielearn/results.json  PrairieLearn external grader
        csv               report.csv                 a spreadsheet with a row for each test
        markdown          summary.md                 the summary of a GitHub job"
    `)
  })
})

describe('classroom50', () => {
  test('names the variables that are not set', () => {
    const { ASSIGNMENT: _, OWNER: __, COMMIT_URL: ___, ...rest } = CLASSROOM50
    expect(() => contextFor(parseExports('csv,classroom50'), rest)).toThrowErrorMatchingInlineSnapshot(
      `[ExportRefused: classroom50 cannot be written without ASSIGNMENT, OWNER or USERNAME, COMMIT_URL: environment variables that Classroom 50 sets where it grades. Set them, or leave classroom50 out of --export.]`,
    )
    expect(() => contextFor(parseExports('csv'), {}), 'it was not requested').not.toThrow()
  })

  test('takes USERNAME for OWNER, COMMIT_URL for REVIEW_URL, and an assignment as individual', () => {
    const { OWNER: _, REVIEW_URL: __, ASSIGNMENT_TYPE: ___, ...rest } = CLASSROOM50
    const [exporter] = parseExports('classroom50')
    const [{ text }] = exportReport(exporter, REALISTIC, contextFor([exporter], { ...rest, USERNAME: 'zoë' }))
    expect(JSON.parse(text)).toMatchObject({
      owner: 'zoë',
      review: CLASSROOM50.COMMIT_URL,
      assignment_type: 'individual',
    })
  })

  test.each([
    [{ SUBMISSION_TAG: 'v1' }, 'SUBMISSION_TAG is "v1", but must begin with "submit/".'],
    [{ ASSIGNMENT_TYPE: 'team' }, 'ASSIGNMENT_TYPE is "team", but must be individual or group.'],
  ])('refuses %o', (change, message) => {
    expect(() => contextFor(parseExports('classroom50'), { ...CLASSROOM50, ...change })).toThrow(message)
  })

  test('dates a submission by itself, and by the grading only where it has no date', () => {
    expect(jsonOf('classroom50', REALISTIC)).toMatchObject({
      datetime: '2026-11-20T23:59:59Z',
      graded_at: '2026-11-21T12:00:00Z',
    })
    expect(jsonOf('classroom50', reportOf([]))).toMatchObject({ datetime: '2026-11-21T12:00:00Z' })
  })
})

describe('github-classroom', () => {
  const filesOf = (report: Report) => exportReport(parseExports('github-classroom')[0], report, context)

  test('its variables hold what the files hold, under names that a shell takes', () => {
    fc.assert(
      fc.property(anyReport(['passed', 'failed', 'error']), report => {
        const files = new Map(filesOf(report).map(({ name, text }) => [name.slice('github-classroom/'.length), text]))
        const runners = (files.get('runners') ?? '').trim().split(',').filter(Boolean)
        const lines = (files.get('env') ?? '').split('\n').slice(0, -1)
        expect(lines.map(line => line.split('=')[0])).toEqual(runners.map(name => `${name.toUpperCase()}_RESULTS`))
        for (const [i, line] of lines.entries()) {
          const [, name, value] = /^([A-Z_][A-Z0-9_]*)=([A-Za-z0-9+/=]+)$/.exec(line) ?? []
          expect(name).toBeDefined()
          expect(Buffer.from(value, 'base64').toString('utf8')).toBe(files.get(`${runners[i]}.json`))
        }
      }),
    )
  })

  test('what the reporter prints is no command to the runner', () => {
    fc.assert(
      fc.property(anyReport(['passed', 'failed', 'error']), report => {
        for (const { text } of filesOf(report)) expect(text).not.toMatch(/::|##\[/)
      }),
    )
  })
})

describe('junit', () => {
  test('gives every text back as it was', () => {
    fc.assert(
      fc.property(fc.constantFrom(...NASTY), fc.string({ unit: 'binary' }), (concept, message) => {
        const { testsuites } = readXml(textOf('junit', reportOf([[concept, 'failed', { message }]])))
        const [{ name, failure }] = list(list(testsuites.testsuite)[0].testcase)
        expect(name).toBe(`01-lab An exercise: ${plainText(concept, 200)}`)
        expect(failure).toMatchObject({
          message: 'Your code gave a wrong answer.',
          '#text': `Your code gave a wrong answer.\n${plainText(message, 2000)}`,
        })
      }),
    )
  })
})

describe('csv', () => {
  test('gives every text back, and none of it is a formula', () => {
    fc.assert(
      fc.property(anyReport(['passed', 'failed']), report => {
        const concepts = report.labs.flatMap(lab =>
          lab.exercises.flatMap(exercise => exercise.tests.map(each => safeLine(plainText(each.concept, 200)))),
        )
        const rows = readCsv(textOf('csv', report))
        expect(rows.map(row => row.concept.replace(/^'/, ''))).toEqual(concepts.map(each => each.replace(/^'/, '')))
        for (const cell of rows.flatMap(row => Object.values(row))) expect(cell.trim()).not.toMatch(/^[=+\-@|%]/)
      }),
    )
  })

  test.each(['=1+1', '+1', '-1', '@SUM(A1)', ' =1', '\t=1', '\n=1', '\u200b=1', '＝1', '|calc', '%0A'])(
    '%j is text to a spreadsheet',
    concept => {
      expect(readCsv(textOf('csv', reportOf([[concept, 'passed']])))[0].concept).toBe(`'${safeLine(concept)}`)
    },
  )

  test('a text that some program would split is quoted', () => {
    expect(textOf('csv', reportOf([['a;=1', 'passed']]))).toContain('"a;=1"')
  })
})

describe('markdown', () => {
  const ours = /^(h2|h3|p|table|thead|tbody|tr|th|td|br|details|summary|pre)$/

  test('whatever a text holds makes no element, no link and no command', () => {
    fc.assert(
      fc.property(anyReport(['passed', 'failed', 'error']), report => {
        const text = textOf('markdown', report)
        const shown = readMarkdown(text)
        const names = [...shown.matchAll(/<\/?([^\s/>]+)/g)].map(([, name]) => name)
        expect(names.filter(name => !ours.test(name))).toEqual([])
        expect(text, 'commands of a workflow').not.toMatch(/::|##\[/)
        expect(
          decode(shown.replace(/<pre>[^]*?<\/pre>/g, '')),
          'what some programs make links, mentions and emoji of',
        ).not.toMatch(/@\w|#\d|:\/\/|www\.|:\w+:/i)
      }),
    )
  })

  test.each(NASTY.filter(text => text.trim() !== ''))('%j is read as it was written', text => {
    const shown = readMarkdown(textOf('markdown', reportOf([['a test', 'error', { message: text }]])))
    const [, inside] = /<pre>\n([^]*)\n<\/pre>/.exec(shown) ?? []
    expect(decode(inside)).toBe(`Your code ended in an error.\n${plainText(text, 2000)}`)
  })

  test('a visible report says that it is no grade', () => {
    const text = textOf('markdown', reportOf([['a', 'passed'], ['b', 'failed']])) // prettier-ignore
    expect(text).toMatch(/^## 1 of 2 visible tests pass\n\nVisible tests: feedback, not a grade\./)
  })
})

const NAMED: Readonly<Record<string, string>> = { lt: '<', gt: '>', quot: '"', amp: '&' }
const decode = (html: string): string =>
  html.replace(/&(?:#(\d+)|(\w+));/g, (_, code: string | undefined, name: string) =>
    code === undefined ? NAMED[name] : String.fromCharCode(Number(code)),
  )

describe('exercism', () => {
  test('is an error only when every test is one, and then says why', () => {
    const broken = reportOf([['a', 'error'], ['b', 'error']], 'src/a.ts:1:2: unexpected }') // prettier-ignore
    expect(jsonOf('exercism', broken)).toMatchObject({ status: 'error', message: 'src/a.ts:1:2: unexpected }' })
    expect(jsonOf('exercism', reportOf([['a', 'error'], ['b', 'passed']]))).toMatchObject({ status: 'fail' }) // prettier-ignore
    expect(jsonOf('exercism', reportOf([['a', 'passed']]))).toMatchObject({ status: 'pass' })
  })

  test('a fault of the grader is a run that failed, not a test that did', () => {
    const { version, status, tests } = jsonOf('exercism', reportOf([['a', 'grader-error'], ['b', 'passed']])) // prettier-ignore
    expect({ version, status, tests }).toEqual({ version: 1, status: 'error', tests: undefined })
  })

  test('nothing tested is no pass', () => {
    expect(jsonOf('exercism', reportOf([]))).toMatchObject({ status: 'error', message: 'There are no tests.' })
  })

  test('an output of more than 500 characters is cut, and says so', () => {
    const notes = ['x'.repeat(400), 'y'.repeat(400)]
    const { tests } = jsonOf('exercism', reportOf([['a', 'passed', { notes }]])) as { tests: { output: string }[] }
    expect(tests[0].output).toHaveLength(500)
    expect(tests[0].output).toMatch(/^x{400}\ny+… \(cut\)$/)
  })
})

describe('prairielearn', () => {
  const many = (count: number) =>
    reportOf(Array.from({ length: count }, () => ['a'.repeat(150), 'failed', { message: 'm'.repeat(2000) }] as const))

  test('leaves words out rather than become too large, and never a test', () => {
    const text = textOf('prairielearn', many(1000))
    expect(text.length).toBeLessThanOrEqual(1e6)
    expect((JSON.parse(text) as { tests: unknown[] }).tests).toHaveLength(1000)
  })

  test('refuses what cannot be made small enough', () => {
    expect(() => textOf('prairielearn', many(4000))).toThrow(
      'prairielearn takes at most 1000000 bytes, and the names of 4000 tests alone are more.',
    )
  })

  test('what does not compile is not gradable, and says why; it costs no attempt', () => {
    const broken = reportOf([['a', 'error'], ['b', 'error']]) // prettier-ignore
    const [lab] = broken.labs
    const report = { ...broken, labs: [{ ...lab, problem: 'src/a.ts:1:1: Expected ";"' }] }
    expect(jsonOf('prairielearn', report)).toEqual({
      gradable: false,
      message: 'Nothing of this submission could be run, so it was not graded. It costs no attempt.',
      format_errors: ['01-lab: src/a.ts:1:1: Expected ";"'],
    })
    const half = reportOf([['a', 'error'], ['b', 'passed']]) // prettier-ignore
    const graded = { ...half, labs: [{ ...half.labs[0], problem: 'src/a.ts:1:1: Expected ";"' }] }
    expect(jsonOf('prairielearn', graded), 'one file of several').toMatchObject({ gradable: true })
    expect(jsonOf('prairielearn', broken), 'errors of its own').toMatchObject({ gradable: true, score: 0 })
  })

  test('the score is 0 where no points can be earned', () => {
    expect(jsonOf('prairielearn', reportOf([]))).toMatchObject({ gradable: true, score: 0 })
  })
})
