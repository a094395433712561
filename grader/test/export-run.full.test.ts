import { execFileSync, spawn } from 'node:child_process'
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { exportCommand } from '../src/cli/export-command.ts'
import { findLabs } from '../src/course.ts'
import { STRONG } from '../src/pipeline/machine.ts'
import { SEED_KEY } from '../src/pipeline/seed-key.ts'
import { which } from '../src/sandbox/tiers/host.ts'
import { strongestTier } from '../src/sandbox/try-tier.ts'
import { run } from './running.ts'
import { solved } from './submissions.ts'
import { packageManager } from './workflow.ts'

/** Exported graders, installed and run as Gradescope and PrairieLearn do, without those. */

const [lab] = await findLabs('01')
const { id: tier } = await strongestTier()
const MISSING = process.platform === 'win32' ? ['a Unix'] : ['bash', 'unzip'].filter(tool => !which(tool))
const KEY = 'c0ffee'.padEnd(64, '7')

// The names are those that Gradescope and PrairieLearn use.
const around = realpathSync(mkdtempSync(join(tmpdir(), 'export-run-')))
const [autograder, question, grade] = ['autograder', 'question', 'grade'].map(name => join(around, name))
const course = join(autograder, 'source', 'course')
afterAll(() => rmSync(around, { recursive: true, force: true }))

/** What setup.sh does, without the system's package manager and the absolute paths of the image. */
async function setUp(): Promise<void> {
  const env = { [SEED_KEY]: KEY }
  await run(exportCommand, ['gradescope', '1', '--out', join(around, 'gradescope')], { env })
  await run(exportCommand, ['prairielearn', '1', '--image', 'x', '--out', question], { env })
  mkdirSync(autograder)
  execFileSync('unzip', ['-q', join(around, 'gradescope', 'autograder.zip'), '-d', join(autograder, 'source')])
  copyFileSync(join(autograder, 'source', 'run_autograder'), join(autograder, 'run_autograder'))
  const install = ['-y', packageManager(), 'install', '--frozen-lockfile', '--prefer-offline']
  execFileSync('npx', install, { cwd: course, stdio: 'pipe', env: { ...process.env, CI: 'true' } })
  const steps = readFileSync(join(autograder, 'source', 'setup.sh'), 'utf8').match(/^chmod .*$/gm) ?? []
  expect(steps).toHaveLength(2)
  execFileSync('bash', ['-ec', steps.join('\n')], { env: { ...process.env, source: join(autograder, 'source') } })
}

const perfect = () => Object.fromEntries(lab.manifest.edit.map(file => [file, solved(lab, ALL, file)]))
const ALL = lab.manifest.exercises.map(({ id }) => id)

type Submission = Readonly<Record<string, string>>

/** Reads what it should not, writes over its own result, and answers right only if that has worked. */
const hostile = (): Submission => {
  const [file] = lab.manifest.edit
  const secrets = [
    ...[
      'source/seed-key',
      `source/course/labs/${lab.manifest.id}/hidden/score-and-predict.test.ts`,
      'run_autograder',
    ].map(path => join(autograder, path)),
    join(grade, 'tests/seed-key'),
    '/proc/self/environ',
  ]
  const right = solved(lab, ALL, file)
  const stolen = `
const fs = process.getBuiltinModule('node:fs')
const attempt = work => { try { return work() } catch { return '' } }
const stolen = ${JSON.stringify(secrets)}.map(path => attempt(() => fs.readFileSync(path, 'utf8'))).join('')
for (const path of ${JSON.stringify([join(autograder, 'results/results.json'), join(grade, 'results/results.json')])})
  attempt(() => fs.writeFileSync(path, '{"score": 100, "gradable": true}'))
console.log('::stolen::' + stolen, '{"score": 100}')
const isIn = /[0-9a-f]{64}|exercise[(]|BACKPROP/.test(stolen)
`
  return {
    [file]: `// @ts-nocheck\n${right.replace('return X.map(', 'if (!isIn) return []\n  return X.map(')}\n${stolen}`,
  }
}

const SUBMISSIONS: Readonly<Record<string, () => Submission>> = {
  perfect,
  partial: () => ({ ...perfect(), [lab.manifest.edit[0]]: solved(lab, ['score', 'predict']) }),
  broken: () => ({ [lab.manifest.edit[0]]: 'export function score( {{{' }),
  missing: () => ({}),
  hostile,
}

/** Places the files, and runs a program as the platform does: nothing but its output and its result comes back. */
async function hand(folder: string, submission: Submission, program: string, loose: boolean) {
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  for (const [file, text] of Object.entries(submission)) {
    if (!loose) mkdirSync(join(folder, 'src'), { recursive: true })
    writeFileSync(join(folder, loose ? basename(file) : file), text)
  }
  const { [SEED_KEY]: _, ...env } = process.env
  const child = spawn('bash', [program], {
    env: { ...env, COURSE: course, PATH: `${join(course, 'node_modules/.bin')}:${env.PATH}` },
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text: Buffer) => (output += text.toString()))
  const code = await new Promise(resolve => child.on('close', resolve))
  return { code, output }
}

const VISIBILITY = z.enum(['hidden', 'after_due_date', 'after_published', 'visible'])
const FORMAT = z.enum(['text', 'html', 'simple_format', 'md', 'ansi'])

/** gradescope-autograders.readthedocs.io/en/latest/specs, field by field. */
const GradescopeResults = z.strictObject({
  score: z.number().optional(),
  execution_time: z.number().optional(),
  output: z.string().optional(),
  output_format: FORMAT.optional(),
  test_output_format: FORMAT.optional(),
  test_name_format: FORMAT.optional(),
  visibility: VISIBILITY.optional(),
  stdout_visibility: VISIBILITY.optional(),
  extra_data: z.record(z.string(), z.unknown()).optional(),
  tests: z
    .array(
      z.strictObject({
        score: z.number(),
        max_score: z.number(),
        status: z.enum(['passed', 'failed']),
        name: z.string(),
        name_format: FORMAT.optional(),
        number: z.string(),
        output: z.string(),
        output_format: FORMAT.optional(),
        tags: z.array(z.string()),
        visibility: VISIBILITY.optional(),
        extra_data: z.record(z.string(), z.unknown()).optional(),
      }),
    )
    .optional(),
})

/** docs.prairielearn.com, external grading: `score` from 0 to 1, required of what is gradable. */
const PrairieLearnResults = z.discriminatedUnion('gradable', [
  z.looseObject({
    gradable: z.literal(true),
    score: z.number().min(0).max(1),
    tests: z.array(z.looseObject({ name: z.string(), points: z.number(), max_points: z.number() })),
  }),
  z.looseObject({ gradable: z.literal(false), message: z.string(), format_errors: z.array(z.string()).optional() }),
])

describe.skipIf(MISSING.length > 0 || !STRONG.includes(tier) /* official grading is refused */)(
  'an exported grader',
  () => {
    beforeAll(setUp, 300_000)

    const byGradescope = async (submission: Submission) => {
      rmSync(join(autograder, 'results'), { recursive: true, force: true })
      const ended = await hand(join(autograder, 'submission'), submission, join(autograder, 'run_autograder'), false)
      const text = readFileSync(join(autograder, 'results', 'results.json'), 'utf8')
      return { ...ended, text, results: GradescopeResults.parse(JSON.parse(text)) }
    }
    const byPrairieLearn = async (submission: Submission) => {
      rmSync(grade, { recursive: true, force: true })
      mkdirSync(join(grade, 'tests'), { recursive: true })
      for (const name of ['grade.sh', 'seed-key'])
        copyFileSync(join(question, 'tests', name), join(grade, 'tests', name))
      const ended = await hand(join(grade, 'student'), submission, join(grade, 'tests', 'grade.sh'), true)
      const text = readFileSync(join(grade, 'results', 'results.json'), 'utf8')
      return { ...ended, text, results: PrairieLearnResults.parse(JSON.parse(text)) }
    }

    test.each([
      ['perfect', 100],
      ['partial', 30],
      ['broken', 0],
      ['missing', 0],
    ])('gives Gradescope a verdict on a %s submission: %d points', async (kind, points) => {
      const { code, output, results } = await byGradescope(SUBMISSIONS[kind]())
      expect({ code, score: results.score }, output).toEqual({ code: 0, score: points })
      expect(results.tests?.reduce((sum, { score }) => sum + score, 0)).toBe(points)
      expect(results.tests?.reduce((sum, each) => sum + each.max_score, 0)).toBe(lab.manifest.points)
      expect(results).toMatchObject({ stdout_visibility: 'hidden', extra_data: { tier } })
      expect(results).not.toHaveProperty('leaderboard')
    })

    test('neither shows a hostile submission a secret, nor takes a result from it', async () => {
      const submission = SUBMISSIONS.hostile()
      const gradescope = await byGradescope(submission)
      const score = gradescope.results.tests?.filter(({ name }) => name.includes(lab.manifest.exercises[0].title)) ?? []
      expect(
        score.map(each => each.score),
        gradescope.output,
      ).toEqual(score.map(() => 0))
      expect(score.length).toBeGreaterThan(0)
      const prairielearn = await byPrairieLearn(submission)
      expect(prairielearn.results).toMatchObject({ gradable: true, score: (gradescope.results.score ?? 0) / 100 })
      for (const { text } of [gradescope, prairielearn]) expect(text).not.toMatch(/::stolen::|c0ffee/)
      // The same code finds all of it outside of the sandbox.
      const outside = execFileSync(process.execPath, ['--input-type=module', '--eval', hostileAlone(submission)], {
        encoding: 'utf8',
      })
      expect(outside).toContain('c0ffee')
      expect(outside).toContain('exercise(')
    })

    test('gives PrairieLearn a verdict, and says what is not gradable', async () => {
      expect((await byPrairieLearn(SUBMISSIONS.perfect())).results).toMatchObject({ gradable: true, score: 1 })
      const broken = await byPrairieLearn(SUBMISSIONS.broken())
      expect(broken.results).toMatchObject({ gradable: false })
      expect(broken.text).toContain('perceptron.ts')
    })

    test('leaves a result without a score where the grader itself fails', async () => {
      const key = join(autograder, 'source', 'seed-key')
      writeFileSync(key, 'not a key')
      const { code, results } = await byGradescope(SUBMISSIONS.missing())
      writeFileSync(key, KEY)
      expect(code).toBe(0)
      expect(results).toEqual({
        output_format: 'text',
        stdout_visibility: 'hidden',
        output: expect.stringContaining('fault of the grader') as string,
      })
    })

    test('closes its secrets to all other users, too', () => {
      const modes = (path: string) =>
        execFileSync('stat', ['-c', '%a', join(autograder, 'source', path)], { encoding: 'utf8' }).trim()
      expect(modes('seed-key')).toBe('600')
      for (const folder of ['labs', 'solutions']) expect(modes(`course/${folder}`), folder).toMatch(/00$/)
      expect(existsSync(join(autograder, 'source', 'seed-key'))).toBe(true)
    })
  },
)

/** What a hostile submission does while it loads. */
const hostileAlone = (submission: Submission): string => {
  const [text] = Object.values(submission)
  return text.slice(text.indexOf('const fs = process'))
}
