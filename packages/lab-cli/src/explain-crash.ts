import { readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { stripVTControlCharacters } from 'node:util'

/**
 * Loaded before a student's script, which runs in the folder of its lab: an error that ends it is shown as a failed test is,
 * with the line, its text and advice, and not as a stack. What shows it is loaded only then.
 */

/** A line of the lab's own files, on the way from the script to the error. */
interface Step {
  readonly file: string
  readonly line: number
  readonly column: number
}

// Code of the course may be on top of the student's.
Error.stackTraceLimit = 50

process.on('uncaughtException', error => {
  explain(error).then(
    text => end(`\n${text}\n`),
    () => end(`\n${error.stack ?? String(error)}\n`),
  )
})

/** A pipe takes text when it can, so wait for that. */
const end = (text: string) => process.stderr.write(text, () => process.exit(1))

async function explain(error: unknown): Promise<string> {
  const [{ findingLines }, { styleFor }, { thrownAdvice }] = await Promise.all([
    import('./render/finding-lines.ts'),
    import('./render/terminal-text.ts'),
    import('./findings/thrown-advice.ts'),
  ])
  if (!(error instanceof Error)) throw error
  const dir = process.cwd()
  const unreadable = UNREADABLE.exec(error.message)?.groups
  const steps = stepsIn(
    stripVTControlCharacters(unreadable ? `    at ${unreadable.where}:1` : (error.stack ?? '')),
    dir,
  )
  // The mistake is rarely in what the course has given.
  const [place] = [...steps.filter(({ file }) => file.startsWith('src/')), ...steps]
  if (place === undefined) throw error
  const way = steps.map(({ file, line }) => `${file}:${line}`).join(' ← ')
  const advice = thrownAdvice(error.message)
  const finding = {
    title: unreadable ? 'This is not TypeScript yet' : 'An error has ended the program',
    place,
    facts: [
      unreadable?.why ?? `${error.name}: ${error.message}`,
      ...(steps.length > 1 ? [`The way there: ${way}`] : []),
    ],
    advice: advice === undefined ? [] : [advice],
  }
  // pnpm starts scripts in the folder of a package; INIT_CWD is where the command was typed.
  const cwd = process.env.INIT_CWD ?? dir
  const source = readFileSync(join(dir, place.file), 'utf8')
  return findingLines(finding, styleFor(process.stderr), { dir, cwd, source }).join('\n')
}

/** What esbuild, which turns TypeScript into JavaScript here, says of a syntax error. */
const UNREADABLE = /^(?<where>.+):\d+: ERROR: (?<why>.+)$/m

const FRAME = /^ +at (?:.*\()?(?<path>(?:file:|\/|[A-Za-z]:[\\/]).+?):(?<line>\d+):(?<column>\d+)\)?$/gm

/** The lines of the stack that are in the lab's folder, the innermost first. */
function stepsIn(stack: string, dir: string): Step[] {
  return [...stack.matchAll(FRAME)].flatMap(({ groups }) => {
    if (!groups) return []
    const path = groups.path.startsWith('file:') ? fileURLToPath(groups.path) : groups.path
    const file = relative(dir, path).replaceAll('\\', '/')
    const isOurs = file.startsWith('../') || /^[A-Za-z]:/.test(file) || file.includes('node_modules/')
    return isOurs ? [] : [{ file, line: Number(groups.line), column: Number(groups.column) }]
  })
}
