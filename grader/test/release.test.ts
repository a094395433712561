import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { z } from 'zod'
import { release } from '../src/cli/release-command.ts'
import { COURSE_ROOT } from '../src/course.ts'
import type { PackageJson } from '../src/release/package-json.ts'
import { packageFiles } from '../src/release/packages.ts'
import { makeRelease } from '../src/release/release.ts'
import { labFiles } from '../src/release/release-lab.ts'
import { copyOfLab } from './copy-of-lab.ts'
import { released } from './released.ts'
import { run } from './running.ts'

/** What students receive, looked at without installing it. */

/** The part of containers.dev/implementors/json_reference that we use; another field is a slip. */
const DevContainer = z.strictObject({
  name: z.string().min(1),
  image: z.string().regex(/^[\w./-]+:[\w.-]+$/),
  remoteUser: z.string(),
  postCreateCommand: z.string(),
  waitFor: z.enum([
    'initializeCommand',
    'onCreateCommand',
    'updateContentCommand',
    'postCreateCommand',
    'postStartCommand',
  ]),
  customizations: z.strictObject({ vscode: z.strictObject({ extensions: z.array(z.string()) }) }),
})

const { around, labs, made, textOf } = await released()
const [lab] = labs
const packageOf = (path: string) => JSON.parse(textOf(path)) as PackageJson

describe('the tree', () => {
  test('the same course gives the same bytes, whatever the line ends of its checkout', async () => {
    expect([...(await makeRelease(labs)).files]).toEqual([...made.files])
    const { copy, edit } = await copyOfLab(around)
    const plain = await labFiles(copy)
    edit('labs/01-perceptron/README.md', text => text.replaceAll('\n', '\r\n'))
    expect([...(await labFiles(copy))]).toEqual([...plain])
  })

  test('holds the labs that were asked for, and the packages that these and `pnpm lab` need', async () => {
    const { files, students } = await makeRelease([lab])
    expect([...files.keys()].filter(path => path.startsWith('labs/') && !path.startsWith('labs/01-'))).toEqual([])
    const mine = [...lab.manifest.edit, 'main.ts'].map(file => `labs/01-perceptron/${file}`)
    expect(students).toEqual(new Set(mine))
    expect(files.has('packages/bench/package.json'), 'nothing that students run needs it').toBe(false)
    for (const name of ['core', 'datasets', 'testkit', 'course', 'launch', 'lab-cli', 'playground'])
      expect(files.has(`packages/${name}/package.json`), name).toBe(true)
  })

  test('holds the answers to a quiz only when they are asked for, and then those that the hidden tests want', async () => {
    expect([...made.files.keys()].filter(path => path.endsWith('quiz.json'))).toEqual([])
    const { files } = await makeRelease([lab], COURSE_ROOT, { quiz: [lab] })
    const answers = JSON.parse(String(files.get('labs/01-perceptron/quiz.json'))) as Record<string, { answer: string }>
    const suite = readFileSync(join(COURSE_ROOT, 'labs/01-perceptron/hidden/quiz.test.ts'), 'utf8')
    const right = Object.entries(answers).map(([question, { answer }]) => `${question}: '${answer}'`)
    expect(suite).toContain(`{ ${right.join(', ')} }`)
    await expect(makeRelease([labs[1]], COURSE_ROOT, { quiz: [lab] })).rejects.toThrow('that is not released')
  })

  test('keeps a copy of the tests, and of code that is given, to compare them with', () => {
    for (const path of ['labs/01-perceptron/test/score.test.ts', 'labs/01-perceptron/src/perceptron.ts'])
      expect(textOf(path.replace('01-perceptron/', '01-perceptron/.stubs/'))).toBe(textOf(path))
  })

  test('a debugger can be started in VS Code, and "pnpm lab" in each folder', () => {
    expect(textOf('.vscode/launch.json')).toContain(
      `"-y", "${String(packageOf('package.json').packageManager)}", "lab"`,
    )
    const folders = [...made.files.keys()].filter(path => /^(labs|packages)\/[^/]+\/package\.json$/.test(path))
    expect(folders.map(path => packageOf(path).scripts?.lab)).toEqual(
      folders.map(() => 'node ../../packages/launch/launch.mjs ../../packages/lab-cli/src/pnpm-lab.ts'),
    )
  })

  test('every package that is asked for is there', () => {
    const manifests = [...made.files.keys()].filter(path => path.endsWith('package.json')).map(packageOf)
    const names = manifests.map(({ name }) => name)
    for (const { dependencies, devDependencies } of manifests)
      for (const [name, version] of Object.entries({ ...dependencies, ...devDependencies }))
        if (version.startsWith('workspace:')) expect(names).toContain(name)
  })

  test('packages with a build come built, and without their compiler', async () => {
    const files = await packageFiles(COURSE_ROOT, ['@backprop/backend-wasm'])
    const own = [...files.keys()].filter(path => path.startsWith('packages/backend-wasm/'))
    expect(own).toContain('packages/backend-wasm/dist/kernels.js')
    expect(own.filter(path => /assembly|build\.mjs|\/test\//.test(path))).toEqual([])
    expect(files.get('packages/backend-wasm/dist/kernels.js')?.toString()).toMatch(
      /^export const plain = ["'][A-Za-z0-9+/=]{20000,}["']\nexport const relaxed = ["']/,
    )
    const manifest = files.get('packages/backend-wasm/package.json')?.toString()
    expect(manifest).not.toMatch(/assemblyscript|"build"|"test"|prepare/)
  })

  test('the lockfile pins what ours pins, and nothing else is in it', () => {
    interface Lockfile {
      readonly importers: Record<string, unknown>
      readonly packages: Record<string, unknown>
      readonly snapshots: Record<string, unknown>
    }
    const ours = parse(readFileSync(join(COURSE_ROOT, 'pnpm-lock.yaml'), 'utf8')) as Lockfile
    const theirs = parse(textOf('pnpm-lock.yaml')) as Lockfile
    expect(ours.packages).toMatchObject(theirs.packages)
    expect(ours.snapshots).toMatchObject(theirs.snapshots)
    const folders = [...made.files.keys()].filter(path => path.endsWith('/package.json')).map(dirname)
    expect(Object.keys(theirs.importers).sort()).toEqual(['.', ...folders].sort())
    const versions = Object.keys(theirs.snapshots).map(id => id.split('(')[0])
    expect([...new Set(versions)].sort()).toEqual(Object.keys(theirs.packages).sort())
    for (const name of ['assemblyscript', 'turbo', 'prettier', 'dependency-cruiser', '@jax-js/jax', 'playwright-core'])
      expect(Object.keys(theirs.packages).filter(id => id.startsWith(`${name}@`))).toEqual([])
    expect(textOf('pnpm-workspace.yaml')).not.toMatch(/turbo|grader|solutions/)
    expect(textOf('pnpm-workspace.yaml')).toContain('verifyDepsBeforeRun: install')
  })

  test('the README names the labs and the files, and nothing that is not there', () => {
    const readme = textOf('README.md')
    for (const { manifest } of labs)
      expect(readme).toContain(
        `| [${manifest.id}](labs/${manifest.id}/README.md) | ${manifest.title} | \`${manifest.edit.join('`, `')}\` |`,
      )
    expect(readme).toContain('npx -y pnpm@')
    expect(readme).not.toMatch(/\{\{|undefined|hidden/)
    const links = [...readme.matchAll(/\]\((?!https:)([^)]+)\)/g)].map(match => match[1])
    expect(links.filter(path => !made.files.has(path))).toEqual([])
    const scripts = Object.keys(packageOf('package.json').scripts ?? {})
    const named = [...readme.matchAll(/^pnpm (\w+)/gm)].map(match => match[1])
    expect(named.filter(name => !scripts.includes(name))).toEqual([])
  })

  test('the workflow for students is where GitHub looks for it', () => {
    const workflow = readFileSync(join(COURSE_ROOT, 'grader/workflows/student.yml'), 'utf8')
    expect(textOf('.github/workflows/labs.yml')).toBe(workflow)
    expect(workflow, 'the same pnpm as in package.json').toContain(
      `npx -y ${String(packageOf('package.json').packageManager)} lab`,
    )
  })

  test('the pipeline for students is where GitLab looks for it', () => {
    const pipeline = readFileSync(join(COURSE_ROOT, 'grader/workflows/student.gitlab-ci.yml'), 'utf8')
    expect(textOf('.gitlab-ci.yml')).toBe(pipeline)
  })

  test('a dev container installs what the lockfile pins, as a user who is not root, and knows no secret', () => {
    const container = DevContainer.parse(JSON.parse(textOf('.devcontainer/devcontainer.json')))
    const { packageManager, engines } = packageOf('package.json') as {
      packageManager: string
      engines: { node: string }
    }
    expect(container.postCreateCommand).toBe(`npx -y ${packageManager} install --frozen-lockfile`)
    expect(container.remoteUser).toBe('node')
    const [, major] = /:(\d+)-/.exec(container.image) ?? []
    expect(Number(major)).toBeGreaterThanOrEqual(parseInt(engines.node.replace(/\D+/, ''), 10))
    const recommended = JSON.parse(textOf('.vscode/extensions.json')) as { recommendations: string[] }
    expect(container.customizations.vscode.extensions).toEqual(recommended.recommendations)
  })

  test('git takes all of it', () => {
    const folder = mkdtempSync(join(around, 'vorlage '))
    for (const [path, bytes] of made.files) {
      mkdirSync(dirname(join(folder, path)), { recursive: true })
      writeFileSync(join(folder, path), bytes)
    }
    const git = (...args: string[]) => execFileSync('git', args, { cwd: folder, encoding: 'utf8' })
    expect(textOf('.gitattributes')).toBe('* text=auto eol=lf\n')
    git('init', '--quiet')
    git('add', '--all')
    expect(git('ls-files', '-z').split('\0').filter(Boolean).sort()).toEqual([...made.files.keys()].sort())
    expect(git('status', '--porcelain', '--ignored')).not.toContain('!!')
  })
})

describe('pnpm grade release', () => {
  const place = () => join(mkdtempSync(join(around, 'Abgabe für ')), 'students')
  const labs01 = ['--labs', '01']

  test('fills a new folder, and says what is in it', async () => {
    const out = place()
    const { code, stdout } = await run(release, ['--out', join(out, 'deeper'), ...labs01])
    expect(code).toBe(0)
    expect(stdout).toMatch(/^Released 01-perceptron to .*students.deeper\n\d+ files, \d\.\d MB, course [0-9a-f]{12}\./)
    const { files } = await makeRelease([lab])
    const written = readdirSync(join(out, 'deeper'), { recursive: true, withFileTypes: true })
    expect(written.filter(entry => entry.isFile())).toHaveLength(files.size)
    for (const [path, bytes] of files) expect(readFileSync(join(out, 'deeper', path))).toEqual(bytes)
    expect(readdirSync(out), 'nothing is left beside it').toEqual(['deeper'])
  })

  test('a dry run writes nothing', async () => {
    const out = place()
    const { stdout } = await run(release, ['--out', out, '--dry-run', ...labs01])
    expect(stdout).toContain(`Would release 01-perceptron to ${out}`)
    expect(readdirSync(dirname(out))).toEqual([])
  })

  test('fills a repository that was just made', async () => {
    const out = place()
    mkdirSync(join(out, '.git'), { recursive: true })
    await run(release, ['--out', out, ...labs01])
    expect(readdirSync(out)).toEqual(expect.arrayContaining(['.git', '.course.json', 'labs', 'README.md']))
    expect(readdirSync(dirname(out))).toEqual(['students'])
  })

  test('refuses a folder with something in it', async () => {
    const out = place()
    mkdirSync(out)
    writeFileSync(join(out, 'thesis.txt'), '')
    await expect(run(release, ['--out', out])).rejects.toThrow(
      `"${out}" is not empty. Give a new folder, or add --update to bring a student repository there up to date.`,
    )
    await expect(run(release, ['--out', join(out, 'thesis.txt')])).rejects.toThrow('thesis.txt" is a file.')
    expect(readdirSync(out)).toEqual(['thesis.txt'])
  })

  test('refuses a folder of the course, unless git ignores it', async () => {
    await expect(run(release, ['--out', join(COURSE_ROOT, 'grader/students'), '--dry-run'])).rejects.toThrow(
      'students" is inside the course and would become part of it. Give a folder outside, or one that .gitignore names.',
    )
    const { stdout } = await run(release, ['--out', join(COURSE_ROOT, 'reports/students'), '--dry-run', ...labs01])
    expect(stdout).toContain('Would release')
  })

  test('wrong usage is a sentence with the fix', async () => {
    await expect(run(release, [])).rejects.toThrow(
      "required option '--out <dir>' not specified\nSee: pnpm grade release --help",
    )
    await expect(run(release, ['--out', place(), '--labs', '1,77'])).rejects.toThrow('There is no lab "77"')
    const nowhere = join(place(), 'nowhere')
    await expect(run(release, ['--update', '--out', nowhere])).rejects.toThrow(
      `There is no folder "${nowhere}" to update.`,
    )
    await expect(run(release, ['--update', '--out', around])).rejects.toThrow('it has no file .course.json.')
  })

  test('what was interrupted leaves nothing', async () => {
    const stop = new AbortController()
    stop.abort()
    for (const folder of ['', 'deeper/still']) {
      const out = place()
      const args = ['--out', join(out, folder), ...labs01]
      await expect(run(release, args, { signal: stop.signal })).rejects.toThrow('aborted')
      expect(readdirSync(dirname(out))).toEqual([])
    }
  })
})
