import { parseAst } from 'vitest/node'
import { NAN_MADE } from './events.ts'

/**
 * Code that stops where a NaN is produced. A NaN travels through a whole computation before it shows up in a result; here
 * each arithmetic operation and each call is checked, and the first one whose result is NaN throws, with its operands.
 */

const ARITHMETIC = ['+', '-', '*', '/', '%', '**']

interface Node {
  readonly type: string
  readonly start: number
  readonly end: number
  readonly [field: string]: unknown
}

interface Insertion {
  readonly at: number
  readonly text: string
  /** How many characters of the code it replaces. */
  readonly removes?: number
}

/** The same code, line for line, with a check in every operation. TypeScript stays TypeScript. */
export function traceNaN(code: string): string {
  const insertions: Insertion[] = []
  // The parser's types distinguish every kind of node; here they are all alike.
  visit(parseAst(code, { lang: 'ts' }) as unknown as Node, code, insertions)
  // Insertions at the same place go from the outside in: the outer node was visited first.
  const ordered = insertions.map((each, order) => ({ ...each, order })).sort((a, b) => a.at - b.at || a.order - b.order)
  let [text, from] = ['', 0]
  for (const { at, text: inserted, removes = 0 } of ordered) {
    text += code.slice(from, at) + inserted + code.slice(at, at + removes).replace(/[^\n]+/g, '')
    from = at + removes
  }
  return `${HELPERS}${text}${code.slice(from)}`
}

function visit(node: Node, code: string, into: Insertion[]): void {
  const source = JSON.stringify(shown(code.slice(node.start, node.end)))
  const inside = () => children(node).forEach(child => visit(child, code, into))
  const { left, right, callee, operator } = node as { left?: Node; right?: Node; callee?: Node; operator?: string }
  // Types don't exist at run time, and the parts of a chain a?.b() can't be separated.
  if (node.type.startsWith('TS') && node.type !== 'TSAsExpression' && node.type !== 'TSNonNullExpression') return
  if (node.type === 'ChainExpression') return
  if (node.type === 'BinaryExpression' && left && right && ARITHMETIC.includes(operator ?? '')) {
    const sign = signAfter(left, code)
    into.push({ at: node.start, text: `__nanOp("${operator}",${source},(` })
    visit(left, code, into)
    into.push({ at: sign, text: '),(', removes: operator?.length })
    visit(right, code, into)
    into.push({ at: node.end, text: '))' })
    return
  }
  if (node.type === 'AssignmentExpression' && left && right && ARITHMETIC.includes(operator?.slice(0, -1) ?? '')) {
    const target = code.slice(left.start, left.end)
    // The target is evaluated twice, so that must not have side effects.
    if (/\+\+|--|\(|=/.test(target)) return inside()
    const sign = signAfter(left, code)
    into.push({
      at: sign,
      text: `=__nanOp("${operator?.slice(0, -1)}",${source},(${target}),(`,
      removes: operator?.length,
    })
    visit(right, code, into)
    into.push({ at: node.end, text: '))' })
    return
  }
  if (node.type === 'CallExpression' && callee && callee.type !== 'Super') {
    const args = node.arguments as readonly Node[]
    const isMath = code.slice(callee.start, callee.end).startsWith('Math.') && args.length > 0
    const [open, close] = isMath
      ? [`__nanMath(${source},${code.slice(callee.start, callee.end)},[`, '])']
      : [`__nanCall(${source},(`, '))']
    into.push({ at: node.start, text: open, removes: isMath ? args[0].start - node.start : 0 })
    if (isMath) args.forEach(arg => visit(arg, code, into))
    else inside()
    const end = isMath ? args[args.length - 1].end : node.end
    into.push({ at: end, text: close, removes: node.end - end })
    return
  }
  inside()
}

/** Code on one line, without its comments; "//" inside a string isn't a comment. */
function shown(code: string): string {
  const line = code.replace(NO_CODE, '$1').replace(/\s+/g, ' ')
  return line.length > 60 ? `${line.slice(0, 60)}…` : line
}

const COMMENT = String.raw`\/\/.*|\/\*[\s\S]*?\*\/`
const NO_CODE = new RegExp(String.raw`((["'\`])(?:\\.|(?!\2)[^\\])*\2)|${COMMENT}`, 'g')

/** Where the operator is: after the left operand may come comments, and closing brackets that don't belong to it. */
function signAfter({ end }: Node, code: string): number {
  const between = new RegExp(String.raw`(?:[\s)]|${COMMENT})*`, 'y')
  between.lastIndex = end
  return end + (between.exec(code)?.[0].length ?? 0)
}

function children(node: Node): Node[] {
  const parts = Object.entries(node).flatMap(([field, value]) => (field === 'parent' ? [] : [value].flat()))
  return parts.filter((part): part is Node => typeof part === 'object' && part !== null && 'type' in part)
}

/** On one line and before all code, so that line numbers stay the same. */
const HELPERS = [
  `const __nanStop=(source,operands,operator,what)=>{const error=new Error(what?source+" is "+what+", which is NaN":source+" is NaN");error.name="${NAN_MADE}";error.nan={source,operator,operands};throw error};`,
  'const __nanShow=x=>typeof x==="object"&&x!==null?(Array.isArray(x)?"a list":"an object"):typeof x==="function"?"a function":typeof x==="string"?JSON.stringify(x):String(x);',
  'const __nanOp=(sign,source,a,b)=>{const y=sign==="+"?a+b:sign==="-"?a-b:sign==="*"?a*b:sign==="/"?a/b:sign==="%"?a%b:a**b;if(y!==y){const ab=[__nanShow(a),__nanShow(b)];__nanStop(source,ab,sign,ab[0]+" "+sign+" "+ab[1])}return y};',
  'const __nanMath=(source,f,args)=>{const y=f(...args);if(y!==y){const xs=args.map(__nanShow);__nanStop(source,xs,"Math."+f.name,"Math."+f.name+"("+xs.join(", ")+")")}return y};',
  'const __nanIn=y=>{try{return typeof y?.dataSync==="function"&&y.dataSync().some(Number.isNaN)}catch{return false}};',
  'const __nanCall=(source,y)=>{if(y!==y||__nanIn(y))__nanStop(source,[]);return y};',
].join('')
