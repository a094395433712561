import type { Node, SourceFile } from 'typescript-7/unstable/ast'
import { isExpressionStatement } from 'typescript-7/unstable/ast/is'

/** A piece of a student's code. */
export interface CodePiece {
  readonly file: string
  /** From 1. */
  readonly line: number
  /** From 1. */
  readonly column: number
  /** The code, on one line. */
  readonly at: string
}

/** The expressions that stand alone as statements, so that nothing uses their values. */
export function statements(node: Node): Node[] {
  const found: Node[] = []
  const visit = (each: Node): void => {
    if (isExpressionStatement(each)) found.push(each.expression)
    each.forEachChild(visit)
  }
  visit(node)
  return found
}

export function pieceOf(file: string, source: SourceFile, node: Node): CodePiece {
  const start = node.getStart()
  const before = source.text.slice(0, start).split('\n')
  const at = source.text.slice(start, node.end).replace(/\s+/g, ' ')
  return { file, line: before.length, column: (before.at(-1)?.length ?? 0) + 1, at }
}
