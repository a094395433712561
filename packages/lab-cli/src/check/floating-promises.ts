import { type Node, type SourceFile, SyntaxKind } from 'typescript-7/unstable/ast'
import {
  isArrowFunction,
  isBinaryExpression,
  isCallExpression,
  isExpressionStatement,
  isFunctionExpression,
  isPropertyAccessExpression,
} from 'typescript-7/unstable/ast/is'
import type { Checker } from 'typescript-7/unstable/async'

/** A promise that nothing waits for. */
export interface FloatingPromise {
  readonly file: string
  /** From 1. */
  readonly line: number
  /** From 1. */
  readonly column: number
  /** The call that makes it, on one line. */
  readonly at: string
  /** `forEach` with an async function: an await in front of it would not help. */
  readonly isForEach: boolean
}

/** A promise, several of them, or a value that may be one; not a function that returns one. */
const PROMISE = /^(?:\(?(?:[\w.]+(?:\[\])? \| )*)(?:Promise|PromiseLike)<[^]*>\)?(?:\[\])?(?: \| [\w.[\]]+)*$/

/** Like the lint rule no-floating-promises: statements whose value is a promise that nothing uses. */
export async function findFloatingPromises(
  file: string,
  source: SourceFile,
  checker: Checker,
): Promise<FloatingPromise[]> {
  const found = statements(source)
  const types = await checker.getTypeAtLocation(found)
  const floating: FloatingPromise[] = []
  for (const [i, expression] of found.entries()) {
    const type = types[i]
    const isForEach = isAsyncForEach(expression)
    if (!isForEach && !(type && PROMISE.test(await checker.typeToString(type)))) continue
    const start = expression.getStart()
    const before = source.text.slice(0, start).split('\n')
    const at = source.text.slice(start, expression.end).replace(/\s+/g, ' ')
    floating.push({ file, line: before.length, column: (before.at(-1)?.length ?? 0) + 1, at, isForEach })
  }
  return floating
}

/** What stands alone as a statement, and could make a promise. */
function statements(node: Node): Node[] {
  const found: Node[] = []
  const visit = (each: Node): void => {
    if (isExpressionStatement(each) && isFloating(each.expression)) found.push(each.expression)
    each.forEachChild(visit)
  }
  visit(node)
  return found
}

/** `await x` and `void x` are explicit, `x.catch(…)` is handled, and `kept = x` may be awaited later. */
function isFloating(expression: Node): boolean {
  if (isCallExpression(expression) && isPropertyAccessExpression(expression.expression))
    return expression.expression.name.text !== 'catch'
  if (expression.kind === SyntaxKind.AwaitExpression || expression.kind === SyntaxKind.VoidExpression) return false
  if (!isBinaryExpression(expression)) return true
  return EITHER.includes(expression.operatorToken.kind)
}

/** `ready && start()`: the value is one of the two. */
const EITHER: readonly SyntaxKind[] = [
  SyntaxKind.AmpersandAmpersandToken,
  SyntaxKind.BarBarToken,
  SyntaxKind.QuestionQuestionToken,
]

/** `list.forEach(async x => …)` calls the function for each element without waiting for any call. */
function isAsyncForEach(node: Node): boolean {
  if (!isCallExpression(node) || !isPropertyAccessExpression(node.expression)) return false
  return node.expression.name.text === 'forEach' && isAsyncFunction(node.arguments[0])
}

const isAsyncFunction = (node: Node | undefined): boolean =>
  node !== undefined &&
  (isArrowFunction(node) || isFunctionExpression(node)) &&
  (node.modifiers ?? []).some(({ kind }) => kind === SyntaxKind.AsyncKeyword)
