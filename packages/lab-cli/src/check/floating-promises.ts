import { type Node, type SourceFile, SyntaxKind } from 'typescript-7/unstable/ast'
import {
  isArrowFunction,
  isBinaryExpression,
  isCallExpression,
  isFunctionExpression,
  isPropertyAccessExpression,
} from 'typescript-7/unstable/ast/is'
import type { Checker } from 'typescript-7/unstable/async'
import { type CodePiece, pieceOf, statements } from './statements.ts'

/** A promise that nothing waits for: the call that makes it. */
export interface FloatingPromise extends CodePiece {
  /** `forEach` with an async function: an await in front of it would not help. */
  readonly isForEach: boolean
}

/** A promise, several of them, or a value that may be one; not a function that returns one. */
export const PROMISE = /^(?:\(?(?:[\w.]+(?:\[\])? \| )*)(?:Promise|PromiseLike)<[^]*>\)?(?:\[\])?(?: \| [\w.[\]]+)*$/

/** Like the lint rule no-floating-promises: statements whose value is a promise that nothing uses. */
export async function findFloatingPromises(
  file: string,
  source: SourceFile,
  checker: Checker,
): Promise<FloatingPromise[]> {
  const found = statements(source).filter(isFloating)
  const types = await checker.getTypeAtLocation(found)
  const floating: FloatingPromise[] = []
  for (const [i, expression] of found.entries()) {
    const type = types[i]
    const isForEach = isAsyncForEach(expression)
    if (!isForEach && !(type && PROMISE.test(await checker.typeToString(type)))) continue
    floating.push({ ...pieceOf(file, source, expression), isForEach })
  }
  return floating
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
