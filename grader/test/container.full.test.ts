import { spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Report } from '@backprop/report'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { COURSE_ROOT, findLabs } from '../src/course.ts'
import { STRONG } from '../src/pipeline/machine.ts'
import { solved } from './submissions.ts'

/**
 * The image of the grader, built and run. That takes minutes, a container engine, and a registry with the two base images,
 * so it happens only on request: CONTAINER_ENGINE=docker (or podman) pnpm test:unit --project grader:full container.full
 */
const ENGINE = process.env.CONTAINER_ENGINE
/** Other base images, as arguments of the build: from a mirror, or made without a registry. */
const BASES = ['NODE_IMAGE', 'DEBIAN_IMAGE'].flatMap(name =>
  process.env[name] === undefined ? [] : ['--build-arg', `${name}=${process.env[name]}`],
)
const TAG = 'backprop-grader-test'

const [lab] = await findLabs('01')
const ALL = lab.manifest.exercises.map(({ id }) => id)
const around = mkdtempSync(join(tmpdir(), 'container-'))
chmodSync(around, 0o755)

function engine(...args: readonly string[]): { readonly code: number | null; readonly output: string } {
  const { status, stdout, stderr } = spawnSync(ENGINE ?? '', args, { encoding: 'utf8', maxBuffer: 1 << 28 })
  return { code: status, output: `${stdout}${stderr}` }
}

/** As the guide starts it: nothing but the folders that are given, and a user that the image doesn't know. */
const STRICT = [
  ...['run', '--rm', '--network', 'none', '--read-only', '--tmpfs', '/tmp', '--cap-drop', 'ALL'],
  ...['--security-opt', 'no-new-privileges', '--user', '4321:4321', '--env', 'BACKPROP_SEED_KEY=ephemeral'],
]

describe.skipIf(ENGINE === undefined /* CONTAINER_ENGINE is not set */)('the image', () => {
  beforeAll(() => {
    const built = engine('build', ...BASES, '--tag', TAG, COURSE_ROOT)
    expect(built.code, built.output).toBe(0)
  }, 1_800_000)
  afterAll(() => {
    engine('image', 'rm', '--force', TAG)
    rmSync(around, { recursive: true, force: true })
  })

  test('starts as a user who is not root, and owns nothing of the course', () => {
    const script = 'id -u; find /course /cache -user "$(id -u)" -o -perm -o=w -not -type l | head'
    expect(engine('run', '--rm', '--entrypoint', 'sh', TAG, '-c', script)).toEqual({ code: 0, output: '1000\n' })
  })

  test('has no history, names or keys, and no package manager', () => {
    const names = [
      '.git',
      'roster*.csv',
      'term*.yaml',
      'overrides*.csv',
      'seed-key',
      'backprop-signing-key*',
      '.npmrc',
      'npm',
      'pnpm',
    ]
    const script = `find / -xdev \\( ${names.map(name => `-name '${name}'`).join(' -o ')} \\) -not -path '*/.pnpm/*' 2>/dev/null`
    expect(engine('run', '--rm', '--entrypoint', 'sh', TAG, '-c', `${script}; true`)).toEqual({ code: 0, output: '' })
  })

  test('is in order, as its doctor says', () => {
    const { code, output } = engine(...STRICT, TAG, 'doctor')
    expect(code, output).toBe(0)
    expect(output).toContain('which is good enough for official grades')
    expect(output).not.toContain('unpacking')
  })

  test.each([
    ['perfect', ALL, 100],
    ['partial', ['score', 'predict'], 24],
    ['empty', null, 0],
  ])('gives the right points to a %s submission', (name, exercises, points) => {
    const [submission, out] = [join(around, name), join(around, `${name}-report`)]
    for (const folder of [join(submission, 'src'), out]) mkdirSync(folder, { recursive: true })
    chmodSync(out, 0o777)
    if (exercises)
      for (const file of lab.manifest.edit) writeFileSync(join(submission, file), solved(lab, exercises, file))
    const volumes = ['--volume', `${submission}:/submission:ro`, '--volume', `${out}:/report`]
    const args = ['1', '--submission', '/submission', '--report', '/report', '--official']
    const { code, output } = engine(...STRICT, ...volumes, TAG, ...args)
    expect(code, output).toBe(points === 100 ? 0 : 1)
    const report = Report.parse(JSON.parse(readFileSync(join(out, 'report.json'), 'utf8')))
    expect(report).toMatchObject({ points, maxPoints: 100 })
    expect(STRONG).toContain(report.environment.tier)
  })
})
