import { cpSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type ExerciseManifest, LabManifest } from '@backprop/course'
import { expect, test } from 'vitest'
import { COURSE_ROOT, solutionDir } from '../src/course.ts'
import { expectedStubs } from '../src/intake/stubs.ts'
import { labFiles } from '../src/release/release-lab.ts'
import { refuseSecrets } from '../src/release/secrets.ts'
import { copyOfLab } from './copy-of-lab.ts'
import { released } from './released.ts'

/** What is secret stays here: nothing that students receive holds a hidden test or a solution. */

const { around, labs, made, textOf } = await released()
const [lab] = labs

/** All files under a folder of the course, read by this test alone. */
function read(folder: string, wanted: (path: string) => boolean): Map<string, string> {
  return new Map(
    readdirSync(join(COURSE_ROOT, folder), { recursive: true, withFileTypes: true })
      .filter(entry => entry.isFile())
      .map(entry => join(entry.parentPath, entry.name))
      .map(file => [file.slice(COURSE_ROOT.length + 1).replaceAll('\\', '/'), file])
      .filter(([path]) => !/(^|\/)(node_modules|\.cache|\.turbo)\//.test(path) && wanted(path))
      .map(([path, file]) => [path, readFileSync(file, 'utf8')]),
  )
}

const hidden = () => read('labs', path => path.includes('/hidden/'))
const answers = () => read('solutions', path => !/\/(package|tsconfig)\.json$/.test(path))

test('no path leads to a hidden suite, a solution, a mutant, or the grader', () => {
  const secret = /(^|\/)(hidden|solutions|mutants|grader|bench|design|test-fixtures)([./]|$)/
  expect([...made.files.keys()].filter(path => secret.test(path))).toEqual([])
})

test('any 32 consecutive characters of a secret file that are released are in a public file too', async () => {
  // Hints quote solutions, and visible tests import what hidden ones do: these were public before.
  const isPublic = (path: string) => !/^labs\/[^/]+\/(hidden|src)\//.test(path)
  const known = [...read('labs', isPublic).values(), ...read('packages', isPublic).values()]
  known.push(readFileSync(join(COURSE_ROOT, 'package.json'), 'utf8'))
  for (const each of labs) known.push(...(await expectedStubs(each)).values())
  const secrets = windowsIn([...hidden().values(), ...answers().values()])
  const released = windowsIn([...made.files.values()].map(String), secrets)
  const wasPublic = windowsIn(known, released)
  expect([...released].filter(window => !wasPublic.has(window))).toEqual([])
  // Stubs share their documentation with the solutions: a search that finds nothing would be broken.
  expect(released.size).toBeGreaterThan(1000)
  expect(secrets.size - released.size).toBeGreaterThan(10_000)
})

test('hidden tests are not named in lab.json, and the points of an exercise are', () => {
  const manifest = textOf('labs/01-perceptron/lab.json')
  for (const { tests } of lab.manifest.exercises)
    for (const { concept } of tests) expect(manifest).not.toContain(concept)
  const { exercises } = LabManifest.parse(JSON.parse(manifest))
  const pointsOf = ({ id, tests }: ExerciseManifest) => [id, tests.reduce((sum, { points }) => sum + points, 0)]
  expect(exercises.map(pointsOf)).toEqual(lab.manifest.exercises.map(pointsOf))
  expect(exercises.map(({ tests }) => tests.length)).toEqual(exercises.map(() => 1))
})

test('a lab that was done in the course itself is released undone', async () => {
  const { copy } = await copyOfLab(around)
  cpSync(join(solutionDir(copy), 'src'), join(copy.dir, 'src'), { recursive: true })
  const stub = (await expectedStubs(copy)).get('src/perceptron.ts')
  expect((await labFiles(copy)).get('src/perceptron.ts')?.toString()).toBe(stub)
})

test('a solution that marks nothing as its answer is not released', async () => {
  const { copy, edit } = await copyOfLab(around)
  edit('solutions/01-perceptron/src/perceptron.ts', code => code.replace('// SOLUTION(predict): ', '// '))
  edit('solutions/01-perceptron/src/perceptron.ts', code => code.replace(/(\? -1 : 1\)\)\n) *\/\/ END\n/, '$1'))
  await expect(labFiles(copy)).rejects.toThrow(
    'solutions/01-perceptron has no "// SOLUTION(predict): …": what is not marked would be given away.',
  )
})

test('a copy of a solution in the wrong folder stops the release, regardless of its indentation', async () => {
  const solution = readFileSync(join(solutionDir(lab), 'src/perceptron.ts'), 'utf8')
  const planted = (text: string) =>
    refuseSecrets(COURSE_ROOT, new Map([['labs/01-perceptron/old.ts', Buffer.from(text)]]))
  await expect(planted(solution.replaceAll('\n', '\n\t'))).rejects.toThrow(
    /^labs\/01-perceptron\/old\.ts holds \d+ characters in a row of solutions\/01-perceptron\/src\/perceptron\.ts \("/,
  )
  const suite = readFileSync(join(lab.dir, 'hidden/reference.ts'), 'utf8')
  await expect(planted(`x${suite.slice(700, 900)}`)).rejects.toThrow('labs/01-perceptron/hidden/reference.ts')
  await planted(textOf('labs/01-perceptron/src/perceptron.ts'))
  await planted(suite.slice(700, 820))
})

/** All stretches of 32 characters in these texts; only those that are in `wanted`, where that is given. */
function windowsIn(texts: readonly string[], wanted?: ReadonlySet<string>): Set<string> {
  const windows = new Set<string>()
  for (const text of texts) {
    for (let at = 0; at + 32 <= text.length; at += 1) {
      const window = text.slice(at, at + 32)
      if (!wanted || wanted.has(window)) windows.add(window)
    }
  }
  return windows
}
