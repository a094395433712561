import { isUtf8 } from 'node:buffer'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Lab } from '@backprop/course'
import type { LabCheck } from '../check/lab-checker.ts'
import { declarations } from '../lab/declarations.ts'
import { handedOut } from '../lab/exercise-functions.ts'
import type { Finding } from './finding.ts'

/** Problems of whole files, found without running anything: wrong encoding, missing tests, missing files or exports. */

/**
 * A file that isn't saved as UTF-8. The compiler can't read UTF-16 at all. It reads letters of an older encoding as �, so
 * every test passes here, but the grader refuses the file.
 */
export async function otherEncoding(lab: Lab, exercise: string): Promise<Finding | undefined> {
  for (const { file } of await importsOf(lab, exercise)) {
    const bytes = await readFile(join(lab.dir, file)).catch(() => null)
    // In UTF-16, every other byte of English text is zero. UTF-8 text has no zeros.
    if (bytes === null || (isUtf8(bytes) && !bytes.includes(0))) continue
    return {
      title: `${file} is not saved as UTF-8`,
      facts: ['Nothing is lost, but the tests or the grader cannot read this encoding.'],
      advice: ['In VS Code: click the encoding at the lower right, choose "Save with Encoding", then UTF-8.'],
    }
  }
  return undefined
}

/** What the tests import from one of the student's files. */
interface Import {
  readonly file: string
  readonly names: readonly string[]
}

/** The tests of the exercise were deleted. */
async function missingTests(lab: Lab, exercise: string, { changed }: LabCheck): Promise<Finding | undefined> {
  const gone = changed.filter(({ file, how }) => how === 'missing' && file.startsWith('test/'))
  if (gone.length === 0 || (await testsOf(lab, exercise)).length > 0) return undefined
  return {
    title: 'The visible tests of this exercise are missing',
    facts: [`Missing: ${gone.map(({ file }) => file).join(', ')}.`],
    advice: [`"${gone[0].fix}" brings the tests back.`],
  }
}

/**
 * What an exercise needs and doesn't have: its tests, or a file or function that its tests import and that was renamed,
 * deleted or isn't exported. Without this, the error would point at a line of a test.
 */
export async function missingFinding(lab: Lab, exercise: string, check: LabCheck): Promise<Finding | undefined> {
  return (await missingTests(lab, exercise, check)) ?? missingImport(lab, exercise, check)
}

async function missingImport(lab: Lab, exercise: string, { problems }: LabCheck): Promise<Finding | undefined> {
  const stubs = await handedOut(lab)
  for (const { file, names } of await importsOf(lab, exercise)) {
    const source = await readFile(join(lab.dir, file), 'utf8').catch(() => null)
    const back =
      stubs.size > 0 ? `"pnpm lab reset ${lab.manifest.id}"` : `"git checkout -- labs/${lab.manifest.id}/${file}"`
    if (source === null) return missingFile(file, names, await namesLike(lab, file), back)
    if (source.trim() === '')
      return {
        title: `${file} is empty`,
        facts: [`The tests import ${listed(names)} from it.`],
        advice: [`Undo that in your editor, or run ${back} to get the file back as it was handed out.`],
      }
    // With a syntax error, the export may be hidden further down.
    if (problems.some(problem => problem.isSyntax && problem.file === file)) continue
    const missing = names.find(name => !exportsName(source, name))
    if (missing) return missingExport({ file, name: missing, source, stub: stubs.get(file), back })
  }
  return undefined
}

/** The texts of the visible tests that mention an exercise. */
async function testsOf({ dir }: Lab, exercise: string): Promise<string[]> {
  const files = await readdir(join(dir, 'test')).catch((): string[] => [])
  const texts = await Promise.all(files.map(name => readFile(join(dir, 'test', name), 'utf8').catch(() => '')))
  return texts.filter(text => text.includes(`'${exercise}'`))
}

/** What the visible tests of an exercise import from the student's files. */
async function importsOf(lab: Lab, exercise: string): Promise<Import[]> {
  const { edit } = lab.manifest
  const mine = await testsOf(lab, exercise)
  return mine.flatMap(text =>
    Array.from(text.matchAll(/^import \{([^}]*)\} from '#lab\/([\w-]+)'/gm), ([, names, module]) => ({
      file: `src/${module}.ts`,
      names: names.split(',').map(name => name.trim().replace(/ as .*$/, '')).filter(name => name && !name.startsWith('type ')), // prettier-ignore
    })).filter(({ file }) => edit.includes(file)),
  )
}

function missingFile(file: string, names: readonly string[], like: readonly string[], back: string): Finding {
  const [found] = like
  return {
    title: `${file} is missing`,
    facts: [`The tests import ${listed(names)} from it.${found ? ` There is ${found}.` : ''}`],
    advice: [
      found
        ? `Is ${found} your file under another name? Only ${file} is tested and handed in: rename it back.`
        : `Run ${back} to get the file back as it was handed out.`,
    ],
  }
}

interface MissingExport {
  readonly file: string
  readonly name: string
  readonly source: string
  readonly stub: string | undefined
  readonly back: string
}

function missingExport({ file, name, source, stub, back }: MissingExport): Finding {
  const title = stub === undefined || exportsName(stub, name) ? `${file} no longer exports ${name}` : `${file} does not export ${name}` // prettier-ignore
  const facts = [`The tests import ${name} from this file.`]
  const there = declarations(source)
  const own = there.find(each => each.name === name)
  if (own && new RegExp(`^export\\s+default\\b.*\\b${name}\\b`, 'm').test(source))
    return { title, place: { file, line: own.from }, facts, advice: [`Remove "default": export function ${name}(…).`] }
  if (own)
    return { title, place: { file, line: own.from }, facts, advice: [`Write "export" before it: export function ${name}(…).`] } // prettier-ignore
  const handedOutNames = declarations(stub ?? '').map(each => each.name)
  const other = there.find(each => !handedOutNames.includes(each.name) && isLike(each.name, name))
  if (other)
    return {
      title,
      place: { file, line: other.from },
      facts,
      advice: [`Was it renamed to ${other.name}? The tests and the grader call it ${name}.`],
    }
  return { title, facts, advice: [`Undo that in your editor, or run ${back} to get the file back as it was handed out; a copy of yours is kept.`] } // prettier-ignore
}

/** Other files in `src/` with a similar name: `Perceptron.ts`, `perceptron (1).ts`, `perceptron.ts.txt`. */
async function namesLike({ dir, manifest }: Lab, file: string): Promise<string[]> {
  const letters = (name: string) => name.toLowerCase().replace(/^src\//, '').replace(/\.[a-z.]+$/, '').replace(/[^a-z]/g, '') // prettier-ignore
  const there = await readdir(join(dir, 'src')).catch((): string[] => [])
  return there
    .map(name => `src/${name}`)
    .filter(name => name !== file && !manifest.edit.includes(name) && isLike(letters(name), letters(file)))
}

/** Whether a module exports a value with this name, judged by its text. */
function exportsName(source: string, name: string): boolean {
  const code = source.replace(/\/\*[^]*?\*\/|^\s*\/\/.*$/gm, '')
  const declared = new RegExp(
    `^export\\s+(?:async\\s+)?(?:function\\s*\\*?|class|const|let|var|enum)\\s+${name}\\b`,
    'm',
  )
  const several = /^export\s+(?:const|let|var)\s+[^=]+=[^]*?,\s*$|^export\s+(?:const|let|var)\s*[{[]|^export\s*\*/m
  const listedNames = Array.from(code.matchAll(/^export\s*\{([^}]*)\}/gm), ([, names]) => names.split(',')).flat()
  const isListed = listedNames.some(each => (/\bas\s+(\S+)/.exec(each)?.[1] ?? each).trim() === name)
  // When in doubt, it does: then the tests say what is wrong.
  return declared.test(code) || isListed || several.test(code)
}

/** One is a prefix of the other, or they differ in a letter or two. */
const isLike = (a: string, b: string): boolean =>
  a.toLowerCase().startsWith(b.toLowerCase()) || b.toLowerCase().startsWith(a.toLowerCase()) || distance(a, b) <= 2

/** The Levenshtein distance: how many letters must be inserted, deleted or changed. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++)
      next.push(Math.min(row[j] + 1, next[j - 1] + 1, row[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1)))
    row = next
  }
  return row[b.length]
}

const listed = (names: readonly string[]): string =>
  names.length < 2 ? (names[0] ?? 'nothing') : `${names.slice(0, -1).join(', ')} and ${names[names.length - 1]}`
