import type { AnyNode, Pattern, VariableDeclarator } from 'acorn'
import { parseTypeScript } from '../typescript.ts'
import { bodyOf, type Token, Walk } from './token-walk.ts'

export type { Token }

/** A top-level function, a method, or any other top-level statement: pieces of a file whose order means nothing. */
export interface Unit {
  /** `predict`, or `Value.add`; empty for a statement that declares no function. */
  readonly name: string
  /** The parameters. */
  readonly head: readonly Token[]
  readonly statements: readonly (readonly Token[])[]
}

/** The units of a file. Throws `SyntaxError` if it is not TypeScript, and `RangeError` if it is nested too deeply. */
export function unitsOf(text: string): Unit[] {
  return parseTypeScript(text).body.flatMap(node => topLevel(node))
}

function topLevel(node: AnyNode): Unit[] {
  if (node.type === 'ExportNamedDeclaration' || node.type === 'ExportDefaultDeclaration')
    return node.declaration ? topLevel(node.declaration) : []
  if (node.type === 'FunctionDeclaration') return functionUnit(node.id?.name ?? '', node)
  if (node.type === 'ClassDeclaration')
    return node.body.body.flatMap(member => memberUnits(node.id?.name ?? '', member))
  if (node.type === 'VariableDeclaration') return node.declarations.flatMap(declaredUnit)
  return plainUnit(node)
}

function declaredUnit(declared: VariableDeclarator): Unit[] {
  const { id, init } = declared
  const isFunction = init?.type === 'ArrowFunctionExpression' || init?.type === 'FunctionExpression'
  return isFunction && id.type === 'Identifier' ? functionUnit(id.name, init) : plainUnit(declared)
}

function memberUnits(owner: string, member: AnyNode): Unit[] {
  if (member.type !== 'MethodDefinition') return plainUnit(member)
  const { key, value } = member
  return functionUnit(`${owner}.${key.type === 'Identifier' ? key.name : ''}`, value)
}

interface FunctionLike {
  readonly start: number
  readonly params: readonly Pattern[]
  readonly body?: AnyNode | null
}

function functionUnit(name: string, { start, params, body }: FunctionLike): Unit[] {
  if (!body) return [] // an overload, which is a type
  const head = tokensOf(walk => {
    walk.add('function', start, start)
    walk.each(params)
  })
  return [{ name, head, statements: bodyOf(body).map(each => tokensOf(walk => walk.visit(each))) }]
}

function plainUnit(node: AnyNode): Unit[] {
  const tokens = tokensOf(walk => walk.visit(node))
  return tokens.length === 0 ? [] : [{ name: '', head: [], statements: [tokens] }]
}

function tokensOf(visit: (walk: Walk) => void): Token[] {
  const walk = new Walk()
  visit(walk)
  return walk.tokens
}
