import type { AnyNode, Node } from 'acorn'

/**
 * A file as tokens that say what the code does and not how it is written. Comments, white space, parentheses, semicolons,
 * types, imports and `export` are gone; the rest becomes, in the order of the source:
 *
 * | tokens                                  | what they stand for                                                     |
 * | --------------------------------------- | ----------------------------------------------------------------------- |
 * | `name`, `property`                      | a name that the author could have chosen                                |
 * | `Math`, `.map`, `.length` …             | a name of the language itself                                           |
 * | `number` `text` `boolean` `null` `regexp` | a literal; `text` is also a piece of a template                       |
 * | `+` `<` `&&` `+=` `?` `:` `!` `++` …    | an operator; a declaration with a value has `=`                         |
 * | `declare`                               | each name of `const`, `let` and `var`                                   |
 * | `function`                              | a function in any notation: `x => y` is the same as `x => { return y }` |
 * | `call` `new` `index` `array` `object` … | the other expressions                                                   |
 * | `if` `else` `for` `for-of` `while` …    | a statement; braces around a single statement make no difference        |
 * | `end`                                   | the end of a function, a loop or a branch                               |
 */
export interface Token {
  readonly kind: string
  /** Where it is in the file: from this character … */
  readonly start: number
  /** … to before this one. */
  readonly end: number
}

/** Nodes that come to nothing: types, imports, and statements that do nothing. */
const NOTHING =
  /^(TS(?!AsExpression|NonNull|Satisfies|TypeAssertion|Enum|Parameter)|Import(?!Expression)|Export|EmptyStatement)/
/** Nodes that only wrap others. */
const CLEAR =
  /^(Program|ExpressionStatement|ParenthesizedExpression|ChainExpression|TS\w+|BlockStatement|VariableDeclaration|ClassBody|LabeledStatement|TemplateLiteral|StaticBlock)$/
/** The word for a node that has no notation of its own. */
const WORDS: Readonly<Record<string, string>> = {
  ReturnStatement: 'return',
  ThrowStatement: 'throw',
  BreakStatement: 'break',
  ContinueStatement: 'continue',
  SwitchStatement: 'switch',
  SwitchCase: 'case',
  TryStatement: 'try',
  CatchClause: 'catch',
  NewExpression: 'new',
  ArrayExpression: 'array',
  ObjectExpression: 'object',
  ArrayPattern: 'array',
  ObjectPattern: 'object',
  SpreadElement: '...',
  RestElement: '...',
  AwaitExpression: 'await',
  YieldExpression: 'yield',
  ThisExpression: 'this',
  Super: 'super',
  SequenceExpression: ',',
  ImportExpression: 'import',
  ClassDeclaration: 'class',
  ClassExpression: 'class',
  PropertyDefinition: 'field',
  MethodDefinition: 'method',
  TemplateElement: 'text',
}
const LOOPS: Readonly<Record<string, string>> = {
  ForStatement: 'for',
  ForOfStatement: 'for-of',
  ForInStatement: 'for-in',
  WhileStatement: 'while',
  DoWhileStatement: 'do',
}

/** Names of the language that a student cannot change: globals, and the members of what the language provides. */
const GLOBALS = new Set(
  Object.getOwnPropertyNames(globalThis).filter(name => /^[A-Z]|^(undefined|console)$/.test(name)),
)
const MEMBERS = new Set(
  [Array, Object, Math, Number, String, Map, Set, Promise, Float32Array, JSON, Symbol].flatMap(each =>
    [each, 'prototype' in each ? each.prototype : {}].flatMap(owner => Object.getOwnPropertyNames(owner)),
  ),
)

/** The statements of a function; an expression after `=>` is what it returns. */
export function bodyOf(body: AnyNode): AnyNode[] {
  if (body.type === 'BlockStatement') return body.body
  const { start, end } = body
  return [{ type: 'ReturnStatement', argument: body as never, start, end }]
}

type NodeOf<T> = Extract<AnyNode, { readonly type: T }>
type Visits = { readonly [T in AnyNode['type']]?: (walk: Walk, node: NodeOf<T>) => void }

const infix = (walk: Walk, { left, operator, right }: NodeOf<'BinaryExpression' | 'LogicalExpression'>) =>
  walk.infix(left, operator, right)

function anyFunction(
  walk: Walk,
  { start, end, params, body }: NodeOf<'FunctionDeclaration' | 'FunctionExpression' | 'ArrowFunctionExpression'>,
): void {
  walk.add('function', start, start)
  walk.each(params)
  walk.each(body ? bodyOf(body) : [])
  walk.add('end', end, end)
}

/** Nodes whose tokens are not simply a word and what is inside. */
const VISITS: Visits = {
  Identifier: (walk, { name, start, end }) => walk.add(GLOBALS.has(name) ? name : 'name', start, end),
  PrivateIdentifier: (walk, { start, end }) => walk.add('property', start, end),
  Literal: (walk, node) => walk.add(literal(node), node.start, node.end),
  BinaryExpression: infix,
  LogicalExpression: infix,
  AssignmentExpression: (walk, { left, operator, right }) => walk.infix(left, operator, right),
  AssignmentPattern: (walk, { left, right }) => walk.infix(left, '=', right),
  UnaryExpression(walk, { operator, argument, start }) {
    walk.add(operator, start, start + operator.length)
    walk.visit(argument)
  },
  UpdateExpression(walk, { operator, argument, end }) {
    walk.visit(argument)
    walk.add(operator, argument.end, Math.max(argument.end, end))
  },
  ConditionalExpression(walk, { test, consequent, alternate }) {
    walk.infix(test, '?', consequent)
    walk.infix(null, ':', alternate, consequent.end)
  },
  MemberExpression(walk, { object, property, computed }) {
    walk.visit(object)
    if (!computed) return walk.member(property)
    walk.add('index', object.end, property.start)
    walk.visit(property)
  },
  CallExpression(walk, { callee, arguments: given }) {
    walk.visit(callee)
    walk.add('call', callee.end, callee.end)
    walk.each(given)
  },
  ArrowFunctionExpression: anyFunction,
  FunctionExpression: anyFunction,
  FunctionDeclaration: anyFunction,
  VariableDeclarator(walk, { id, init, start }) {
    walk.add('declare', start, start)
    if (init) walk.infix(id, '=', init)
    else walk.visit(id)
  },
  Property(walk, { computed, key, value }) {
    if (computed) walk.visit(key)
    else walk.add('property', key.start, key.end)
    walk.visit(value)
  },
  IfStatement(walk, { test, consequent, alternate, start }) {
    walk.add('if', start, start + 2)
    walk.visit(test)
    walk.body(consequent)
    if (!alternate) return
    walk.add('else', alternate.start, alternate.start)
    walk.body(alternate)
  },
}

/** Collects the tokens of a node in the order of the source. */
export class Walk {
  readonly tokens: Token[] = []

  add(kind: string, start: number, end: number): void {
    this.tokens.push({ kind, start, end })
  }

  each(nodes: readonly (AnyNode | null | undefined)[]): void {
    for (const node of nodes) if (node) this.visit(node)
  }

  /** A statement or several, and the end of them. */
  body(node: AnyNode): void {
    this.visit(node)
    this.add('end', node.end, node.end)
  }

  /** An operator between two nodes; `after` is where the left one ends, if it was visited before. */
  infix(left: AnyNode | null, operator: string, right: AnyNode, after = left?.end ?? right.start): void {
    if (left) this.visit(left)
    this.add(operator, after, Math.max(after, right.start))
    this.visit(right)
  }

  member(property: AnyNode): void {
    const isOfLanguage = property.type === 'Identifier' && MEMBERS.has(property.name)
    this.add(isOfLanguage ? `.${property.name}` : 'property', property.start, property.end)
  }

  visit(node: AnyNode): void {
    if (NOTHING.test(node.type)) return
    // Each entry takes the nodes of its own type.
    const own = VISITS[node.type] as ((walk: Walk, node: AnyNode) => void) | undefined
    if (own) return own(this, node)
    const children = childrenOf(node)
    const loop = LOOPS[node.type]
    if (loop) {
      this.add(loop, node.start, node.start + 2)
      this.each(children)
      return this.add('end', node.end, node.end)
    }
    if (!CLEAR.test(node.type)) {
      const word = WORDS[node.type] ?? node.type
      this.add(word, node.start, Math.min(node.end, children[0]?.start ?? node.end))
    }
    this.each(children)
  }
}

function literal({ value, ...node }: { readonly value?: unknown; readonly regex?: unknown }): string {
  if (node.regex) return 'regexp'
  if (value === null) return 'null'
  return typeof value === 'string' ? 'text' : typeof value === 'boolean' ? 'boolean' : 'number'
}

/** What a node holds, in the order of the source, without its types. */
function childrenOf(node: AnyNode): AnyNode[] {
  const inside = Object.entries(node).filter(
    ([key]) => !/^(type\w+|returnType|loc|label|decorators|implements|superTypeP\w+)$/.test(key),
  )
  return inside
    .flatMap(([, value]) => (Array.isArray(value) ? (value as unknown[]) : [value as unknown]))
    .filter(isNode)
    .sort((a, b) => a.start - b.start)
}

const isNode = (value: unknown): value is AnyNode =>
  typeof value === 'object' && value !== null && typeof (value as Partial<Node>).type === 'string'
