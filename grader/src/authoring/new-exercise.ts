import { access, mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'
import { exerciseHeadings, LabManifest, type Lab } from '@backprop/course'
import { solutionDir } from '../course.ts'
import { GraderFault, UsageError } from '../errors.ts'
import { stubOf } from '../intake/stubs.ts'
import { parseSolution } from './read-solution.ts'
import { correctReadme } from './readme.ts'

/**
 * Everything that an exercise consists of, with the mean of a list as an example that passes `grade check`: the author
 * replaces it step by step. It goes before the quiz, if there is one.
 */

/** The texts of a lab that grow with each exercise. */
export interface LabTexts {
  readonly manifest: string
  readonly readme: string
  readonly hints: string
  readonly mutants: string
}

/** New contents by path relative to the root of the course. */
export type CourseFiles = ReadonlyMap<string, string>

/** Adds an exercise to a lab. Returns the paths that were written, new files first. */
export async function newExercise(lab: Lab, id: string, root: string): Promise<string[]> {
  const { manifest } = lab
  if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(id) || id === 'quiz')
    throw new UsageError(
      `An exercise's name must be lowercase words joined by hyphens, such as hinge-loss; got "${id}".`,
    )
  if (manifest.exercises.some(each => each.id === id))
    throw new UsageError(`${manifest.id} already has an exercise "${id}". Choose another name.`)
  const read = (path: string) => readFile(path, 'utf8')
  const texts = {
    manifest: await read(join(lab.dir, 'lab.json')),
    readme: await read(join(lab.dir, 'README.md')),
    hints: await read(join(lab.dir, 'hints.md')),
    mutants: await read(join(solutionDir(lab), 'mutants.json')),
  }
  const labDir = relative(root, lab.dir)
  return writeFiles(root, { created: exerciseFiles(manifest.id, id), changed: grownFiles(labDir, texts, id) })
}

/** Writes files that must not exist yet, and files that change. */
export async function writeFiles(
  root: string,
  { created, changed }: { readonly created: CourseFiles; readonly changed: CourseFiles },
): Promise<string[]> {
  for (const path of created.keys())
    if (
      await access(join(root, path)).then(
        () => true,
        () => false,
      )
    )
      throw new UsageError(`${path} already exists. Choose another name, or move the file away.`)
  for (const [path, text] of [...created, ...changed]) {
    await mkdir(dirname(join(root, path)), { recursive: true })
    await writeFile(join(root, path), text)
  }
  return [...created.keys(), ...changed.keys()]
}

/** The files of an exercise alone: solution, stub, visible and hidden tests. */
export function exerciseFiles(lab: string, id: string): CourseFiles {
  const name = functionName(id)
  const solution = solutionText(id, name)
  const visible = visibleTest(id, name)
  try {
    // The name is a keyword, or means something else in the tests.
    for (const text of [solution, visible]) parseSolution(text)
  } catch {
    throw new UsageError(`"${name}" cannot be the name of a function here. Choose an id other than "${id}".`)
  }
  return new Map([
    [`solutions/${lab}/src/${id}.ts`, solution],
    [`labs/${lab}/src/${id}.ts`, stubOf(solution, `solutions/${lab}/src/${id}.ts`)],
    [`labs/${lab}/test/${id}.test.ts`, visible],
    [`labs/${lab}/hidden/${id}.test.ts`, hiddenTest(id, name)],
  ])
}

/** The texts of the lab with the exercise added; numbers and points in the README are updated. */
export function grownFiles(labDir: string, texts: LabTexts, id: string): CourseFiles {
  const name = functionName(id)
  const manifestText = withExercise(texts.manifest, id)
  const manifest = LabManifest.parse(JSON.parse(manifestText))
  const readme = correctReadme(withSection(texts.readme, id, name), manifest)
  return new Map([
    [`${labDir}/lab.json`, manifestText],
    [`${labDir}/README.md`, readme],
    [`${labDir}/hints.md`, beforeQuiz(texts.hints, /^## quiz$/m, hintsText(id, name))],
    [`solutions/${manifest.id}/mutants.json`, withMutants(texts.mutants, id)],
  ])
}

/** `root-mean-square` → `rootMeanSquare` */
const functionName = (id: string): string => id.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase())

/** `root-mean-square` → `Root mean square` */
export const titleOf = (id: string): string => {
  const words = id.replaceAll('-', ' ')
  return words[0].toUpperCase() + words.slice(1)
}

function beforeQuiz(text: string, quiz: RegExp, added: string): string {
  const at = text.search(quiz)
  return at < 0 ? `${text.trimEnd()}\n\n${added}\n` : `${text.slice(0, at)}${added}\n\n${text.slice(at)}`
}

function withSection(readme: string, id: string, name: string): string {
  const headings = exerciseHeadings(readme)
  const quiz = headings.find(({ exercise }) => exercise === 'quiz')
  const lines = readme.split('\n')
  const last = headings.at(-1)?.line ?? lines.length
  const after = lines.findIndex((line, i) => i >= last && line.startsWith('## '))
  const at = quiz ? quiz.line - 1 : after < 0 ? lines.length : after
  return [...lines.slice(0, at), ...sectionText(id, name).split('\n'), '', ...lines.slice(at)].join('\n')
}

/** Edits `lab.json` as text, which keeps its layout. */
function withExercise(manifest: string, id: string): string {
  const entry = `    {
      "id": "${id}",
      "title": "${titleOf(id)}",
      "tests": [
        { "id": "worked-example", "weight": 4, "concept": "the worked example of the README" },
        { "id": "any-length", "weight": 4, "concept": "lists of any length, a single number included" }
      ]
    }`
  const { edit } = JSON.parse(manifest) as { readonly edit: readonly string[] }
  const quiz = edit.indexOf('src/quiz.ts')
  const files = edit.toSpliced(quiz < 0 ? edit.length : quiz, 0, `src/${id}.ts`).map(file => JSON.stringify(file))
  const line = `  "edit": [${files.join(', ')}],`
  const list = line.length <= 120 ? line : `  "edit": [\n${files.map(file => `    ${file}`).join(',\n')}\n  ],`
  const grown = manifest
    .replace(/^ {2}"edit": \[[^\]]*\],/m, () => list)
    .replace(/^ {4}\{\s+"id": "quiz",|\n {2}\]\n\}\n$/m, found =>
      found.includes('quiz') ? `${entry},\n${found}` : `,\n${entry}${found}`,
    )
  const { exercises } = JSON.parse(grown) as { readonly exercises: readonly { readonly id: string }[] }
  if (!exercises.some(each => each.id === id))
    throw new GraderFault(
      'lab.json: expected the layout that "pnpm format" produces: run it, then add the exercise again.',
    )
  return grown
}

const withMutants = (mutants: string, id: string): string =>
  mutants.replace(/\n?\]\n$/, end => {
    const isFirst = mutants.trim() === '[]'
    return `${isFirst ? '\n' : ',\n'}${mutantsText(id)}${isFirst ? '\n]\n' : end}`
  })

const solutionText = (id: string, name: string) => `/**
 * The mean (x₁ + … + xₙ) / n of a list.
 *
 * @param values at least one number
 * @example ${name}([1, 2, 6]) // 3
 */
export function ${name}(values: readonly number[]): number {
  // SOLUTION(${id}): Return the mean of the values.
  let sum = 0
  for (const value of values) sum += value
  return sum / values.length
  // END
}
`

const visibleTest = (id: string, name: string) => `import { exercise, expect, test } from '@backprop/testkit'
import { ${name} } from '#lab/${id}'

exercise('${id}', () => {
  test('returns the mean from the README', () => {
    expect(${name}([1, 2, 6]), '(1 + 2 + 6) / 3: is the sum divided by the number of values?').toBeNear(3)
  })

  test('takes a single number', () => {
    expect(${name}([-4]), 'the mean of one number is that number').toBeNear(-4)
  })
})
`

const hiddenTest = (id: string, name: string) => `import { exercise, expect } from '@backprop/testkit'
import { submissionTest } from '@backprop/grader/suite'

const test = submissionTest<typeof import('#lab/${id}')>('${id}')

exercise('${id}', () => {
  test('worked-example', async ({ student }) => {
    expect(await student.${name}([1, 2, 6]), 'the mean of 1, 2 and 6').toBeNear(3)
    expect(await student.${name}([-2, -5]), 'the mean of −2 and −5').toBeNear(-3.5)
  })

  test('any-length', async ({ student, rng }) => {
    for (const count of [1, 2, 7, 100]) {
      const values = Array.from({ length: count }, () => 5 + rng.normal())
      const mean = values.reduce((sum, value) => sum + value / count, 0)
      expect(await student.${name}(values), \`the mean of \${count} numbers\`).toBeNear(mean)
    }
  })
})
`

const sectionText = (id: string, name: string) => `## ${titleOf(id)} — \`${id}\`

Given a list of n numbers, return their mean: their sum, divided by n.

    ${name}([1, 2, 6]) // 3, because (1 + 2 + 6) / 3 = 3

Watch out: n is the length of the list, and it may be 1.`

const hintsText = (id: string, name: string) => `## ${id}

### 1

Add up all numbers first, and divide once at the end.

### 2

A loop \`for (const value of values)\` visits each number. \`values.length\` says how many there are.

### 3

Start with \`let sum = 0\`, add each value to it, and return \`sum / values.length\`. For [1, 2, 6] \`${name}\` returns 9 / 3.`

const mutantsText = (id: string) =>
  [
    ['one-too-few', 'sum / values.length', 'sum / Math.max(1, values.length - 1)', 'divides by n − 1'],
    ['sum', 'return sum / values.length', 'return sum', 'forgets to divide'],
    ['without-first', 'of values) sum', 'of values.slice(1)) sum', 'leaves out the first number'],
  ]
    .map(([name, find, replace, why]) =>
      [
        '  {',
        `    "id": "${id}-${name}",`,
        `    "file": "src/${id}.ts",`,
        `    "find": "${find}",`,
        `    "replace": "${replace}",`,
        `    "loses": ["${id}"],`,
        `    "why": "${why}"`,
        '  }',
      ].join('\n'),
    )
    .join(',\n')
