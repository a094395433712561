import type { Node, SourceFile } from 'typescript-7/unstable/ast'
import { isCallExpression, isIdentifier, isPropertyAccessExpression } from 'typescript-7/unstable/ast/is'
import type { Checker } from 'typescript-7/unstable/async'
import { PROMISE } from './floating-promises.ts'
import { type CodePiece, pieceOf, statements } from './statements.ts'

/** Methods of lists that change nothing: without their result, they do nothing. */
const PURE_METHODS =
  /^(?:concat|every|filter|find|findIndex|flat|flatMap|includes|indexOf|join|map|reduce|slice|some|toReversed|toSorted|toSpliced|with)$/

/** Types that hold no result; `onStep?.(1)` gives `void | undefined`. */
const NOTHING = /^(?:void|undefined|null|never|any|unknown)(?: \| (?:void|undefined|null))*$/

/**
 * Calls whose result nothing uses, such as `update(weights)` for `weights = update(weights)`. A function may also do
 * something, so this alone is no mistake; it is worth a look if a test fails.
 */
export async function findUnusedResults(file: string, source: SourceFile, checker: Checker): Promise<CodePiece[]> {
  const calls = statements(source).filter(isForResult)
  const types = await checker.getTypeAtLocation(calls)
  const unused: CodePiece[] = []
  for (const [i, call] of calls.entries()) {
    const type = types[i] && (await checker.typeToString(types[i]))
    if (type !== undefined && !NOTHING.test(type) && !PROMISE.test(type)) unused.push(pieceOf(file, source, call))
  }
  return unused
}

/** A function called by its name, or a method that only gives a result. Methods such as `push` do something. */
function isForResult(expression: Node): boolean {
  if (!isCallExpression(expression)) return false
  const callee = expression.expression
  if (isIdentifier(callee)) return true
  return isPropertyAccessExpression(callee) && (PURE_METHODS.test(callee.name.text) || isMath(callee.expression))
}

const isMath = (node: Node): boolean => isIdentifier(node) && node.text === 'Math'
