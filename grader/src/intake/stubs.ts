import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Lab } from '@backprop/course'
import { solutionDir } from '../course.ts'
import { GraderFault } from '../errors.ts'

const TODO_MODULE = '@backprop/testkit/todo'
const NEEDED = `import { NotImplemented } from '${TODO_MODULE}'\n`
const IMPORT = /^import [^']*'(?<from>[^']+)'$/gm
const START = /^(?<indent>\s*)\/\/ SOLUTION(?:\((?<exercise>[a-z0-9-]+)\): (?<task>.+))?$/
const END = /^\s*\/\/ END$/

/**
 * What students receive in place of a solution file. Lines between `// SOLUTION(id): task` and `// END` become
 * `// TODO(id): task` and a throw; lines between a bare `// SOLUTION` and `// END` vanish. Nothing else changes.
 */
export function stubOf(solution: string, file: string): string {
  const kept: string[] = []
  let open: { line: number } | null = null
  let tasks = 0

  for (const [i, line] of solution.split('\n').entries()) {
    const start = START.exec(line)?.groups
    if (start) {
      if (open) throw new GraderFault(`${file}:${i + 1}: a SOLUTION starts inside the one of line ${open.line}.`)
      open = { line: i + 1 }
      if (start.exercise) {
        kept.push(`${start.indent}// TODO(${start.exercise}): ${start.task}`)
        kept.push(`${start.indent}throw new NotImplemented('${start.exercise}')`)
        tasks++
      }
    } else if (END.test(line)) {
      if (!open) throw new GraderFault(`${file}:${i + 1}: an END without a SOLUTION before it.`)
      open = null
    } else if (!open) kept.push(line)
  }
  if (open) throw new GraderFault(`${file}:${open.line}: this SOLUTION has no END.`)
  const stub = kept.join('\n').replace(/\n{3,}/g, '\n\n')
  return tasks > 0 ? withNeeded(stub) : stub
}

/** Puts the import that a stub needs among its other ones, where the lint wants it: packages by name, then files. */
function withNeeded(stub: string): string {
  const imports = [...stub.matchAll(IMPORT)]
  if (imports.length === 0) return `${NEEDED}\n${stub}`
  const next = imports.find(({ groups }) => groups && (groups.from.startsWith('.') || groups.from > TODO_MODULE))
  const last = imports[imports.length - 1]
  const at = next ? next.index : last.index + last[0].length + 1
  return stub.slice(0, at) + NEEDED + stub.slice(at)
}

/** Each file that students edit, with the text that its solution says it must have. */
export async function expectedStubs(lab: Lab): Promise<Map<string, string>> {
  const stubs = new Map<string, string>()
  for (const file of lab.manifest.edit) {
    stubs.set(
      file,
      stubOf(await readFile(join(solutionDir(lab), file), 'utf8'), `solutions/${lab.manifest.id}/${file}`),
    )
  }
  return stubs
}
