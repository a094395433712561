import type { Node, SourceFile } from 'typescript-7/unstable/ast'
import { isCallExpression, isIdentifier, isPropertyAccessExpression } from 'typescript-7/unstable/ast/is'
import type { Checker } from 'typescript-7/unstable/async'
import { PROMISE } from './floating-promises.ts'
import { type CodePiece, pieceOf, statements } from './statements.ts'

/** Methods of lists that change nothing, and call nothing that might: without their result, they do nothing. */
const PURE_METHODS = /^(?:concat|flat|slice|toReversed|toSorted|toSpliced|with)$/

/**
 * Types that a result which matters doesn't have. `onStep?.(1)` gives `void | undefined`; and a function that is called
 * for what it does often gives what its last call gives, such as a number from `push` or a set from `add`.
 */
const OTHERS = /^(?:(?:void|undefined|null|never|any|unknown|number|boolean|string|(?:Set|Map)<.*>)(?: \| |$))+$/

/**
 * Calls whose result, a list or an object, nothing uses, such as `update(weights)` for `weights = update(weights)`. A
 * function may also do something, so this alone is no mistake; it is worth a look if a test fails.
 */
export async function findUnusedResults(file: string, source: SourceFile, checker: Checker): Promise<CodePiece[]> {
  const calls = statements(source).filter(isForResult)
  const types = await checker.getTypeAtLocation(calls)
  const unused: CodePiece[] = []
  for (const [i, call] of calls.entries()) {
    const type = types[i] && (await checker.typeToString(types[i]))
    if (type !== undefined && !OTHERS.test(type) && !PROMISE.test(type)) unused.push(pieceOf(file, source, call))
  }
  return unused
}

/** A function called by its name, or a method that only gives a result. Methods such as `push` do something. */
function isForResult(expression: Node): boolean {
  if (!isCallExpression(expression)) return false
  const callee = expression.expression
  if (isIdentifier(callee)) return true
  return isPropertyAccessExpression(callee) && PURE_METHODS.test(callee.name.text)
}
