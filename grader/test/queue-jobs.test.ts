import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { SuiteHosts } from '@backprop/test-runner'
import { describe, expect, test, vi } from 'vitest'
import { tiersOfWorkers } from '../src/class/demands.ts'
import { takeLabIn } from '../src/intake/take-lab-in.ts'
import { gradeLab } from '../src/pipeline/grade-lab.ts'
import { type Machine, weakest } from '../src/pipeline/machine.ts'
import { prepareLab } from '../src/pipeline/prepare-lab.ts'
import { type Bench, gradeJob, jobFor, reworded } from '../src/queue/grade-job.ts'
import { type Abilities, type Demands, type Job, jobKey, misfits } from '../src/queue/grades.ts'
import { whyNobody } from '../src/queue/workers.ts'
import { makeWorkFolder } from '../src/sandbox/tiers/host.ts'
import type { TierId } from '../src/sandbox/tiers/tiers.ts'
import { smallLab } from './small-lab.ts'
import { scale } from './tiny-labs.ts'

/** Jobs: what a class asks of a machine, and what a machine accepts. */

const HASH = 'a'.repeat(64)
const DEMANDS: Demands = {
  ...{ lab: '01-perceptron', suite: 'suite', grader: 'grader', backend: 'wasm', tiers: ['A', 'B'], node: 22 },
  ...{ seed: null, seedKey: 'key', signer: null },
}
const ABLE: Abilities = {
  ...{ suites: { '01-perceptron': 'suite', '02-mlp': 'other' }, grader: 'grader', backend: 'wasm', tier: 'B' },
  ...{ node: 22, seedKey: 'key', signer: null },
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
    [{ signer: 'key' }, 'signer'],
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
    { signer: 'key' },
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

test('of several machines, the weakest isolation and the largest factor on limits count', () => {
  const on = (id: TierId, slowness: number): Machine => ({
    ...{ tier: { id, reason: `why ${id}` }, backend: 'wasm', device: id, slowness, processor: id, node: 'v26.10.0' },
  })
  expect(weakest([])).toBeNull()
  expect(weakest([on('A', 4), on('C', 1), on('B', 2)])).toEqual(on('C', 4))
})

test('an official grade, and a signed one, demand strong isolation unless the weak one is accepted', () => {
  for (const what of [{ official: true }, { signed: true }]) {
    expect(tiersOfWorkers(what)).toEqual(['A', 'B'])
    expect(tiersOfWorkers({ ...what, allowWeakIsolation: true })).toEqual(['A', 'B', 'C', 'D'])
  }
  expect(tiersOfWorkers({ official: false, signed: false })).toEqual(['A', 'B', 'C', 'D'])
})

describe('why no worker takes a job', () => {
  const worker = (name: string, other: Partial<Abilities>) => ({ name, able: { ...ABLE, ...other } })

  test('is nothing while one of them can, or nothing waits', () => {
    expect(whyNobody([DEMANDS], [worker('old', { grader: 'older' }), worker('new', {})])).toBeNull()
    expect(whyNobody([], [])).toBeNull()
  })

  test('is that none is there', () => {
    expect(whyNobody([DEMANDS], [])).toBe(
      'No worker is connected: start "pnpm grade worker" with the same --database on each machine that should grade.',
    )
  })

  test('is that none of them signs, or with another key', () => {
    const demands = { ...DEMANDS, signer: '0123456789' }
    const workers = [worker('a', {}), worker('b', { signer: 'abcdefghij' })]
    expect(whyNobody([demands], workers)).toBe(
      [
        '2 workers are connected, and none can grade 01-perceptron:',
        '  a has no worker key instead of worker key 01234567: set BACKPROP_WORKER_KEY to the private key there, and to its public half for the class.',
        '  b has worker key abcdefgh instead of worker key 01234567: set BACKPROP_WORKER_KEY to the private key there, and to its public half for the class.',
      ].join('\n'),
    )
    expect(whyNobody([demands], [...workers, worker('c', { signer: '0123456789' })])).toBeNull()
    expect(whyNobody([DEMANDS], workers)).toBeNull()
  })

  test('is what each of them lacks first, and what to do about it', () => {
    const workers = [
      worker('a', { grader: '0123456789', tier: 'D' }),
      ...['b', 'c', 'd', 'e'].map(name => worker(name, { tier: 'C' })),
      worker('f', { seedKey: null }),
      worker('g', { node: 24 }),
      worker('h', { backend: 'webgpu' }),
      worker('i', { suites: {} }),
      worker('j', { suites: { '01-perceptron': 'older' } }),
    ]
    expect(whyNobody([DEMANDS, DEMANDS], workers)).toBe(
      [
        '10 workers are connected, and none can grade 01-perceptron:',
        '  a has course version 01234567 instead of grader: bring both machines to the same commit of the course, and run pnpm install there.',
        '  b, c and 2 more have isolation tier C instead of A or B: run "pnpm grade doctor" on that machine.',
        '  f has no seed key instead of seed key key: set BACKPROP_SEED_KEY to the same key on all machines.',
        '  g has Node 24 instead of 22: start both with the same major version of Node.',
        '  h has backend webgpu instead of wasm: start a worker with --backend wasm.',
        '  i has no 01-perceptron among its labs: start a worker with that lab in --labs, or without --labs.',
        '  j has other tests or points for 01-perceptron: bring both machines to the same commit of the course, and run pnpm install there.',
      ].join('\n'),
    )
  })
})

const SECRET_VARIABLES = [
  ...['BACKPROP_DATABASE', 'BACKPROP_SEED_KEY', 'BACKPROP_SIGNING_KEY', 'BACKPROP_WORKER_KEY'],
  ...['PGPASSWORD', 'PGPASSFILE'],
]

const SUITE = `import { exercise, expect } from '@backprop/testkit'
import { submissionTest } from '@backprop/grader/suite'

const test = submissionTest<{ answer(): number }>('small')

exercise('small', () => {
  test('environment', async ({ student }) => {
    expect(await student.answer()).toBe(1)
    expect(${JSON.stringify(SECRET_VARIABLES)}.filter(name => process.env[name] !== undefined)).toEqual([])
    expect(process.env.TRIED).toBe('yes')
  })
})
`

test('the process that runs a suite has neither the address of the database nor a key', async () => {
  for (const name of [...SECRET_VARIABLES, 'TRIED']) vi.stubEnv(name, 'yes')
  const { root, lab, submit } = await smallLab(['environment'], SUITE)
  try {
    const submission = submit('ada', 'export const answer = () => 1\n')
    expect(await gradeLab({ lab, submission, tier: 'D', draws: { seed: 1 } })).toMatchObject({ points: 100, log: [] })
  } finally {
    vi.unstubAllEnvs()
    rmSync(root, { recursive: true, force: true })
  }
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

  test('is refused by a machine if it names a file that does not belong to the lab, or has the key of other files', async () => {
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
