import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Report } from '@backprop/report'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { which } from '../src/sandbox/tiers/host.ts'
import { FOLDER, packageManager, Runner } from './workflow.ts'

/** The pipeline for students on GitLab: its script is run as a runner does, and its report is read by another parser. */

interface Job {
  readonly image: string
  readonly script: readonly string[]
  readonly artifacts: {
    readonly when: string
    readonly paths: readonly string[]
    readonly reports: { readonly junit: string }
  }
}
const text = readFileSync(join(FOLDER, 'student.gitlab-ci.yml'), 'utf8')
const { labs: job } = parse(text) as { readonly labs: Job }
const MISSING = process.platform === 'win32' ? ['a Unix'] : ['bash', 'python3'].filter(tool => !which(tool))

/** What Python's own parser makes of JUnit XML: how many test cases there are, and how many have each child. */
const COUNT = `
import json, sys, xml.etree.ElementTree as tree
root = tree.parse(sys.argv[1]).getroot()
cases = list(root.iter('testcase'))
counts = {tag: sum(case.find(tag) is not None for case in cases) for tag in ('failure', 'error', 'skipped')}
print(json.dumps({'tests': len(cases), **counts, 'classes': sorted({case.get('classname') for case in cases})}))`

interface Counts {
  readonly tests: number
  readonly failure: number
  readonly error: number
  readonly skipped: number
  readonly classes: readonly string[]
}

test('the pipeline keeps its report whatever the outcome, and needs no secret', () => {
  expect(job.artifacts).toMatchObject({ when: 'always', paths: ['report'], reports: { junit: 'report/junit.xml' } })
  for (const [, version] of text.matchAll(/npx -y (\S+)/g)) expect(version).toBe(packageManager())
  expect(text).not.toMatch(/token|secret|password|CI_JOB_TOKEN/i)
})

describe.skipIf(MISSING.length > 0)('the script', () => {
  test('passes for what was only begun, writes JUnit that another parser reads, and fails for what is broken', async () => {
    const runner = new Runner()
    const [tests, last] = job.script.map(run => ({ run }))
    const ended = await runner.run(tests, { LAB: '1' })
    expect(ended, ended.output).toMatchObject({ code: 0 })
    const [json, junit] = ['report.json', 'junit.xml'].map(name => join(runner.workspace, 'report', name))
    const report = Report.parse(JSON.parse(readFileSync(json, 'utf8')))
    const statuses = report.labs.flatMap(lab => lab.exercises.flatMap(({ tests }) => tests.map(({ status }) => status)))
    const counts = JSON.parse(execFileSync('python3', ['-c', COUNT, junit], { encoding: 'utf8' })) as Counts
    expect(counts).toMatchObject({
      tests: statuses.length,
      failure: statuses.filter(status => status === 'not-started' || status === 'failed').length,
      error: 0,
    })
    expect(counts.classes).toEqual(report.labs[0].exercises.map(({ id }) => `01-perceptron.${id}`).sort())
    expect((await runner.run(last)).code).toBe(0)

    report.labs[0].exercises[0].status = 'failed'
    writeFileSync(json, JSON.stringify(report))
    expect(await runner.run(last)).toEqual({
      code: 1,
      output: 'Exercises that you have started and that do not pass yet: 1.\n',
    })
  })

  test('fails where the tests could not run', async () => {
    const runner = new Runner()
    expect((await runner.run({ run: job.script[0] }, { LAB: '99' })).code).toBe(2)
    expect(existsSync(join(runner.workspace, 'report', 'junit.xml'))).toBe(false)
  })
})
