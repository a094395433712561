import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Lab, LabManifest } from '@backprop/course'
import { GraderFault, UsageError } from '../errors.ts'
import { parseTypeScript } from '../typescript.ts'
import { correctReadme } from './readme.ts'
import { copyOfTemplate, type CourseFiles, functionName, writeFiles } from './template.ts'

/** Adds an exercise to a lab, before the quiz if there is one. Returns the paths that were written, new files first. */
export async function newExercise({ manifest }: Lab, id: string, root: string): Promise<string[]> {
  if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(id) || id === 'quiz')
    throw new UsageError(
      `An exercise's name must be lowercase words joined by hyphens, such as hinge-loss; got "${id}".`,
    )
  if (manifest.exercises.some(each => each.id === id))
    throw new UsageError(`${manifest.id} already has an exercise "${id}". Choose another name.`)
  const template = await copyOfTemplate({ lab: manifest.id, exercise: id })
  const [lab, solution] = [`labs/${manifest.id}`, `solutions/${manifest.id}`]
  const own = [
    `${solution}/src/${id}.ts`,
    `${lab}/src/${id}.ts`,
    `${lab}/test/${id}.test.ts`,
    `${lab}/hidden/${id}.test.ts`,
  ]
  const created = new Map(own.map(path => [path, template.get(path) ?? '']))
  refuseBadName(id, created)
  const grown = async (path: string, grow: (text: string, template: string) => string) =>
    [path, grow(await readFile(join(root, path), 'utf8'), template.get(path) ?? '')] as const
  const json = await grown(`${lab}/lab.json`, (text, from) => withExercise(text, entryOf(from, id), id))
  const grownManifest = LabManifest.parse(JSON.parse(json[1]))
  const ids = manifest.exercises.map(each => each.id)
  const changed = new Map([
    json,
    await grown(`${lab}/README.md`, (text, from) => correctReadme(withSection(text, from, id, ids), grownManifest)),
    await grown(`${lab}/hints.md`, (text, from) => withSection(text, from, id, ids)),
    await grown(`${solution}/mutants.json`, (text, from) => withMutants(text, entryOf(from, `src/${id}.ts`))),
  ])
  return writeFiles(root, created, changed)
}

/** The function's name may be a keyword, or mean something else in the tests. */
function refuseBadName(id: string, created: CourseFiles): void {
  try {
    for (const text of created.values()) parseTypeScript(text)
  } catch {
    throw new UsageError(
      `"${functionName(id)}" cannot be the name of a function here. Choose an id other than "${id}".`,
    )
  }
}

/** The objects of a JSON list that mention this text, as they are laid out there. */
const entryOf = (json: string, mention: string): string =>
  (json.match(/^(?<indent> +)\{\n[^]*?^\k<indent>\}/gm) ?? [])
    .filter(entry => entry.includes(JSON.stringify(mention)))
    .join(',\n')

/** Edits `lab.json` as text, which keeps its layout. */
function withExercise(manifest: string, entry: string, id: string): string {
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

const withMutants = (mutants: string, added: string): string =>
  mutants.trim() === '[]' ? `[\n${added}\n]\n` : mutants.replace(/\n\]\n$/, () => `,\n${added}\n]\n`)

/** A README or hints with the template's section about the exercise, before the quiz or after the last exercise. */
function withSection(text: string, template: string, id: string, ids: readonly string[]): string {
  const sections = sectionsOf(text)
  const added = sectionsOf(template).filter(section => exerciseOf(section) === id)
  const last = sections.findLastIndex(section => ids.includes(exerciseOf(section)))
  const at = last < 0 ? sections.length : exerciseOf(sections[last]) === 'quiz' ? last : last + 1
  return `${sections.toSpliced(at, 0, ...added).join('\n\n')}\n`
}

const sectionsOf = (text: string): string[] => text.split(/^(?=## )/m).map(section => section.trimEnd())

/** The exercise that a section is about: `## score`, or "## 1. The score — `score` · 14 points". */
const exerciseOf = (section: string): string => /^## (?:.*`)?([a-z0-9-]+)(?:`.*)?$/m.exec(section)?.[1] ?? ''
