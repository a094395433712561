import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { SuiteHosts } from '@backprop/test-runner'
import { describe, expect, test } from 'vitest'
import { takeLabIn } from '../src/intake/take-lab-in.ts'
import type { Machine } from '../src/pipeline/machine.ts'
import { prepareLab } from '../src/pipeline/prepare-lab.ts'
import { type Bench, gradeJob, jobFor, reworded } from '../src/queue/grade-job.ts'
import { type Abilities, type Demands, type Job, jobKey, misfits } from '../src/queue/grades.ts'
import { makeWorkFolder } from '../src/sandbox/tiers/host.ts'
import { scale } from './tiny-labs.ts'

/** Jobs: what a class asks of a machine, and what a machine accepts. */

const HASH = 'a'.repeat(64)
const DEMANDS: Demands = {
  ...{ lab: '01-perceptron', suite: 'suite', grader: 'grader', backend: 'wasm', tiers: ['A', 'B'], node: 22 },
  ...{ seed: null, seedKey: 'key' },
}
const ABLE: Abilities = {
  ...{ suites: { '01-perceptron': 'suite', '02-mlp': 'other' }, grader: 'grader', backend: 'wasm', tier: 'B' },
  ...{ node: 22, seedKey: 'key' },
}

describe('what a job demands', () => {
  test('a machine that meets it may grade the job', () => {
    expect(misfits(DEMANDS, ABLE)).toEqual([])
    expect(misfits({ ...DEMANDS, seed: 7, seedKey: null }, ABLE)).toEqual([])
  })

  test.each<[Partial<Demands>, string]>([
    [{ lab: '03-cnn' }, 'lab'],
    [{ suite: 'older' }, 'suite'],
    [{ grader: 'older' }, 'grader'],
    [{ backend: 'webgpu' }, 'backend'],
    [{ tiers: ['A'] }, 'tier'],
    [{ node: 24 }, 'node'],
    [{ seedKey: 'another' }, 'seedKey'],
  ])('not one that lacks %o', (other, misfit) => {
    expect(misfits({ ...DEMANDS, ...other }, ABLE)).toEqual([misfit])
  })

  test.each<Partial<Demands>>([
    { lab: '03-cnn' },
    { suite: 'older' },
    { grader: 'older' },
    { backend: 'webgpu' },
    { tiers: ['A'] },
    { node: 24 },
    { seed: 7 },
    { seedKey: 'another' },
  ])('%o is another key', other => {
    const key = jobKey({ demands: DEMANDS, treeHash: HASH })
    expect(jobKey({ demands: { ...DEMANDS, ...other }, treeHash: HASH })).not.toBe(key)
  })

  test('the order of tiers is no other key, and other files are', () => {
    const key = jobKey({ demands: DEMANDS, treeHash: HASH })
    expect(jobKey({ demands: { ...DEMANDS, tiers: ['B', 'A'] }, treeHash: HASH })).toBe(key)
    expect(jobKey({ demands: DEMANDS, treeHash: 'b'.repeat(64) })).not.toBe(key)
  })
})

describe('the job of a submission', () => {
  /** A student who gave a folder a name, so that a file is in it instead of in its place. */
  async function misplaced() {
    const [first, ...rest] = scale.manifest.edit
    const submission = mkdtempSync(join(tmpdir(), 'job-'))
    const folder = join(submission, 'labs', scale.manifest.id)
    for (const [name, file] of [['ada-obi', first], ...rest.map(file => ['.', file])]) {
      mkdirSync(join(folder, name, 'src'), { recursive: true })
      writeFileSync(join(folder, name, file), 'export const a = 1\n')
    }
    return { first, taken: await takeLabIn(submission, scale) }
  }

  test('says nothing of the student, and survives JSON', async () => {
    const { first, taken } = await misplaced()
    const job = jobFor(taken, { ...DEMANDS, lab: scale.manifest.id })
    expect([...taken.missing.values()].join()).toContain('ada-obi')
    expect(JSON.stringify(job)).not.toContain('ada-obi')
    expect(job.missing).toEqual([first])
    expect(JSON.parse(JSON.stringify(job))).toEqual(job)
    expect(reworded(`${first} is missing.\nsrc/x.ts:1: odd`, taken)).toBe(
      `${first} is missing; found ada-obi/${first}.\nsrc/x.ts:1: odd`,
    )
  })

  test('is refused by a machine if it names a file that is none of the lab’s, or has a key of other files', async () => {
    const machine: Machine = {
      ...{ tier: { id: 'C', reason: '' }, backend: 'plain', device: '', slowness: 1 },
      ...{ processor: '', node: process.version },
    }
    const suites = new SuiteHosts(1, tmpdir())
    const bench: Bench = {
      ...{ labs: [await prepareLab(scale)], machine, draws: { seed: 1 }, suites },
      ...{ now: () => new Date(), makeFolder: makeWorkFolder },
    }
    const grade = (job: Job) => gradeJob(job, bench, new AbortController().signal)
    const { taken } = await misplaced()
    const job = jobFor(taken, { ...DEMANDS, lab: scale.manifest.id })
    await expect(grade({ ...job, files: [['../../x.ts', '']] })).rejects.toThrow(
      `a job for ${scale.manifest.id} has a file "../../x.ts", which students of this lab do not hand in.`,
    )
    await expect(grade({ ...job, treeHash: HASH })).rejects.toThrow('does not belong to its files')
    await expect(grade(jobFor(taken, DEMANDS))).rejects.toThrow('asks for the lab "01-perceptron"')
    await suites.close()
  })
})
