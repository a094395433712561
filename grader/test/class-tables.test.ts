import type { Status } from '@backprop/report'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { parse } from 'csv-parse/sync'
import { describe, expect, test } from 'vitest'
import { ClassProgress, duration } from '../src/class/class-progress.ts'
import { classJsonSchema, type ClassReport } from '../src/class/class-report.ts'
import { renderClassPage } from '../src/class/html/class-page.ts'
import { exerciseDiscriminations, testRecords } from '../src/class/item-analysis.ts'
import { centre, distribution } from '../src/class/statistics.ts'
import type { GradedStudent, StudentResult } from '../src/class/student-result.ts'
import { classCsv } from '../src/class/table.ts'
import { neuron as lab } from './tiny-labs.ts'
import { WritableText } from './writable-text.ts'

const { exercises } = lab.manifest
const AT = '2026-11-21T12:00:00.000Z'
const HASH = 'a'.repeat(64)

/** A row whose tests passed, but for those in `statuses` ("score/no-rows" → status). */
function graded(student: string, statuses: Readonly<Record<string, Status>> = {}): GradedStudent {
  const parts = exercises.map(({ id, tests }) => {
    const outcomes = tests.map(test => [test.id, statuses[`${id}/${test.id}`] ?? statuses['*'] ?? 'passed'] as const)
    const sum = (those: typeof tests) => those.reduce((total, { points }) => total + points, 0)
    const points = sum(tests.filter((_, i) => outcomes[i][1] === 'passed'))
    return { id, points, maxPoints: sum(tests), status: outcomes[0][1], tests: Object.fromEntries(outcomes) }
  })
  const points = parts.reduce((total, part) => total + part.points, 0)
  const one = { id: lab.manifest.id, points, maxPoints: 100, problem: null, treeHash: HASH, suiteHash: HASH, ms: 1500 }
  const rest = { points, maxPoints: 100, tier: 'A', seenAt: null, committedAt: null, gradedAt: AT } as const
  return { student, outbox: student, status: 'graded', ...rest, labs: [{ ...one, exercises: parts }] }
}
const fault = (student: string, reason = 'a fault'): StudentResult => ({
  student,
  outbox: student,
  status: 'grader-error',
  reason,
  gradedAt: AT,
})

function report(students: readonly StudentResult[]): ClassReport {
  return {
    schema: 'backprop/class/v1',
    class: 'group <1>',
    labs: [{ id: lab.manifest.id, title: lab.manifest.title, maxPoints: 100 }],
    environment: { tier: 'A', tierReason: 'tried', backend: 'wasm', node: 'v26.10.0' },
    seed: null,
    writtenAt: AT,
    students: [...students],
  }
}
const page = (...students: StudentResult[]) => renderClassPage(report(students), [lab])

describe('class.csv', () => {
  const table = (...rows: StudentResult[]) =>
    parse<Record<string, string>>(classCsv([lab], rows), { bom: true, columns: true })

  test('has a column for the total, the lab and each exercise, and they add up', () => {
    const [row] = table(graded('ada', { 'score/no-rows': 'failed' }))
    const [score] = exercises.map(({ tests }) => tests.reduce((sum, { points }) => sum + points, 0))
    expect(row).toMatchObject({ student: 'ada', status: 'graded', points: '95', max_points: '100', tier: 'A' })
    expect(row['01-neuron']).toBe('95')
    expect(row['01-neuron/score']).toBe(String(score - 5))
    const parts = exercises.map(({ id }) => Number(row[`01-neuron/${id}`]))
    expect(parts.reduce((a, b) => a + b)).toBe(95)
  })

  test('a grader error has no score at all, which is not a 0', () => {
    const [row, zero] = table(fault('ada', 'the suite is broken'), graded('bo', { '*': 'failed' }))
    expect(row).toMatchObject({ student: 'ada', status: 'grader-error', remark: 'the suite is broken' })
    for (const column of ['points', 'max_points', '01-neuron', '01-neuron/score']) {
      expect(row[column], column).toBe('')
      expect(zero[column], column).not.toBe('')
    }
  })

  test.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '＝1', '＋1', '－1', '＠A1', ' =1'])(
    'the name %j is no formula in a spreadsheet',
    name => expect(table(graded(name))[0].student).toBe(`'${name}`),
  )

  test.each(['two, "quotes"; and', 'Zoë', '山田', 'a-b', "o'neil"])('the name %j stays itself', name =>
    expect(table(graded(name))[0].student).toBe(name),
  )

  test('a name is one line, and holds nothing that cannot be seen', () => {
    expect(table(graded('Ada\r\n=1\u001b[31m'))[0].student).toBe('Ada ⏎ =1')
    expect(table(graded('\n=1'))[0].student).toBe("' ⏎ =1")
  })

  test('starts with a byte order mark, for the sake of Excel', () => {
    expect(classCsv([lab], [])).toMatch(/^\ufeff"student","status"/)
  })
})

describe('a roster', () => {
  const roster = [
    { name: 'Ada Obi', team: null, student: 'Ada Obi', more: { id: '1001', status: 'exchange' } },
    { name: 'Bo Li', team: 'Team 7', student: 'Team 7', more: { id: '=1002', status: '' } },
    { name: 'Cy Ek', team: 'Team 7', student: 'Team 7', more: { id: '1003', status: '' } },
    { name: 'Dee Fox', team: null, student: null, more: { id: '1004', status: '' } },
  ]
  const rows = [graded('Team 7'), graded('stranger'), graded('Ada Obi', { '*': 'failed' })]
  const table = parse<Record<string, string>>(classCsv([lab], rows, roster), { bom: true, columns: true })

  test('gives class.csv its columns and its order; a team has a row for each member', () => {
    expect(Object.keys(table[0]).slice(0, 6)).toEqual(['student', 'team', 'id', 'roster status', 'status', 'points'])
    expect(table.map(({ student, team, id, points, status }) => [student, team, id, points, status])).toEqual([
      ['Ada Obi', '', '1001', '0', 'graded'],
      ['Bo Li', 'Team 7', "'=1002", '100', 'graded'],
      ['Cy Ek', 'Team 7', '1003', '100', 'graded'],
      ['Dee Fox', '', '1004', '', 'absent'],
      ['stranger', '', '', '100', 'graded'],
    ])
    expect(table[0]['roster status']).toBe('exchange')
  })

  test('is in class.json, which fits its schema', () => {
    const validate = new Ajv2020({ formats: { 'date-time': true } }).compile(classJsonSchema())
    expect(validate({ ...report(rows), roster }), JSON.stringify(validate.errors)).toBe(true)
  })

  test('shows in class.html who has no folder, and which folder belongs to no student', () => {
    const text = renderClassPage({ ...report(rows), roster }, [lab])
    expect(text).toContain('<h2>1 on the roster without a folder</h2>')
    expect(text).toContain('<bdi>Dee Fox</bdi>')
    expect(text).toContain('<h2>1 not on the roster</h2>')
    expect(text).toContain('<bdi>stranger</bdi>')
  })
})

describe('class.json', () => {
  test('fits its published schema, and another table does not', () => {
    const validate = new Ajv2020({ formats: { 'date-time': true } }).compile(classJsonSchema())
    expect(validate(report([graded('ada'), fault('bo')])), JSON.stringify(validate.errors)).toBe(true)
    expect(validate(report([{ ...fault('bo'), points: 0 } as StudentResult])), 'a fault with a score').toBe(false)
  })
})

describe('class.html', () => {
  test('escapes every word, runs nothing but its own script, and asks for nothing from outside', () => {
    const nasty = '<script>alert(1)</script> "&\''
    const text = page({ ...graded(nasty), outbox: "a'b &c%" }, fault(`${nasty}2`, nasty))
    expect(text.match(/<script[^>]*>/g)).toEqual(['<script type="module">'])
    expect(text).toMatch(/<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'sha256-/)
    expect(text).toContain('&lt;script&gt;alert(1)&lt;/script&gt; &quot;&amp;&#39;</bdi>')
    expect(text.match(/(?:src|href)="[^"]*"/g)).toEqual(['href="students/a&#39;b%20%26c%25/report.html"'])
    expect(text).not.toMatch(/url\(|@import/)
  })

  test('marks that make a name read backwards are shown as such', () => {
    expect(page(graded('\u202egnp.exe'))).toContain('<bdi>\ufffdgnp.exe</bdi>')
  })

  test('names students without a score, weak isolation, and students who broke the rules', () => {
    const text = page(graded('a'), fault('b'), { ...graded('c'), tier: 'D' }, graded('d', { '*': 'tampered' }))
    expect(text).toContain('<h2>1 without a score</h2>')
    expect(text).toContain('1 graded in isolation tier D')
    expect(text).toContain('1 broke the rules of the grader’s channel')
    expect(page(graded('a'))).not.toContain('class="alert"')
    const found = 'src/neuron.ts is missing; found src/neuron (1).ts.'
    const [one, ...others] = graded('eve').labs
    const eve = { ...graded('eve'), labs: [{ ...one, problem: `src/quiz.ts is missing.\n${found}` }, ...others] }
    expect(page(graded('a'), eve)).toContain(`<bdi>eve</bdi>: ${found}`)
    expect(page(graded('a'), eve), 'beside the name').toContain(`>${found}</td>`)
  })

  test('has a row for each student of the roster, with id, section and status, and for each folder besides', () => {
    const missing = { ...graded('cy', { '*': 'missing' }) }
    missing.labs[0].treeHash = null
    const roster = [
      ...[graded('ada'), missing].map(({ student }, i) => rosterRow(student, i, student)),
      rosterRow('dee', 2, null),
      rosterRow('eve', 3, 'eve'),
    ]
    const students = [graded('ada'), missing, graded('idle', { '*': 'not-started' }), fault('gil')]
    expect(tableOf({ ...report(students), roster }, 'students')).toEqual([
      ['ada', '1000', 'A', 'graded', '100 / 100', ''],
      ['cy', '1001', 'B', 'files not found', '0 / 100', ''],
      ['dee', '1002', 'A', 'absent', '', ''],
      ['eve', '1003', 'B', 'not graded yet', '', ''],
      ['idle', '', '', 'not started', '0 / 100', ''],
      ['gil', '', '', 'no score', '', '‼ grader error: a fault'],
    ])
  })

  test('sums up each section, and counts only students with a score in its mean', () => {
    const students = [graded('ada'), graded('bo', { 'score/no-rows': 'failed' }), graded('cy'), graded('stranger')]
    const roster = [
      ...['ada', 'bo', 'cy'].map((name, i) => rosterRow(name, i, name)),
      rosterRow('dee', 2, null),
      rosterRow('eli', 1, 'bo'),
    ]
    expect(tableOf({ ...report(students), roster }, 'sections')).toEqual([
      ['A', '3', '2', '100 %', '100 %', '2'],
      ['B', '2', '2', '95 %', '95 %', '0'],
      ['no section', '1', '1', '100 %', '100 %', '1'],
    ])
    expect(renderClassPage(report(students), [lab]), 'without a roster').not.toContain('id="sections"')
  })
})

const rosterRow = (name: string, i: number, student: string | null) => ({
  ...{ name, team: null, student },
  more: { 'Student ID': String(1000 + i), section: 'AB'[i % 2] },
})

/** The texts in the body of a table of the class page. */
function tableOf(of: ClassReport, name: string): string[][] {
  const [, body] = renderClassPage(of, [lab])
    .split(`<table class="${name}"`)[1]
    .split(/<\/?tbody>/)
  return Array.from(body.matchAll(/<tr[^]*?<\/tr>/g), ([row]) =>
    Array.from(row.matchAll(/<t[hd][^>]*>([^]*?)<\/t[hd]>/g), ([, cell]) => cell.replace(/<[^>]*>/g, '').trim()),
  )
}

describe('what a class says of its tests', () => {
  const strong = (count: number, statuses = {}) => Array.from({ length: count }, (_, i) => graded(`s${i}`, statuses))
  const weak = (count: number, statuses = {}) =>
    strong(count, { '*': 'failed', 'score/worked-example': 'passed', ...statuses })
  const record = (rows: GradedStudent[], exercise: string, id: string) =>
    testRecords(lab, rows).find(each => each.exercise === exercise && each.id === id)!

  test('a test that the strong pass and the weak do not is sound', () => {
    const { all, bands, doubt } = record([...strong(10), ...weak(10)], 'predict', 'signs')
    expect({ all, doubt }).toEqual({ all: { ran: 20, passed: 10 }, doubt: null })
    expect(bands.map(({ passed, ran }) => `${passed}/${ran}`)).toEqual(['0/10', '0/0', '0/0', '0/0', '10/10'])
  })

  test('a test that no one passes is doubted', () => {
    const rows = [...strong(6, { 'predict/signs': 'failed' }), ...weak(6)]
    expect(record(rows, 'predict', 'signs').doubt).toBe('none of 12 passes it')
    expect(page(...rows)).toContain('none of 12 passes it')
    expect(record(rows.slice(0, 3), 'predict', 'signs').doubt, 'three say nothing').toBeNull()
  })

  test('a test that only the weak pass is doubted', () => {
    const rows = [...strong(8, { 'predict/signs': 'failed' }), ...weak(8, { 'predict/signs': 'passed' })]
    expect(record(rows, 'predict', 'signs').doubt).toBe('weak submissions pass it, and strong ones do not')
    expect(testRecords(lab, rows).filter(({ doubt }) => doubt).length, 'no other is').toBe(1)
  })

  test('a test that many are too slow for is doubted', () => {
    const rows = [...strong(10), ...strong(6, { 'score/any-shape': 'timeout' })]
    expect(record(rows, 'score', 'any-shape').doubt).toBe('6 of 16 are too slow for it')
  })

  test('stubs, refused files and exercises that wait for others say nothing of a test', () => {
    const refused = graded('r', { '*': 'error' })
    refused.labs[0].problem = 'it does not compile'
    const rows = [
      ...strong(5),
      refused,
      graded('n', { '*': 'not-started' }),
      graded('b', { 'predict/signs': 'blocked' }),
    ]
    expect(record(rows, 'predict', 'signs').all).toEqual({ ran: 5, passed: 5 })
  })

  test('discrimination is the correlation of a test with the points of the rest of the lab', () => {
    const half = { 'score/no-rows': 'failed', 'predict/signs': 'failed' } as const
    const rows = [...strong(10), ...strong(10, half), ...weak(10)]
    // The lab's other points decide: of 95 without the test, 95, those without predict/signs, and those of worked-example.
    const rest = rows.map(row => row.labs[0].points - (row.labs[0].exercises[0].tests['no-rows'] === 'passed' ? 5 : 0))
    const pass = rows.map((_, i) => (i < 10 ? 1 : 0))
    expect(record(rows, 'score', 'no-rows').discrimination).toBeCloseTo(pearson(pass, rest), 12)
    expect(record(rows, 'score', 'worked-example').discrimination, 'all pass').toBeNull()
    expect(record(rows.slice(0, 19), 'score', 'no-rows').discrimination, 'too few').toBeNull()
    expect(page(...rows)).toContain(`<td class="plain">${pearson(pass, rest).toFixed(2)}</td>`)
  })

  test('of an exercise it takes the share of its points, and leaves out stubs', () => {
    const rows = [...strong(10), ...strong(10, { 'score/no-rows': 'failed' }), ...weak(10)]
    const [score] = exerciseDiscriminations(lab, [...rows, ...strong(5, { '*': 'not-started' })])
    const own = rows.map(({ labs: [{ exercises }] }) => exercises[0].points)
    const rest = rows.map(({ points }, i) => points - own[i])
    expect(score).toBeCloseTo(pearson(own, rest), 12)
  })

  test('scores are counted by tenths, and full marks by themselves', () => {
    const rows = [graded('a'), graded('b', { 'score/no-rows': 'failed' }), graded('c', { '*': 'failed' })]
    expect(distribution(rows)).toEqual([1, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1])
    expect(centre(rows)).toEqual({ mean: 0.65, median: 0.95 })
    expect(centre([])).toBeNull()
  })
})

/** r = (n Σxy − Σx Σy) / √((n Σx² − (Σx)²)(n Σy² − (Σy)²)), the formula that is easy to do by hand. */
function pearson(x: readonly number[], y: readonly number[]): number {
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0)
  const [n, xy] = [x.length, sum(x.map((value, i) => value * y[i]))]
  const spread = (values: readonly number[]) => n * sum(values.map(value => value ** 2)) - sum(values) ** 2
  return (n * xy - sum(x) * sum(y)) / Math.sqrt(spread(x) * spread(y))
}

describe('progress of a class', () => {
  test('elsewhere than on a terminal it is a line per student, with the time left', () => {
    const text = new WritableText()
    let time = 0
    const progress = new ClassProgress(text as unknown as NodeJS.WriteStream, { all: 130, done: 10 }, () => time)
    time = 6000
    progress.add({ row: graded('a\u001b[31m\nb'), ran: true })
    time = 10_000
    progress.add({ row: fault('c', 'a fault'), ran: true })
    progress.end()
    expect(text.text).toBe(
      '11/130  a ⏎ b: 100 of 100 (1.5 s), about 12 min left\n12/130  c: grader error: a fault, about 10 min left\n',
    )
  })

  test('with workers the pace is that of the labs that they grade, and nothing is said before there is one', () => {
    const text = new WritableText()
    let time = 0
    const size = { all: 4, done: 0, labs: 2 }
    const progress = new ClassProgress(text as unknown as NodeJS.WriteStream, size, () => time)
    for (let lab = 0; lab < 2; lab++) progress.addLab(false)
    progress.add({ row: graded('stub'), ran: false })
    progress.workers = 1
    const addLabAt = (seconds: number) => {
      time = 1000 * seconds
      progress.addLab(true)
    }
    for (const seconds of [50, 60]) addLabAt(seconds)
    progress.add({ row: graded('b'), ran: true })
    progress.workers = 3
    for (const seconds of [70, 80]) addLabAt(seconds)
    progress.add({ row: graded('c'), ran: true })
    progress.say('a line')
    expect(text.text).toBe(
      '1/4  stub: 100 of 100\n' +
        '2/4  b: 100 of 100 (1.5 s), about 40 s left, 1 worker\n' +
        '3/4  c: 100 of 100 (1.5 s), about 20 s left, 3 workers\n' +
        'a line\n',
    )
  })

  test('a length of time is said as people say it', () => {
    expect([400, 8000, 95_000, 240_000, 7_800_000].map(duration)).toEqual(['0 s', '8 s', '95 s', '4 min', '2 h 10 min'])
  })
})
