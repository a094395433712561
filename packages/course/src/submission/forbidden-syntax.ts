import { type Expression, parse } from 'acorn'
import { simple } from 'acorn-walk'

export const IMPORT_TAKES_A_NAME = 'import() takes the name of a file in quotes here, and nothing else'
export const NESTED_TOO_DEEPLY = 'it is nested more deeply than can be read'

export interface Flaw {
  readonly text: string
  /** Its position in the submitted file, as far as it can be determined. */
  readonly findIn: (source: string) => { readonly line?: number; readonly column?: number }
}

/**
 * What a module may not hold, seen in its syntax tree, where no comment, no spelling and no second argument hides it:
 * `import()` of anything but a name. `code` has no types any more; its lines are not those of the source.
 */
export function forbiddenSyntax(code: string): Flaw[] {
  try {
    const imports: boolean[] = []
    simple(parse(code, { ecmaVersion: 'latest', sourceType: 'module', allowHashBang: true }), {
      ImportExpression: ({ source, options }) => void imports.push(isName(source) && !options),
    })
    return imports.flatMap((isAllowed, i) =>
      isAllowed ? [] : [{ text: IMPORT_TAKES_A_NAME, findIn: source => nthImport(source, i, imports.length) }],
    )
  } catch (error) {
    if (error instanceof RangeError) return [{ text: NESTED_TOO_DEEPLY, findIn: nowhere }]
    if (!(error instanceof SyntaxError)) throw error
    return [{ text: error.message.replace(/ \(\d+:\d+\)$/, ''), findIn: nowhere }]
  }
}

const isName = (node: Expression) =>
  node.type === 'Literal' || (node.type === 'TemplateLiteral' && node.expressions.length === 0)

const nowhere = () => ({})

/** The i-th import() of a source; unknown where comments or texts speak of others. */
function nthImport(source: string, i: number, count: number) {
  const found = [...source.matchAll(/\bimport\s*\(/g)]
  if (found.length !== count) return {}
  const before = source.slice(0, found[i].index).split('\n')
  return { line: before.length, column: before[before.length - 1].length }
}
