import { execFileSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { Report } from '@backprop/report'
import { describe, expect, test } from 'vitest'
import { findLabs } from '../src/course.ts'
import { STRONG } from '../src/pipeline/machine.ts'
import { tryBackend } from '../src/sandbox/choose-backend.ts'
import { which } from '../src/sandbox/tiers/host.ts'
import { strongestTier } from '../src/sandbox/try-tier.ts'
import { GitServer } from './git-server.ts'
import { GitHubApi } from './github-api.ts'
import { file, Repository } from './repositories.ts'
import { readWorkflow, Runner, stepOf } from './workflow.ts'

/** The steps of the workflows, run as a runner does. */

const [student, grading] = ['student.yml', 'grade-class.yml'].map(readWorkflow)
const [lab] = await findLabs('01')
const { id: tier } = await strongestTier()
// No machine has this one unless it was installed.
const cuda = await tryBackend('tfjs-node-gpu')

/** All but bash, which is everywhere where these steps are meant to run, are on GitHub's machines. */
const MISSING =
  process.platform === 'win32' ? ['a Unix'] : ['bash', 'jq', 'tar', 'unzip', 'zip'].filter(tool => !which(tool))

describe.skipIf(MISSING.length > 0 /* the steps are for GitHub's Ubuntu machines */)('the steps', () => {
  test('of a student’s repository run the tests, show the summary, and mind only what was started', async () => {
    const runner = new Runner()
    const step = (name: string) => stepOf(student, 'labs', name)
    const submission = {
      CLASSROOM: 'c',
      ASSIGNMENT: 'a',
      OWNER: 'zoe',
      SUBMISSION_TAG: 'submit/1',
      COMMIT_URL: 'https://x/1',
      RELEASE_URL: 'https://x',
    }
    const tests = step('Run the visible tests')
    expect(Object.keys(tests.env ?? {})).toEqual(Object.keys(submission))
    expect(await runner.run(tests, { LAB: '1', ...submission })).toMatchObject({ code: 0 })
    expect((await runner.run(tests, { LAB: '99', ...submission })).code).toBe(2)

    await runner.run(step('Show the summary'))
    expect(runner.written('GITHUB_STEP_SUMMARY')).toContain('visible tests pass')
    for (const name of ['report.json', 'junit.xml', 'classroom50/result.json', 'github-classroom/env'])
      expect(readFileSync(join(runner.temp, 'report', name), 'utf8'), name).not.toBe('')

    const last = step('Does everything work that you have started?')
    expect((await runner.run(last)).code).toBe(0)
    const report = Report.parse(JSON.parse(readFileSync(join(runner.temp, 'report', 'report.json'), 'utf8')))
    report.labs[0].exercises[0].status = 'failed'
    writeFileSync(join(runner.temp, 'report', 'report.json'), JSON.stringify(report))
    const { code, output } = await runner.run(last)
    expect({ code, output }).toEqual({
      code: 1,
      output: 'Exercises that you have started and that do not pass yet: 1. The summary of this run says which.\n',
    })
  })

  test('refuse a public repository', async () => {
    const runner = new Runner()
    const step = stepOf(grading, 'fetch', 'Refuse a public repository')
    runner.answer('repos/uni/course', '{"private": true}')
    expect((await runner.run(step)).code).toBe(0)
    for (const answer of ['{"private": false}', '{}', 'not JSON']) {
      runner.answer('repos/uni/course', answer)
      expect((await runner.run(step)).code, answer).not.toBe(0)
    }
  })

  test('take up what the newest run of this branch kept, and nothing of a fork or another branch', async () => {
    const runner = new Runner()
    const step = stepOf(grading, 'fetch', 'Take up what the last run kept')
    const listing = 'repos/uni/course/actions/artifacts?name=class&per_page=100'
    runner.answer(listing, '{"artifacts": []}')
    expect(await runner.run(step)).toMatchObject({
      code: 0,
      output: 'No run before this one has kept anything: everybody is graded.\n',
    })

    const artifact = (
      id: number,
      day: number,
      { branch = 'main', from = 1, expired = false, name = 'class' } = {},
    ) => ({
      ...{ id, name, expired, created_at: `2026-10-${String(day).padStart(2, '0')}T03:17:00Z` },
      workflow_run: { head_branch: branch, repository_id: 1, head_repository_id: from },
    })
    const artifacts = [
      artifact(1, 20, { branch: 'trial' }),
      artifact(2, 19, { from: 2 }),
      artifact(3, 18, { expired: true }),
      artifact(4, 17, { name: 'class-table' }),
      artifact(5, 9),
      artifact(6, 10),
    ]
    runner.answer(listing, JSON.stringify({ artifacts }))
    runner.answer('repos/uni/course/actions/artifacts/6/zip', zipped({ 'report/journal.jsonl': 'kept' }))
    expect(await runner.run(step)).toEqual({ code: 0, output: '' })
    expect(readFileSync(join(runner.temp, 'class', 'report', 'journal.jsonl'), 'utf8')).toBe('kept')
  })

  test.skipIf(cuda.available || !STRONG.includes(tier))(
    'grade no one where the requested backend does not work',
    async () => {
      const runner = new Runner()
      const submissions = join(runner.temp, 'class', 'submissions')
      mkdirSync(submissions, { recursive: true })
      cpSync(lab.dir, join(submissions, 'zoe'), { recursive: true })
      const grade = stepOf(grading, 'grade', 'Grade')
      const { code, output } = await runner.run(grade, { BACKEND: cuda.name, LABS: '1', ONLY: 'all', PART: '1/1' })
      expect({ code, output }).toMatchObject({ code: 2, output: expect.stringContaining(cuda.reason) as string })
      expect(existsSync(join(runner.temp, 'class', 'report', 'class.json'))).toBe(false)
      expect(await runner.run(grade, { BACKEND: 'wasm', LABS: '1', ONLY: 'all', PART: '1/1' })).toMatchObject({
        code: 0,
      })
      expect(existsSync(join(runner.temp, 'class', 'report', 'class.json'))).toBe(true)
    },
  )

  test.skipIf(!which('openssl') || !STRONG.includes(tier) /* official grading is refused */)(
    'fetch a class, grade it officially in parts and tell the students, over five machines',
    async () => {
      const folder = mkdtempSync(join(tmpdir(), 'university-'))
      const repository = new Repository(join(folder, 'zoe.git'))
      const [edited] = lab.manifest.edit
      const path = `labs/${lab.manifest.id}/${edited}`
      const commit = repository.push([file(path, readFileSync(join(lab.dir, edited)))])
      const [git, api] = await Promise.all([GitServer.start({ token: 'reads' }), GitHubApi.start()])
      const github = { GITHUB_SERVER_URL: git.url, GITHUB_API_URL: api.url, GIT_SSL_CAINFO: git.certificate }

      const fetching = new Runner()
      writeFileSync(
        join(fetching.workspace, 'roster.csv'),
        `name,repository\nZoë Müller,${basename(folder)}/zoe\nbob,${basename(folder)}/bob\n`,
      )
      const fetched = await fetching.run(stepOf(grading, 'fetch', 'Fetch the submissions'), {
        ...github,
        GITHUB_TOKEN: 'reads',
      })
      expect(fetched.code, 'bob has no repository').toBe(2)
      expect(fetched.output).toContain('1 changed, 0 unchanged, 0 empty, 1 failed\n✗ bob: it does not exist')
      expect((await fetching.run(stepOf(grading, 'fetch', 'Pack the submissions'))).code).toBe(0)
      const plan = stepOf(grading, 'fetch', 'Split the work')
      expect(await fetching.run(plan, { LABS: '1', ONLY: 'changed', MACHINES: '20' })).toMatchObject({ code: 0 })
      expect(fetching.written('GITHUB_OUTPUT')).toBe('parts=["1/1"]\n')

      // "Make the strongest isolation work" would install a package and change the kernel of this machine: only its syntax is checked.
      // Two machines, one of which has nothing to do.
      const machines = ['1/2', '2/2'].map(part => ({ part, runner: handOn(fetching) }))
      const outputs: string[] = []
      for (const { part, runner } of machines) {
        for (const name of ['Unpack the submissions', 'Show what this machine offers'])
          expect(await runner.run(stepOf(grading, 'grade', name)), name).toMatchObject({ code: 0 })
        const grade = stepOf(grading, 'grade', 'Grade')
        const graded = await runner.run(grade, {
          ...{ BACKEND: 'wasm', LABS: '1', ONLY: 'changed', PART: part },
          BACKPROP_SEED_KEY: '5eed'.repeat(16),
        })
        expect(graded, 'no student has full marks, which is not a failure').toMatchObject({ code: 0 })
        expect(graded.output).toContain('Backend: wasm.')
        outputs.push(graded.output)
        expect((await runner.run(grade, { BACKEND: 'auto', LABS: '--help', ONLY: 'all', PART: part })).code).toBe(2)
        expect((await runner.run(stepOf(grading, 'grade', 'Pack the part'))).code).toBe(0)
      }
      expect(outputs.join()).toContain('1 of 1 graded.')

      const merging = handOn(fetching)
      for (const [i, { runner }] of machines.entries()) {
        mkdirSync(join(merging.temp, 'parts', `part-${i}`), { recursive: true })
        cpSync(join(runner.temp, 'part.tgz'), join(merging.temp, 'parts', `part-${i}`, 'part.tgz'))
      }
      expect(await merging.run(stepOf(grading, 'merge', 'Unpack the parts'))).toMatchObject({ code: 0 })
      const joined = await merging.run(stepOf(grading, 'merge', 'Join them'))
      expect(joined, joined.output).toMatchObject({ code: 0 })
      expect(joined.output).toContain('1 of 1 graded.')
      expect((await merging.run(stepOf(grading, 'merge', 'Pack the results'))).code).toBe(0)
      for (const table of ['class.csv', 'class.html', 'class.json'])
        expect(readdirSync(join(merging.temp, 'class', 'report'))).toContain(table)

      const publishing = handOn(merging)
      expect(await publishing.run(stepOf(grading, 'publish', 'Unpack the results'))).toMatchObject({ code: 0 })
      const post = stepOf(grading, 'publish', 'Post the results')
      const posted = await publishing.run(post, { ...github, GITHUB_TOKEN: api.token })
      await Promise.all([git.stop(), api.stop()])
      expect(posted).toMatchObject({ code: 0 })
      expect(posted.output).toContain(
        '1 posted, 0 updated, 0 unchanged, 1 skipped, 0 failed\n· bob: nothing was fetched\n',
      )
      expect(api.writes()).toEqual([`POST /repos/${basename(folder)}/zoe/check-runs`])
      expect(api.runs).toMatchObject([
        { head_sha: commit, conclusion: 'neutral', output: { title: '0 of 100 points' } },
      ])
    },
  )
})

/** Another machine, which gets of this one what its artifact holds. */
function handOn(from: Runner): Runner {
  const to = new Runner()
  writeFileSync(join(to.temp, 'class.tgz'), readFileSync(join(from.temp, 'class.tgz')))
  return to
}

/** An artifact as GitHub hands it out: a zip with class.tgz in it. */
function zipped(files: Readonly<Record<string, string>>): Buffer {
  const folder = mkdtempSync(join(tmpdir(), 'artifact-'))
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), content)
  }
  const out = mkdtempSync(join(tmpdir(), 'artifact-'))
  execFileSync('tar', ['-czf', join(out, 'class.tgz'), '-C', folder, '.'])
  execFileSync('zip', ['-q', 'class.zip', 'class.tgz'], { cwd: out })
  return readFileSync(join(out, 'class.zip'))
}
