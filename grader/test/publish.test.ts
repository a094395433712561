import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { type Report, score, type Status } from '@backprop/report'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type FetchedSubmission, writeFetched } from '../src/class/fetched.ts'
import { Journal, type RunSettings } from '../src/class/journal.ts'
import { gradedStudent, type StudentResult, ungradedStudent } from '../src/class/student-result.ts'
import { publish } from '../src/cli/publish-command.ts'
import { checkNameOf, checkRunOf } from '../src/github/check-run.ts'
import { publishAll } from '../src/github/publish.ts'
import { takeIn } from '../src/intake/take-lab-in.ts'
import { makeReport } from '../src/report/make-report.ts'
import { GitHubApi } from './github-api.ts'
import { run } from './running.ts'
import { course, neuron as lab } from './tiny-labs.ts'

const checkRunsOf = (report: Report) => report.labs.map(lab => checkRunOf(report, lab))

const COMMITS = ['a', 'b', 'c'].map(letter => letter.repeat(40))
const SUITE = '5'.repeat(64)

let api: GitHubApi
beforeEach(async () => void (api = await GitHubApi.start()))
afterEach(() => api.stop())

/** A class that was fetched and graded: per student, what became of every test. */
class Class {
  readonly reports = mkdtempSync(join(tmpdir(), 'class ö '))
  readonly fetched = mkdtempSync(join(tmpdir(), 'fetched ö '))
  readonly #submissions: FetchedSubmission[] = []
  readonly #rows: StudentResult[] = []

  async add(
    name: string,
    status: Status | 'no report' | 'fault',
    { repository = '', suiteHash = SUITE } = {},
  ): Promise<Report | null> {
    const commit = COMMITS[this.#submissions.length]
    const submission = {
      name,
      repository: repository || `https://github.com/uni/${name}`,
      branch: null,
      commit,
      before: null,
    }
    const seen = { committedAt: null, seenAt: null, leftOut: { count: 0, first: [] }, problem: null }
    this.#submissions.push({ ...submission, ...seen, status: 'changed' })
    const student = { name, outbox: name, folder: join(this.fetched, name), problem: null }
    this.hand(name, `export const score = '${name}'\n`)
    if (status === 'no report') return null
    if (status === 'fault') {
      this.#rows.push(ungradedStudent(student, 'the sandbox broke', new Date(0)))
      return null
    }
    const { treeHash } = await takeIn(student.folder, lab.manifest.id, lab.manifest.edit)
    const outcomes = lab.manifest.exercises.flatMap(({ id, tests }) =>
      tests.map(each => ({ exercise: id, test: each.id, status, ms: 1, notes: [] })),
    )
    const graded = {
      ...score(lab.manifest, outcomes),
      problem: null,
      treeHash,
      suiteHash,
      seed: 1,
      unlisted: [],
      alerts: [],
      log: [],
    }
    const tier = { id: 'A', reason: 'it works' } as const
    const report = makeReport({
      submission: name,
      labs: [graded],
      tier,
      backend: 'plain',
      slowness: 1,
      processor: 'a processor',
      node: 'v26.10.0',
      seed: null,
      gradedAt: new Date(0),
    })
    this.#rows.push(gradedStudent(student, report, [{ ms: 1, alerts: [] }]))
    mkdirSync(join(this.reports, 'students', name), { recursive: true })
    writeFileSync(join(this.reports, 'students', name, 'report.json'), JSON.stringify(report))
    return report
  }

  /** The student's file, as it lies in the folder that was fetched. */
  hand(name: string, code: string): void {
    const file = join(this.fetched, name, 'labs', lab.manifest.id, lab.manifest.edit[0])
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, code)
  }

  async write(): Promise<void> {
    await writeFetched(this.fetched, {
      schema: 'backprop/fetch/v1',
      fetchedAt: new Date(0).toISOString(),
      submissions: this.#submissions,
    })
    const terms: RunSettings = {
      shard: null,
      workers: false,
      ...{
        submissions: this.fetched,
        labs: [lab.manifest.id],
        only: null,
        seed: null,
        seedKey: null,
        official: true,
        backend: 'plain',
      },
      ...{ tier: 'A', node: 'v26', signingKey: null, suites: {}, grader: 'g' },
    }
    const journal = await Journal.begin(join(this.reports, 'journal.jsonl'), terms, [], this.reports)
    for (const row of this.#rows) await journal.add({ row })
    await journal.close()
  }
}

const commandOn = (group: Class, env: Record<string, string | undefined> = {}) =>
  run(publish, ['--class', group.reports, '--fetched', group.fetched, '--api', api.url], {
    course,
    env: { GITHUB_TOKEN: api.token, ...env },
  })

/** Publishes without waiting, and says how long it would have waited. */
async function publishOn(
  group: Class,
  {
    now = () => new Date(),
    token = api.token,
    released = null,
  }: { now?: () => Date; token?: string; released?: ReadonlySet<string> | null } = {},
) {
  const waits: number[] = []
  const results = await publishAll({
    ...{
      reports: group.reports,
      fetched: group.fetched,
      labs: [lab],
      released,
      server: 'https://github.com',
      url: api.url,
      token,
      now,
    },
    signal: new AbortController().signal,
    sleep: seconds => Promise.resolve(void waits.push(seconds)),
  })
  return { results, waits }
}

async function classOf(students: Readonly<Record<string, Parameters<Class['add']>[1]>>): Promise<Class> {
  const group = new Class()
  for (const [name, status] of Object.entries(students)) await group.add(name, status)
  await group.write()
  return group
}

describe('pnpm grade publish', () => {
  test('posts only labs that are released, also if there is no score', async () => {
    const group = await classOf({ ada: 'passed', bo: 'fault' })
    const { results } = await publishOn(group, { released: new Set(['05-mnist-mlp']) })
    const reason = `term.yaml marks none of its labs as released: ${lab.manifest.id}`
    expect(results).toEqual(['ada', 'bo'].map(name => ({ name, status: 'skipped', reason })))
    expect(api.runs).toEqual([])
    await publishOn(group, { released: new Set([lab.manifest.id]) })
    expect(api.runs).toHaveLength(2)
  })

  test('reads term.yaml in the root of the course, or where it is said to be', async () => {
    const group = await classOf({ ada: 'passed' })
    const term = join(group.reports, 'term.yaml')
    writeFileSync(term, `labs:\n  ${lab.manifest.id}: { due: 2026-11-30T23:59Z }\n`)
    const args = ['--class', group.reports, '--fetched', group.fetched, '--api', api.url, '--term', term]
    const { stdout } = await run(publish, args, { course, env: { GITHUB_TOKEN: api.token } })
    expect(stdout).toContain('0 posted, 0 updated, 0 unchanged, 1 skipped, 0 failed')
    expect(stdout).toContain(`· ada: term.yaml marks none of its labs as released: ${lab.manifest.id}`)
  })

  test('posts points and fixed words to the commit that was graded; lost points are no failure', async () => {
    const group = await classOf({ zoe: 'passed', bob: 'failed' })
    const { code, stdout, stderr } = await commandOn(group)
    expect({ code, stdout }).toEqual({ code: 0, stdout: '2 posted, 0 updated, 0 unchanged, 0 skipped, 0 failed\n' })
    expect(stderr).toBe('zoe: posted\nbob: posted\n')
    const [zoe, bob] = api.runs
    expect(zoe).toMatchObject({
      ...{ name: 'Backprop Labs: 01-neuron', head_sha: COMMITS[0], status: 'completed', conclusion: 'success' },
      ...{ completed_at: new Date(0).toISOString(), output: { title: '100 of 100 points' } },
    })
    expect(zoe.external_id).toMatch(/^backprop\/01-neuron:[0-9a-f]{64}:[0-9a-f]{64}$/)
    expect(bob).toMatchObject({ head_sha: COMMITS[1], conclusion: 'neutral', output: { title: '0 of 100 points' } })
    expect(bob.output.summary).toContain(`${lab.manifest.exercises[0].tests[0].concept}: gave a wrong answer`)
    expect(api.writes()).toEqual(['POST /repos/uni/zoe/check-runs', 'POST /repos/uni/bob/check-runs'])
  })

  test('a second time nothing is written', async () => {
    const group = await classOf({ zoe: 'failed' })
    await publishOn(group)
    const { results } = await publishOn(group)
    expect(results).toEqual([{ name: 'zoe', status: 'unchanged', reason: '' }])
    expect(api.writes()).toHaveLength(1)
  })

  test('requests that write are a second apart, as GitHub asks', async () => {
    const { waits } = await publishOn(await classOf({ zoe: 'passed', bob: 'failed', eve: 'passed' }))
    expect(waits).toEqual([1, 1])
  })

  test('after a regrade the check run is changed, and no other is made', async () => {
    await publishOn(await classOf({ zoe: 'failed' }))
    const regraded = new Class()
    await regraded.add('zoe', 'passed', { suiteHash: '6'.repeat(64) })
    await regraded.write()
    const { results } = await publishOn(regraded)
    expect(results).toEqual([{ name: 'zoe', status: 'updated', reason: '' }])
    expect(api.runs).toHaveLength(1)
    expect(api.runs[0]).toMatchObject({ conclusion: 'success', output: { title: '100 of 100 points' } })
  })

  test.each([
    ['with full marks', { conclusion: 'success', output: { title: '100 of 100 points', summary: 'Well done' } }],
    ['that is ours but for the summary', { output: { title: '0 of 100 points', summary: 'The grader is broken' } }],
  ] as const)('a check run %s that the student made is left, and ours is posted beside it', async (_, changes) => {
    const group = new Class()
    const report = await group.add('zoe', 'failed')
    await group.write()
    if (!report) throw new Error('there is a report')
    const [right] = checkRunsOf(report)
    api.add({ ...right, ...changes }, COMMITS[0], 'a workflow of the student')
    expect((await publishOn(group)).results).toEqual([{ name: 'zoe', status: 'posted', reason: '' }])
    expect(api.runs.map(({ app, output }) => [app, output])).toEqual([
      ['a workflow of the student', changes.output],
      ['the grader', right.output],
    ])
    expect((await publishOn(group)).results).toMatchObject([{ status: 'unchanged' }])
  })

  test('each lab has its own check run, and changes no other', async () => {
    const group = new Class()
    const report = await group.add('zoe', 'failed')
    await group.write()
    if (!report) throw new Error('there is a report')
    // A check run of another lab, and a foreign one of the same name.
    const [right] = checkRunsOf(report)
    const id = '02-scale'
    const other = { ...right, name: checkNameOf(id), external_id: `backprop/${id}:x:y` }
    const foreign = { ...right, external_id: 'something else' }
    api.add(other, COMMITS[0])
    api.add(foreign, COMMITS[0])
    await publishOn(group)
    expect(api.runs).toMatchObject([other, foreign, right])
    // One report of two labs is two check runs.
    const two = { ...report, labs: [report.labs[0], { ...report.labs[0], id }] }
    expect(checkRunsOf(two).map(({ name }) => name)).toEqual([right.name, other.name])
    expect(checkRunsOf(two)[0]).toEqual(right)
  })

  test('a lab without a score says so beside the commit, that it is not the student’s fault, and what happens next', async () => {
    const group = new Class()
    await group.add('zoe', 'fault')
    await group.add('bob', 'grader-error')
    await group.add('eve', 'no report')
    await group.write()
    const { code, stdout } = await commandOn(group)
    expect({ code, stdout: stdout.split('\n') }).toEqual({
      code: 0,
      stdout: [
        '3 posted, 0 updated, 0 unchanged, 0 skipped, 0 failed',
        '· zoe: it could not be graded because the grader failed: the sandbox broke',
        '· bob: no score for 01-neuron because the grader failed',
        '· eve: it was not graded',
        '',
      ],
    })
    const shared = { name: 'Backprop Labs: 01-neuron', status: 'completed', conclusion: 'neutral' }
    const [zoe, bob, eve] = api.runs
    const fault = { ...shared, output: { title: 'No score: the grader failed' } }
    expect(zoe).toMatchObject({ ...fault, head_sha: COMMITS[0] })
    expect(bob).toMatchObject({ ...fault, head_sha: COMMITS[1] })
    expect(eve).toMatchObject({ ...shared, head_sha: COMMITS[2], output: { title: 'Not graded yet' } })
    expect(zoe.output.summary).toMatch(
      /^\*\*This isn't your fault\.\*\*.*\n\nYour instructor .* grades this commit again\./,
    )
    expect(eve.output.summary).toMatch(
      /^\*\*Nothing is wrong with your commit\.\*\*.*\n\nWhen your instructor grades it/,
    )
    expect(JSON.stringify(api.runs), 'the reason is for the instructor').not.toContain('the sandbox broke')
  })

  test('a note without a score is replaced by the score, and never replaces one', async () => {
    const classWith = async (status: Status | 'fault') => {
      const group = await classOf({ zoe: status })
      return (await publishOn(group)).results.map(result => result.status)
    }
    expect(await classWith('fault')).toEqual(['posted'])
    expect(await classWith('fault')).toEqual(['unchanged'])
    expect(await classWith('passed')).toEqual(['updated'])
    expect(await classWith('fault')).toEqual(['unchanged'])
    expect(api.runs).toMatchObject([{ conclusion: 'success', output: { title: '100 of 100 points' } }])
  })

  test('one lab that could not be graded takes no other along', async () => {
    const group = new Class()
    const report = await group.add('zoe', 'passed')
    await group.write()
    const ungraded = [{ id: '02-scale', title: 'Scale', maxPoints: 100 }]
    writeFileSync(join(group.reports, 'students', 'zoe', 'report.json'), JSON.stringify({ ...report, ungraded }))
    expect((await publishOn(group)).results).toEqual([
      { name: 'zoe', status: 'posted', reason: 'no score for 02-scale because the grader failed' },
    ])
    expect(api.runs).toMatchObject([
      { name: 'Backprop Labs: 01-neuron', conclusion: 'success', output: { title: '100 of 100 points' } },
      { name: 'Backprop Labs: 02-scale', conclusion: 'neutral', output: { title: 'No score: the grader failed' } },
    ])
    expect(api.runs[0].output.summary).toMatch(/^## 100 of 100 points\n/)
  })

  test('a result of older files than the commit is never posted to it: it was not graded yet', async () => {
    const group = await classOf({ zoe: 'passed', bob: 'passed' })
    group.hand('zoe', 'export const score = 0\n')
    rmSync(join(group.fetched, 'bob'), { recursive: true })
    mkdirSync(join(group.fetched, 'bob'))
    const stale = { status: 'posted', reason: 'its report is not about the files that were fetched: grade it again' }
    expect((await publishOn(group)).results).toEqual([
      { name: 'zoe', ...stale },
      { name: 'bob', ...stale },
    ])
    expect(api.runs.map(({ output }) => output.title)).toEqual(['Not graded yet', 'Not graded yet'])
  })

  test.each([
    'file:///srv/zoe.git',
    'https://github.com.evil.org/uni/zoe',
    'https://gitlab.com/uni/zoe',
    'https://github.com/uni/zoe/../../x',
  ])('nothing is posted for a repository at %s', async repository => {
    const group = new Class()
    await group.add('zoe', 'passed', { repository })
    await group.write()
    expect((await publishOn(group)).results).toMatchObject([{ reason: 'its repository is not on https://github.com' }])
    expect(api.requests).toEqual([])
  })
})

describe('when GitHub is not at ease', () => {
  test.each([
    ['a server error is tried again, after longer and longer', [{ status: 500 }, { status: 502 }], [2, 4]],
    ['Retry-After is honoured', [{ status: 429, headers: { 'retry-after': '7' } }], [7]],
    ['so it is on a server error', [{ status: 503, headers: { 'retry-after': '0' } }], [0]],
    [
      'the secondary limit says no time: a minute',
      [{ status: 403, body: { message: 'You have exceeded a secondary rate limit.' } }],
      [60],
    ],
    [
      'the hourly limit is waited for',
      [{ status: 403, headers: { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '1000030' } }],
      [31],
    ],
  ])('%s', async (_, faults, waited) => {
    api.faults.push(...faults.map(fault => ({ method: 'POST', fault })))
    const { results, waits } = await publishOn(await classOf({ zoe: 'passed' }), { now: () => new Date(1_000_000_000) })
    expect(results).toEqual([{ name: 'zoe', status: 'posted', reason: '' }])
    expect(waits).toEqual(waited)
    expect(api.runs).toHaveLength(1)
  })

  test('a check run whose confirmation was lost is not made twice', async () => {
    api.faults.push({ method: 'POST', fault: { status: 502, done: true } })
    const { results } = await publishOn(await classOf({ zoe: 'passed' }))
    expect(results).toEqual([{ name: 'zoe', status: 'unchanged', reason: '' }])
    expect(api.runs).toHaveLength(1)
  })

  test('one that fails for good is listed, and the others go on', async () => {
    for (let i = 0; i < 5; i++) api.faults.push({ method: 'POST', fault: { status: 500 } })
    const group = await classOf({ zoe: 'passed', bob: 'passed' })
    const { results, waits } = await publishOn(group)
    expect(results).toEqual([
      { name: 'zoe', status: 'failed', reason: 'GitHub answers 500, 5 times' },
      { name: 'bob', status: 'posted', reason: '' },
    ])
    expect(waits).toEqual([2, 4, 8, 16])
  })

  test('a wait of hours is left to the next run', async () => {
    api.faults.push({ method: 'GET', fault: { status: 403, headers: { 'retry-after': '7200' } } })
    const { results, waits } = await publishOn(await classOf({ zoe: 'passed', bob: 'passed' }))
    const reason = 'GitHub asks to wait 120 minutes: publish again later'
    expect(results).toEqual([
      { name: 'zoe', status: 'failed', reason },
      { name: 'bob', status: 'failed', reason },
    ])
    expect(waits).toEqual([])
  })

  test.each([
    [401, 'GitHub answers 401, "no": is GITHUB_TOKEN a token, and still valid?'],
    [
      403,
      'GitHub answers 403, "no": only the token of a GitHub App with the permission "Checks: write" may post check runs',
    ],
    [404, 'GitHub answers 404, "no": is the GitHub App installed on this repository?'],
    [422, 'GitHub answers 422, "no": is the commit still there, or was something else pushed over it?'],
  ])('%i is explained', async (status, reason) => {
    api.faults.push({ method: 'POST', fault: { status, body: { message: 'no' } } })
    const { code, stdout } = await commandOn(await classOf({ zoe: 'passed' }))
    expect(code).toBe(2)
    expect(stdout).toBe(`0 posted, 0 updated, 0 unchanged, 0 skipped, 1 failed\n✗ zoe: ${reason}\n`)
  })

  test('a redirect does not take the token along', async () => {
    const elsewhere = await GitHubApi.start()
    api.faults.push({ method: 'GET', fault: { status: 307, headers: { location: `${elsewhere.url}/x` } } })
    const { stdout } = await commandOn(await classOf({ zoe: 'passed' }))
    await elsewhere.stop()
    expect(stdout).toContain(
      '✗ zoe: GitHub answers 307: the repository has moved, so write its new address into the roster',
    )
    expect(elsewhere.requests).toEqual([])
  })
})

describe('the token', () => {
  test('comes from the environment, and is printed nowhere', async () => {
    const group = await classOf({ zoe: 'passed' })
    await expect(commandOn(group, { GITHUB_TOKEN: undefined })).rejects.toThrow('GITHUB_TOKEN is not set')
    const { stdout, stderr } = await commandOn(group, { GITHUB_TOKEN: 'wr0ng_t0ken' })
    expect(stdout).toContain('GitHub answers 401, "Bad credentials"')
    expect(stdout + stderr).not.toContain('wr0ng_t0ken')
  })

  test('goes to no address without encryption', async () => {
    const group = await classOf({ zoe: 'passed' })
    const args = ['--class', group.reports, '--fetched', group.fetched, '--api', 'http://api.github.com']
    await expect(run(publish, args, { env: { GITHUB_TOKEN: 't' } })).rejects.toThrow(
      '--api: expected an https: address',
    )
  })
})

test('a summary that is too long ends with a word about it', async () => {
  const group = new Class()
  const report = await group.add('zoe', 'failed')
  if (!report) throw new Error('there is a report')
  const [{ exercises, ...rest }] = report.labs
  const notes = Array.from({ length: 20 }, () => 'x'.repeat(400))
  const wordy = [...exercises, ...exercises].map(each => ({
    ...each,
    tests: each.tests.map(test => ({ ...test, notes })),
  }))
  const many = { ...rest, exercises: wordy }
  const [{ output }] = checkRunsOf({ ...report, labs: [many] })
  const { summary } = output
  expect(summary.length).toBeLessThanOrEqual(65_535)
  expect(summary.length).toBeGreaterThan(50_000)
  expect(summary).toMatch(/\n\nThe rest is too long for this page\. Ask your instructor for the full report\.$/)
})

test('folders that are something else are named', async () => {
  const group = await classOf({ zoe: 'passed' })
  const empty = mkdtempSync(join(tmpdir(), 'empty-'))
  const on = (reports: string, fetched: string) =>
    run(publish, ['--class', reports, '--fetched', fetched], { env: { GITHUB_TOKEN: 't' } })
  await expect(on(group.reports, empty)).rejects.toThrow(
    'has no fetch.json. Give the folder of "grade fetch" with --fetched.',
  )
  await expect(on(empty, group.fetched)).rejects.toThrow(
    'has no journal. Give the folder of "grade class" with --class.',
  )
  await expect(run(publish, ['--fetched', empty])).rejects.toThrow("required option '--class <dir>' not specified")
})
