import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import ts from 'typescript'
import { expect, test } from 'vitest'

/**
 * Inline code in hints.md type-checks where students would write it: in the function of the exercise, with its
 * arguments. Names that a hint leaves to the student can be anything.
 */

const ROOT = resolve(import.meta.dirname, '..')
const LABS = readdirSync(join(ROOT, 'labs')).sort()

interface Snippet {
  readonly exercise: string
  readonly code: string
}

/** Code between backticks that is a call, a field access or an assignment. */
function snippetsOf(lab: string): Snippet[] {
  const sections = readFileSync(join(ROOT, 'labs', lab, 'hints.md'), 'utf8')
    .split(/^## /m)
    .slice(1)
  return sections.flatMap(section => {
    const exercise = section.split('\n')[0].trim()
    const inline = [...section.matchAll(/(?<!`)`([^`]+)`(?!`)/g)].map(([, code]) => code.replaceAll(/\s+/g, ' '))
    return inline
      .filter(code => /[(=.[]/.test(code) && !/^\S+\.(ts|md)$/.test(code) && isExpression(code))
      .map(code => ({ exercise, code }))
  })
}

function isExpression(code: string): boolean {
  const { diagnostics = [] } = ts.transpileModule(`async () => (${code}\n)`, { reportDiagnostics: true })
  return diagnostics.length === 0
}

/** The stubs of a lab, with the snippets of each exercise in place of its task: one text per function. */
function filled(lab: string, snippets: readonly Snippet[]): { file: string; text: string; snippets: Snippet[] }[] {
  const src = join(ROOT, 'labs', lab, 'src')
  return readdirSync(src).flatMap(name => {
    const stub = readFileSync(join(src, name), 'utf8')
    return [...stub.matchAll(/^ *\/\/ TODO\(([a-z0-9-]+)\):.*\n/gm)].map((task, i) => {
      const own = snippets.filter(({ exercise }) => exercise === task[1])
      const lines = own.map(({ code }) => `  void (async () => (${code}\n))`)
      const head = stub.slice(0, task.index)
      const text = `${head}//${MARK}\n${lines.join('\n')}\n//${MARK}\n${stub.slice(task.index)}`
      return { file: join(src, name.replace('.ts', `.hints-${i}.ts`)), text, snippets: own }
    })
  })
}

const MARK = ' hints'

/** Errors about names that a hint leaves open: not declared, without a type, or defined by a formula. */
const OPEN = new Set([2304, 2552, 18004, 7005, 7006, 7031, 7034, 2364])

/** A mistake that must be found: `labels` may be anything with a length, which a Set cannot be made of. */
const PLANTED = { lab: '05-mnist-mlp', exercise: 'split', code: 'new Set(labels)' }

test('no code in a hint is torn apart by a line that looks like a list', () => {
  const torn = LABS.flatMap(lab => {
    const paragraphs = readFileSync(join(ROOT, 'labs', lab, 'hints.md'), 'utf8').split('\n\n')
    const prose = paragraphs.filter(text => !text.startsWith('    ') && text.split('`').length % 2 === 0)
    return prose.map(text => `${lab}: ${text}`)
  })
  expect(torn, 'an odd number of backticks').toEqual([])
})

test('code in hints type-checks in its exercise', () => {
  const files = LABS.flatMap(lab => filled(lab, [...snippetsOf(lab), ...(lab === PLANTED.lab ? [PLANTED] : [])]))
  expect(files.flatMap(({ snippets }) => snippets).length).toBeGreaterThan(50)
  const texts = new Map(files.map(({ file, text }) => [file, text]))
  const { options } = ts.convertCompilerOptionsFromJson(
    (
      ts.readConfigFile(join(ROOT, 'tsconfig.base.json'), name => readFileSync(name, 'utf8')).config as {
        compilerOptions: object
      }
    ).compilerOptions,
    ROOT,
  )
  const host = ts.createCompilerHost({ ...options, incremental: false })
  const [read, exists] = [host.readFile.bind(host), host.fileExists.bind(host)]
  host.readFile = name => texts.get(name) ?? read(name)
  host.fileExists = name => texts.has(name) || exists(name)
  const program = ts.createProgram([...texts.keys()], { ...options, incremental: false }, host)
  // In an exercise with several functions, a hint is for one of them.
  const complaints = new Map<string, string[]>()
  for (const { file, snippets } of files) {
    const source = program.getSourceFile(file)!
    const wrong = program
      .getSemanticDiagnostics(source)
      .filter(({ code }) => !OPEN.has(code))
      .map(({ start = 0, messageText }) => {
        const line = source.text.slice(0, start).split('\n').at(-1)! + source.text.slice(start).split('\n')[0]
        return { line, what: ts.flattenDiagnosticMessageText(messageText, ' ') }
      })
    for (const { exercise, code } of snippets) {
      const key = `${file.split('/').at(-3)} ${exercise}: ${code}`
      const found = wrong.filter(({ line }) => line.includes(`=> (${code}`)).map(({ what }) => what)
      if (found.length === 0) complaints.set(key, [])
      else if (complaints.get(key)?.length !== 0) complaints.set(key, found)
    }
  }
  const wrong = [...complaints].filter(([, found]) => found.length > 0)
  const planted = `${PLANTED.lab} ${PLANTED.exercise}: ${PLANTED.code}`
  expect(wrong.filter(([key]) => key !== planted).map(([key, [what]]) => `${key}: ${what}`)).toEqual([])
  expect(wrong.map(([key]) => key)).toContain(planted)
})
