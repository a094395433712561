import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Lab } from '@backprop/course'
import type { Finding } from '../explain/finding.ts'
import { isOfFile } from '../explain/span.ts'
import type { Seen } from '../explain/explain.ts'
import { declarations } from './declarations.ts'
import { handedOut } from './stubs.ts'

/** What the tests import of one of the student's files. */
interface Import {
  readonly file: string
  readonly names: readonly string[]
}

/**
 * What the tests of an exercise import of the student's files and do not find there: a file or a function that was renamed,
 * deleted, emptied or is not exported. Without this, the error is about a line of a test.
 */
export async function missingPart(lab: Lab, exercise: string, { problems }: Seen): Promise<Finding | undefined> {
  const stubs = await handedOut(lab)
  for (const { file, names } of await importsOf(lab, exercise)) {
    const source = await readFile(join(lab.dir, file), 'utf8').catch(() => null)
    const back =
      stubs.size > 0 ? `"pnpm lab reset ${lab.manifest.id}"` : `"git checkout -- labs/${lab.manifest.id}/${file}"`
    if (source === null) return ofMissingFile(file, names, await namesLike(lab, file), back)
    if (source.trim() === '')
      return {
        title: `${file} is empty`,
        facts: [`The tests import ${listed(names)} from it.`],
        advice: [`Undo it in your editor, or ${back} brings the file back as it was handed out.`],
      }
    // A file that is not TypeScript yet may export it further down.
    if (problems.some(problem => problem.isSyntax && isOfFile(problem.file, [{ file, from: 0, to: 0 }]))) continue
    const missing = names.find(name => !exportsName(source, name))
    if (missing) return ofMissingExport({ file, name: missing, source, stub: stubs.get(file), back })
  }
  return undefined
}

/** The texts of the visible tests that name an exercise. */
export async function testsOf({ dir }: Lab, exercise: string): Promise<string[]> {
  const files = await readdir(join(dir, 'test')).catch((): string[] => [])
  const texts = await Promise.all(files.map(name => readFile(join(dir, 'test', name), 'utf8').catch(() => '')))
  return texts.filter(text => text.includes(`'${exercise}'`))
}

/** What the visible tests of an exercise import of the student's files. */
export async function importsOf(lab: Lab, exercise: string): Promise<Import[]> {
  const { edit } = lab.manifest
  const mine = await testsOf(lab, exercise)
  return mine.flatMap(text =>
    Array.from(text.matchAll(/^import \{([^}]*)\} from '#lab\/([\w-]+)'/gm), ([, names, module]) => ({
      file: `src/${module}.ts`,
      names: names.split(',').map(name => name.trim().replace(/ as .*$/, '')).filter(name => name && !name.startsWith('type ')), // prettier-ignore
    })).filter(({ file }) => edit.includes(file)),
  )
}

function ofMissingFile(file: string, names: readonly string[], like: readonly string[], back: string): Finding {
  const [found] = like
  return {
    title: `${file} is missing`,
    facts: [`The tests import ${listed(names)} from it.${found ? ` There is ${found}.` : ''}`],
    advice: [
      found
        ? `Is ${found} your file under another name? Only ${file} is tested, and handed in: rename it back.`
        : `${back} brings the file back as it was handed out.`,
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

function ofMissingExport({ file, name, source, stub, back }: MissingExport): Finding {
  const title = stub === undefined || exportsName(stub, name) ? `${file} no longer exports ${name}` : `${file} does not export ${name}` // prettier-ignore
  const facts = [`The tests import ${name} from this file.`]
  const there = declarations(source)
  const own = there.find(each => each.name === name)
  if (own && new RegExp(`^export\\s+default\\b.*\\b${name}\\b`, 'm').test(source))
    return { title, place: { file, line: own.from }, facts, advice: [`Leave out "default": export function ${name}(…).`] } // prettier-ignore
  if (own)
    return { title, place: { file, line: own.from }, facts, advice: [`Write "export" before it: export function ${name}(…).`] } // prettier-ignore
  const handedOutNames = declarations(stub ?? '').map(each => each.name)
  const other = there.find(each => !handedOutNames.includes(each.name) && isLike(each.name, name))
  if (other)
    return {
      title,
      place: { file, line: other.from },
      facts,
      advice: [`Is it the function that is now called ${other.name}? The tests, and the grader, call it ${name}.`],
    }
  return { title, facts, advice: [`Undo what took it away, or ${back} brings the file back as it was handed out; yours is kept.`] } // prettier-ignore
}

/** Other files of `src/` with nearly this name: `Perceptron.ts`, `perceptron (1).ts`, `perceptron.ts.txt`. */
async function namesLike({ dir, manifest }: Lab, file: string): Promise<string[]> {
  const letters = (name: string) => name.toLowerCase().replace(/^src\//, '').replace(/\.[a-z.]+$/, '').replace(/[^a-z]/g, '') // prettier-ignore
  const there = await readdir(join(dir, 'src')).catch((): string[] => [])
  return there
    .map(name => `src/${name}`)
    .filter(name => name !== file && !manifest.edit.includes(name) && isLike(letters(name), letters(file)))
}

/** Whether a module exports a value of this name, as far as its text tells. */
function exportsName(source: string, name: string): boolean {
  const code = source.replace(/\/\*[^]*?\*\/|^\s*\/\/.*$/gm, '')
  const declared = new RegExp(
    `^export\\s+(?:async\\s+)?(?:function\\s*\\*?|class|const|let|var|enum)\\s+${name}\\b`,
    'm',
  )
  const several = /^export\s+(?:const|let|var)\s+[^=]+=[^]*?,\s*$|^export\s+(?:const|let|var)\s*[{[]|^export\s*\*/m
  const listedNames = Array.from(code.matchAll(/^export\s*\{([^}]*)\}/gm), ([, names]) => names.split(',')).flat()
  const isListed = listedNames.some(each => (/\bas\s+(\S+)/.exec(each)?.[1] ?? each).trim() === name)
  // What this cannot read is taken to export it: the tests then say what is wrong.
  return declared.test(code) || isListed || several.test(code)
}

/** One is the beginning of the other, or they differ in a letter or two. */
const isLike = (a: string, b: string): boolean =>
  a.toLowerCase().startsWith(b.toLowerCase()) || b.toLowerCase().startsWith(a.toLowerCase()) || distance(a, b) <= 2

/** How many letters must be put in, taken out or changed: Levenshtein's distance. */
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
