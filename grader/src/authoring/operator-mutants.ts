import type { AnyNode, Node } from 'acorn'
import { parseTypeScript } from '../typescript.ts'

/** One small, automatic change to a solution. */
export interface OperatorMutant {
  /** The exercise whose answer was changed. */
  readonly exercise: string
  /** From 1. */
  readonly line: number
  /** The text before and after: `a + b → a − b`. */
  readonly before: string
  readonly after: string
  /** The whole file with the change. */
  readonly text: string
}

const SWAPS: Readonly<Record<string, string>> = {
  '+': '-',
  '-': '+',
  '*': '/',
  '/': '*',
  '%': '*',
  '**': '*',
  '<': '<=',
  '<=': '<',
  '>': '>=',
  '>=': '>',
  '===': '!==',
  '!==': '===',
  '&&': '||',
  '||': '&&',
  '??': '&&',
  '+=': '-=',
  '-=': '+=',
  '*=': '/=',
  '/=': '*=',
  max: 'min',
  min: 'max',
  floor: 'ceil',
  ceil: 'floor',
  every: 'some',
  some: 'every',
  log1p: 'log',
  true: 'false',
  false: 'true',
}

interface Change {
  readonly start: number
  readonly end: number
  readonly after: string
}

/**
 * Changes of one operator, number or statement each, inside the answers of a solution (`// SOLUTION(id)` … `// END`):
 * the mutations of Stryker that make sense for arithmetic. Left out are changes that a type-checker would reject, and those
 * of what is not graded: what an error says, and when memory is freed.
 */
export function operatorMutants(solution: string): OperatorMutant[] {
  const answers = answersIn(solution)
  return changesIn(parseTypeScript(solution), solution).flatMap(({ start, end, after }) => {
    const answer = answers.find(one => one.start <= start && end <= one.end)
    if (!answer) return []
    const line = solution.slice(0, start).split('\n').length
    const text = solution.slice(0, start) + after + solution.slice(end)
    return [{ exercise: answer.exercise, line, before: solution.slice(start, end), after, text }]
  })
}

function answersIn(solution: string): { exercise: string; start: number; end: number }[] {
  const marks = solution.matchAll(/^ *\/\/ SOLUTION\((?<exercise>[a-z0-9-]+)\).*$[^]*?^ *\/\/ END$/gm)
  return [...marks].map(mark => {
    const start = mark.index
    return { exercise: mark.groups?.exercise ?? '', start, end: start + mark[0].length }
  })
}

/** The changes of a node and of all nodes below it that are neither types nor errors. */
function changesIn(node: Node, text: string): Change[] {
  if (node.type === 'ThrowStatement') return []
  const below = Object.values(node).flat().filter(isNode).filter(isCode)
  return [...changesOf(node as AnyNode, text), ...below.flatMap(each => changesIn(each, text))]
}

const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && 'type' in value && 'start' in value

/** Whether a node runs: `x as T`, `x!` and `x satisfies T` contain an expression; other TypeScript nodes are types. */
const isCode = ({ type }: Node): boolean => !type.startsWith('TS') || /^TS(As|NonNull|Satisfies)Expression$/.test(type)

function changesOf(node: AnyNode, text: string): Change[] {
  // eslint-disable-next-line @typescript-eslint/switch-exhaustiveness-check -- most kinds of nodes are left alone
  switch (node.type) {
    case 'BinaryExpression':
    case 'LogicalExpression':
    case 'AssignmentExpression':
      return swapped(text, node.operator, node.left.end, node.right.start)
    case 'UnaryExpression':
      return node.operator === '-' || node.operator === '!'
        ? [{ start: node.start, end: node.start + 1, after: '' }]
        : []
    case 'UpdateExpression':
      return node.prefix
        ? []
        : [{ start: node.argument.end, end: node.end, after: node.operator === '++' ? '--' : '++' }]
    case 'ConditionalExpression':
      return [
        { ...range(node), after: text.slice(...at(node.consequent)) },
        { ...range(node), after: text.slice(...at(node.alternate)) },
      ]
    case 'Literal':
      if (typeof node.value === 'number')
        return [{ ...range(node), after: node.value === 0 ? '1' : `(${node.raw} + 1)` }]
      return typeof node.value === 'boolean' ? [{ ...range(node), after: String(!node.value) }] : []
    case 'MemberExpression': {
      const name = node.property.type === 'Identifier' && !node.computed ? node.property.name : ''
      return Object.hasOwn(SWAPS, name) ? [{ ...range(node.property), after: SWAPS[name] }] : []
    }
    case 'ExpressionStatement':
      // Without it the answer is the same and only the memory is not.
      return /\.release\(\);?$/.test(text.slice(...at(node))) ? [] : [{ ...range(node), after: ';' }]
    default:
      return []
  }
}

/** The operator between two operands, with any white space around it. */
function swapped(text: string, operator: string, from: number, to: number): Change[] {
  if (!Object.hasOwn(SWAPS, operator)) return []
  const start = from + text.slice(from, to).indexOf(operator)
  return [{ start, end: start + operator.length, after: SWAPS[operator] }]
}

const at = ({ start, end }: Node): [start: number, end: number] => [start, end]
const range = ({ start, end }: Node) => ({ start, end })
