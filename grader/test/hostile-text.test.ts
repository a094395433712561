import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { EXPORTERS, exportReport, type Final, type Report } from '@backprop/report'
import { safeJson } from '@backprop/safe-text'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ClassProgress } from '../src/class/class-progress.ts'
import { keepHistory } from '../src/class/history.ts'
import { makeOutputPaths } from '../src/class/output-paths.ts'
import type { GradedStudent, StudentResult } from '../src/class/student-result.ts'
import { writeClass } from '../src/class/write-class.ts'
import { findLabs } from '../src/course.ts'
import { renderExplanation } from '../src/explain/render.ts'
import type { Explanation } from '../src/explain/schema.ts'
import type { GradedLab } from '../src/pipeline/grade-lab.ts'
import type { Machine } from '../src/pipeline/machine.ts'
import type { Demands } from '../src/queue/grades.ts'
import type { QueueState } from '../src/queue/postgres/queue-state.ts'
import { stateText } from '../src/queue/state-text.ts'
import { whyNobody } from '../src/queue/workers.ts'
import { makeReport } from '../src/report/make-report.ts'
import { renderPage } from '../src/report/report-page.ts'
import { renderTable } from '../src/report/terminal.ts'
import { writeReport } from '../src/report/write-report.ts'
import { similarCsv } from '../src/similar/similar-csv.ts'
import { renderSimilarPage } from '../src/similar/similar-page.ts'
import type { SimilarReport } from '../src/similar/similar-report.ts'
import { WritableText } from './writable-text.ts'

/** Names, messages, notes and problems of strangers, at every exit: what a terminal or an eye would take for something else stays in. */

/** Control characters, halves of characters, and what is invisible or reorders text; by code points, as seen from outside. */
const UNSEEN =
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u034f\u061c\u115f\u1160\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff\u{e0000}-\u{e007f}]|\p{Cs}/u
const STRAY_JOINER = /[\u0000-\u02ff][\u200c\u200d]|[\u200c\u200d][\u0000-\u02ff]/u
/** What we write ourselves: CSV ends its lines with both, and begins with a mark for Excel. */
const ours = (text: string) => text.replace(/^\ufeff/, '').replaceAll('\r\n', '\n')

const expectSafe = (text: string, where: string) => {
  expect(ours(text), where).not.toMatch(UNSEEN)
  expect(ours(text), where).not.toMatch(STRAY_JOINER)
}
/** Where a workflow's runner reads along, a line may not be a command to it either. */
const expectHarmless = (text: string, where: string) => {
  expectSafe(text, where)
  expect(text, where).not.toMatch(/^\s*::|##\w*\[/m)
}

const ALL =
  '\u0000\u0007\u001b[2J\u001b]0;title\u0007\u0085\u009b31m\r\u007f\u00ad\u061c\u200b\u200e\u202e\u2066\u2028\u2060\ufeff\ud800\u{e0041}' +
  'a\u200cb\u200d \n::error::x\n##[error]y\n'
const hostile = fc
  .array(fc.oneof(fc.constantFrom(...ALL, ALL, '::', '##[', '<', '"'), fc.string({ unit: 'binary', maxLength: 3 })))
  .map(parts => parts.join(''))

const HASH = 'a'.repeat(64)
const AT = new Date('2026-11-21T12:00:00.000Z')
const machine: Machine = {
  ...{ tier: { id: 'A', reason: 'tried' }, backend: 'wasm', device: 'a processor', slowness: 2 },
  ...{ processor: 'a processor', node: 'v26.10.0' },
}

function gradedLab(text: string): GradedLab {
  const part = { points: 0, maxPoints: 1, status: 'error' } as const
  const test = { id: 'a-test', ...part, concept: text, ms: 1, notes: [text], message: text }
  const exercise = { id: 'an-exercise', title: text, ...part, tests: [test] }
  const about = { id: '01-lab', title: text, points: 0, maxPoints: 1, problem: text, treeHash: HASH, suiteHash: HASH }
  const log = [{ test: text, error: text, stack: text }]
  return { ...about, seed: 1, unlisted: [], alerts: [], log, exercises: [exercise] }
}
/** Overrides and comments, of an exercise and of the lab, and an extension. */
const finalOf = (text: string, points = 1): Final => ({
  points,
  overrides: ['an-exercise', null].map(exercise => ({ exercise, points, instead: 0, reason: text, by: text })),
  late: {
    ...{ due: AT.toISOString(), zone: 'UTC', extension: { instead: AT.toISOString(), reason: text } },
    ...{ handedIn: AT.toISOString(), evidence: 'seen', by: { days: 1, hours: 0, minutes: 0 }, days: 1, freeDays: 0 },
    ...{ percentPerDay: 10, of: 1, hardStop: null, deducted: 0.1 },
  },
  comments: ['an-exercise', null].map(exercise => ({ exercise, text, by: text })),
})
function reportOf(text: string): Report {
  const report = makeReport({ submission: text, labs: [gradedLab(text)], ...machine, seed: null, gradedAt: AT })
  return { ...report, finalPoints: 1, labs: report.labs.map(lab => ({ ...lab, final: finalOf(text) })) }
}

const CLASSROOM = {
  ...{ classroom: 'c', assignment: 'a', assignmentType: 'individual', owner: 'o', submission: 'submit/1' },
  ...{ commit: 'https://a.example/c', release: 'https://a.example/r', review: 'https://a.example/v' },
}

const row = (student: string, text: string, final?: Final): GradedStudent => ({
  ...{ student, outbox: 'a', status: 'graded', points: 0, maxPoints: 1, tier: 'A', seenAt: null, committedAt: null },
  gradedAt: AT.toISOString(),
  labs: [
    {
      id: '01-perceptron',
      points: 0,
      maxPoints: 1,
      problem: text,
      treeHash: HASH,
      suiteHash: HASH,
      ms: 1,
      exercises: [],
      final,
    },
  ],
})
const fault = (student: string, reason: string): StudentResult => ({
  ...{ student, outbox: 'b', status: 'grader-error', reason },
  gradedAt: AT.toISOString(),
})

test('the reports, the table on a terminal and all exports', () => {
  fc.assert(
    fc.property(hostile, text => {
      const report = reportOf(text)
      expectHarmless(safeJson(report), 'report.json')
      expectSafe(renderPage(report), 'report.html')
      expectHarmless(renderTable(report, new WritableText()), 'the terminal')
      for (const exporter of EXPORTERS)
        for (const file of exportReport(exporter, report, { classroom50: CLASSROOM })) expectSafe(file.text, file.name)
    }),
    { numRuns: 200 },
  )
})

test('every file that one report and one class write', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'backprop-hostile-'))
  try {
    await writeReport(folder, reportOf(ALL), [gradedLab(ALL)])
    const labs = (await findLabs('01')).map(lab => ({ ...lab, manifest: { ...lab.manifest, title: ALL } }))
    const rows = [row(ALL, ALL, finalOf(ALL)), fault(`b${ALL}`, ALL)]
    const roster = [ALL, `c${ALL}`].map(name => ({ name, team: ALL, student: null, more: { [ALL]: ALL } }))
    const environment = { tier: machine.tier.id, tierReason: machine.tier.reason, backend: machine.backend, node: ALL }
    const drawn = { seed: 1, seedKey: null }
    const facts = { name: ALL, labs, environment, drawn, roster, writtenAt: AT }
    await writeClass({ ...facts, rows }, await makeOutputPaths(join(folder, 'class')))
    await writeClass(
      { ...facts, rows: [row(ALL, ALL, finalOf(ALL, 0.5)), rows[1]] },
      await makeOutputPaths(join(folder, 'class')),
    )
    for (const result of rows) await keepHistory([result], await makeOutputPaths(join(folder, 'class')), AT)
    const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter(entry => entry.isFile())
    expect(files.map(({ name }) => name).sort()).toEqual(
      ['changes.json', 'changes.txt', 'class.csv', 'class.html', 'class.json', 'gradings.jsonl', 'gradings.jsonl', 'index.html', 'index.html', 'log.json', 'report.html', 'report.json'], // prettier-ignore
    )
    for (const { parentPath, name } of files) expectSafe(readFileSync(join(parentPath, name), 'utf8'), name)
    // Nothing is lost: programs read what was there.
    expect(JSON.parse(readFileSync(join(folder, 'log.json'), 'utf8'))).toMatchObject([{ error: ALL, stack: ALL }])
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})

function explanationOf(text: string): Explanation {
  const call = { number: 1, name: text, args: [text], ended: 'threw' as const, value: text }
  const failure = { message: text, expected: text, actual: text, where: 'labs/01-lab/hidden/a.test.ts:1' }
  const result = { reported: null, now: 'error' as const, callsLeftOut: 0 }
  return {
    schema: 'backprop/explanation/v1',
    audience: 'instructor',
    submission: text,
    lab: { id: '01-lab', title: text },
    exercise: { id: 'an-exercise', title: text },
    reported: { status: 'error', points: 0, maxPoints: 1, gradedAt: AT.toISOString() },
    signature: 'unsigned',
    run: { treeHash: HASH, suiteHash: HASH, seed: 1, seedKey: null, backend: 'wasm', tier: 'A', node: 'v26.10.0' },
    ...{ doubts: [text], notes: [text], problem: text, agrees: false },
    tests: [
      { id: 'a-test', concept: text, maxPoints: 1, ...result, calls: [call], failures: [failure], printed: text },
    ],
  }
}

test('the progress of a class, and an explanation', () => {
  fc.assert(
    fc.property(hostile, text => {
      const explanation = explanationOf(text)
      expectHarmless(renderExplanation(explanation, [], new WritableText()), 'an explanation')
      expectHarmless(safeJson(explanation), 'an explanation as JSON')
      const stream = new WritableText()
      const progress = new ClassProgress(stream as never, { all: 2, done: 0 })
      progress.add({ row: row(text, text), ran: true })
      progress.add({ row: fault(text, text), ran: true })
      progress.end()
      expectHarmless(stream.text, 'progress')
    }),
  )
})

test('what workers say of themselves, and the queue', () => {
  const demands: Demands = {
    ...{ lab: '01-lab', suite: HASH, grader: HASH, backend: 'wasm', tiers: ['A'], node: 26, seed: 1, seedKey: null },
    signer: null,
  }
  fc.assert(
    fc.property(hostile, text => {
      const able = {
        grader: text,
        backend: text,
        suites: { [text]: text },
        tier: 'A',
        node: 26,
        seedKey: text,
        signer: text,
      } as const
      const why = whyNobody([demands], [{ name: text, able }]) ?? ''
      expectHarmless(why, 'why no worker takes a job')
      expect(why.split('\n')).toHaveLength(2)
      const state: QueueState = {
        ...{ queued: 1, active: 1, done: 1, doneInLastMinute: 0, waiting: [{ demands, count: 1 }] },
        workers: [{ name: text, about: able, seenAt: AT, isHeard: true }],
        running: [{ key: HASH, lab: '01-lab', worker: text, since: AT }],
        setAside: [{ key: HASH, lab: '01-lab', log: text }],
      }
      expectHarmless(stateText(state, AT), 'the queue')
      expectHarmless(safeJson(state), 'the queue as JSON')
    }),
  )
})

function similarOf(text: string): SimilarReport {
  const [left, right] = [{ name: text, earlier: null }, { name: `b${text}`, earlier: text }] // prettier-ignore
  const place = { file: text, start: 0, end: text.length, firstLine: 1, lastLine: 1 }
  const fragment = { left: place, right: place, tokens: 12, others: 0 }
  return {
    ...{ schema: 'backprop/similar/v1', class: text, lab: { id: '01-lab', title: text }, writtenAt: AT.toISOString() },
    ...{ threshold: 0.5, compared: 3, pairsCompared: 3, pairsLeftOut: 1 },
    usual: { median: 0, top1Percent: 0, topOneInThousand: 0 },
    identical: [{ files: [text], authors: [left, right] }],
    pairs: [{ left, right, similarity: 1, longest: 12, sharedTokens: 12, fragments: [fragment] }],
    groups: [[left, right, { name: `c${text}`, earlier: null }]],
    leftOut: [{ ...left, why: text }],
  }
}

test('the page and the tables of similar submissions, with the code on them', () => {
  fc.assert(
    fc.property(hostile, text => {
      const report = similarOf(text)
      const files = new Map(report.pairs.flatMap(({ left, right }) => [left, right]).map(({ name, earlier }) => [JSON.stringify([name, earlier]), new Map([[text, text]])])) // prettier-ignore
      const page = renderSimilarPage(report, files)
      expectSafe(page, 'similar.html')
      expectSafe(similarCsv(report), 'similar.csv')
      expectHarmless(safeJson(report), 'similar.json')
    }),
    { numRuns: 100 },
  )
})
