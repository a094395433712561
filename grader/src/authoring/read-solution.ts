import { readFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import type { Lab } from '@backprop/course'
import type { Comment } from 'acorn'
import { solutionDir } from '../course.ts'
import { parseTypeScript } from '../typescript.ts'

/** A function of a solution that is, or helps with, the answer to an exercise. */
export interface Answer {
  readonly exercise: string
  /** The file name without its extension: `perceptron`. */
  readonly module: string
  readonly name: string
  /** The comment above it, which is in the student's copy too. */
  readonly description: string
  /** Whether it is declared as `void`. */
  readonly returnsNothing: boolean
}

/** The exported functions that contain a `// SOLUTION(id)` mark, in the order of the files, without the quiz. */
export async function answersOf(lab: Lab): Promise<Answer[]> {
  const found: Answer[] = []
  for (const file of lab.manifest.edit) {
    const text = await readFile(join(solutionDir(lab), file), 'utf8')
    found.push(...answersIn(text).map(answer => ({ ...answer, module: basename(file, '.ts') })))
  }
  return found.filter(({ exercise }) => exercise !== 'quiz')
}

function answersIn(text: string): Omit<Answer, 'module'>[] {
  const comments: Comment[] = []
  return parseTypeScript(text, comments).body.flatMap(node => {
    if (node.type !== 'ExportNamedDeclaration' || node.declaration?.type !== 'FunctionDeclaration') return []
    const mark = /\/\/ SOLUTION\((?<exercise>[a-z0-9-]+)\)/.exec(text.slice(node.start, node.end))
    if (!mark?.groups) return []
    const above = comments.findLast(({ type, end }) => type === 'Block' && end <= node.start)
    const description = above && text.slice(above.end, node.start).trim() === '' ? above.value : ''
    const { start, body, id } = node.declaration
    const returnsNothing = /:\s*void\s*$/.test(text.slice(start, body.start))
    return [{ exercise: mark.groups.exercise, name: id.name, description, returnsNothing }]
  })
}
