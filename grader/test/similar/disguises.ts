import type { Rng } from '@backprop/core'
import type { AnyNode } from 'acorn'
import { full } from 'acorn-walk'
import { transformSync } from 'esbuild'
import { parseTypeScript } from '../../src/typescript.ts'
import { type Answers, fileOf, independentAnswers, nameOfHelper } from './independent.ts'

/** Ways to make a copied file look different, each a function from the file to another that does the same. */
export type Disguise = (text: string, rng: Rng) => string

interface Edit {
  readonly start: number
  readonly end: number
  readonly text: string
}

function edited(text: string, edits: readonly Edit[]): string {
  return [...edits]
    .sort((a, b) => b.start - a.start)
    .reduce((result, { start, end, text: by }) => result.slice(0, start) + by + result.slice(end), text)
}

/** Without types, so that a walker of JavaScript can be used. */
const plain = (text: string): string => transformSync(text, { loader: 'ts', target: 'es2023' }).code

type Named = AnyNode & { readonly name: string }

const OF_THE_LANGUAGE = ['Math', 'Array', 'Date', 'Error', 'Number', 'undefined', 'Infinity', 'NaN', 'console']

/** Gives every variable, parameter and helper another name. What the course named keeps its name. */
export const rename: Disguise = (file, rng) => {
  const text = plain(file)
  const program = parseTypeScript(text)
  const kept = new Set([...OF_THE_LANGUAGE, ...exportedNames(text)])
  const names = new Map<string, string>()
  const keys = new Set<AnyNode>()
  const shorthands = new Set<AnyNode>()
  const found: Named[] = []
  full(program, node => {
    const each = node
    if (each.type === 'MemberExpression' && !each.computed) keys.add(each.property)
    if (each.type === 'Property' && each.shorthand) shorthands.add(each.value)
    else if (each.type === 'Property') keys.add(each.key)
    if (each.type === 'Identifier') found.push(each)
    if (each.type === 'VariableDeclarator' && each.id.type === 'Identifier') found.push(each.id)
    if (each.type === 'FunctionDeclaration' && each.id) found.push(each.id)
    if ('params' in each) for (const param of each.params as AnyNode[]) patternNames(param, found, shorthands)
    if (each.type === 'VariableDeclarator') patternNames(each.id, found, shorthands)
  })
  const edits = new Map<number, Edit>()
  for (const node of found) {
    const { name, start, end } = node
    if (keys.has(node) || kept.has(name)) continue
    const by = names.get(name) ?? `v${names.size}${'abcdefgh'[rng.integer(8)]}`
    names.set(name, by)
    const isShort = [...shorthands].some(short => short.start === start)
    edits.set(start, { start, end, text: isShort ? `${name}: ${by}` : by })
  }
  return edited(text, [...edits.values()])
}

function patternNames(pattern: AnyNode, found: Named[], shorthands: Set<AnyNode>): void {
  if (pattern.type === 'Identifier') found.push(pattern)
  if (pattern.type === 'ArrayPattern')
    for (const each of pattern.elements) if (each) patternNames(each, found, shorthands)
  if (pattern.type === 'ObjectPattern')
    for (const each of pattern.properties) {
      if (each.type !== 'Property') continue
      if (each.shorthand) shorthands.add(each.value)
      patternNames(each.value, found, shorthands)
    }
}

const exportedNames = (text: string): string[] =>
  Array.from(text.matchAll(/(?:export (?:async )?function|function dot) ?(\w*)/g), ([, name]) => name || 'dot').concat(
    // esbuild lists them at the end
    /export \{([^}]*)\}/.exec(text)?.[1].split(/\W+/).filter(Boolean) ?? [],
  )

/** Puts the functions of the file into another order. */
export const reorder: Disguise = (text, rng) => {
  const starts = parseTypeScript(text).body.map(({ start }) => start)
  const pieces = starts.map((start, i) => text.slice(i === 0 ? 0 : start, starts[i + 1] ?? text.length).trimEnd())
  return shuffled(pieces, rng).join('\n\n')
}

function shuffled<T>(list: readonly T[], rng: Rng): T[] {
  const result = [...list]
  for (let i = result.length - 1; i > 0; i--) {
    const j = rng.integer(i + 1)
    ;[result[i], result[j]] = [result[j], result[i]]
  }
  return result
}

/** Another printer: other line breaks, quotes, braces and semicolons; no types, no comments. */
export const reformat: Disguise = text => plain(text).replaceAll('\n  ', '\n\t\t')

/** No comment of before, and new ones. */
export const recomment: Disguise = (text, rng) =>
  text
    .replace(/^ *\/\*\*[^]*?\*\/\n/gm, '')
    .replace(/ *\/\/.*/g, '')
    .split('\n')
    .flatMap(line => (rng.uniform() < 0.3 ? [line, `// step ${rng.integer(100)}: this does the next part`] : [line]))
    .join('\n')

const DEAD = [
  'const debug = false\nif (debug) console.log("here")',
  'let unused = 0\nunused = unused * 2 + 1',
  'const start = Date.now()\nif (start < 0) throw new Error("no time")',
  'const limits = [0, 1, 2].map(value => value + 1)\nif (limits.length > 10) console.warn(limits)',
]

/** Statements without effect in every function, in some loops too, and functions that nothing calls. */
export const addDeadCode: Disguise = (text, rng) => {
  let count = 0
  const dead = () =>
    DEAD[rng.integer(DEAD.length)].replace(/debug|unused|start|limits/g, name => `${name}${count}`) +
    `${count++ < 0 ? '' : ''}`
  const body = text
    .split('\n')
    .flatMap(line => {
      const isFunction = /^export function .*\{$|^\): .*\{$/.test(line)
      const isBlock = /^ +(for|while|if) .*\{$/.test(line)
      return isFunction || (isBlock && rng.uniform() < 0.4) ? [line, dead()] : [line]
    })
    .join('\n')
  return `${body}\nfunction spare(a: number[], b: number[]) {\nlet worst = 0\nfor (let k = 0; k < a.length; k++) if (Math.abs(a[k] - b[k]) > worst) worst = Math.abs(a[k] - b[k])\nreturn worst\n}\n`
}

/** Moves the largest expression of each function into its own function. */
export const extractHelpers: Disguise = file => {
  const text = plain(file)
  const edits: Edit[] = []
  const helpers: string[] = []
  const functions = Array.from(text.matchAll(/(?:function|const) (\w+)(?:\(| = \()/g), ([, name]) => name)
  for (const node of parseTypeScript(text).body) {
    const declared = node.type === 'ExportNamedDeclaration' ? node.declaration : node
    if (declared?.type !== 'FunctionDeclaration' || declared.id.name === 'dot') continue
    const found: AnyNode[] = []
    full(declared.body, each => {
      if (/^(Binary|Logical|Conditional)Expression$/.test(each.type)) found.push(each)
      else if (each.type === 'CallExpression' && /\.(map|reduce|filter)\(/.test(text.slice(each.start, each.end)))
        found.push(each)
    })
    const largest = found
      .filter(each => isMovable(each, text))
      .sort((a, b) => b.end - b.start - (a.end - a.start))
      .at(0)
    if (!largest) continue
    const free = freeNames(largest, functions)
    const name = `helper${helpers.length}`
    const code = text.slice(largest.start, largest.end)
    helpers.push(`function ${name}(${free.map(each => `${each}: any`).join(', ')}) {\nreturn ${code}\n}`)
    edits.push({ start: largest.start, end: largest.end, text: `${name}(${free.join(', ')})` })
  }
  return `${edited(text, edits)}\n${helpers.join('\n')}\n`
}

/** Only what assigns nothing and declares nothing. */
const isMovable = ({ start, end }: AnyNode, text: string): boolean =>
  !/=>\s*\{|\breturn\b|[^=!<>]=[^=>]|\+\+|--/.test(text.slice(start, end)) && end - start > 12

function freeNames(expression: AnyNode, functions: readonly string[]): string[] {
  const names = new Set<string>()
  const bound = new Set([...OF_THE_LANGUAGE, ...functions])
  const add = (pattern: AnyNode): void => {
    const found: Named[] = []
    patternNames(pattern, found, new Set())
    for (const { name } of found) bound.add(name)
  }
  const keys = new Set<AnyNode>()
  full(expression, node => {
    const each = node
    if (each.type === 'MemberExpression' && !each.computed) keys.add(each.property)
    if (each.type === 'ArrowFunctionExpression') each.params.forEach(add)
  })
  full(expression, node => {
    const each = node
    if (each.type === 'Identifier' && !keys.has(each)) names.add(each.name)
  })
  return [...names].filter(name => !bound.has(name))
}

/** Some answers of one student in the file of another who wrote the rest. */
export function halfCopied(from: Answers, stub: string, rng: Rng): string {
  const own = independentAnswers(rng)
  const taken = new Set(shuffled(Object.keys(from.bodies), rng).slice(0, 4))
  const bodies = Object.fromEntries(
    Object.keys(from.bodies).map(name => [name, (taken.has(name) ? from : own).bodies[name]]),
  )
  const used = (helper: string) => Object.values(bodies).some(body => body.includes(`${nameOfHelper(helper)}(`))
  const helpers = new Map([...own.helpers, ...from.helpers].filter(used).map(helper => [nameOfHelper(helper), helper]))
  return fileOf({ bodies, helpers: [...helpers.values()] }, stub)
}

const chained =
  (...all: readonly Disguise[]): Disguise =>
  (text, rng) =>
    all.reduce((result, disguise) => disguise(result, rng), text)

/** By what they are called in tables. */
export const DISGUISES: Readonly<Record<string, Disguise>> = {
  'names changed': rename,
  'functions in another order': reorder,
  'formatted differently, no types': reformat,
  'comments changed': recomment,
  'dead code added': addDeadCode,
  'helpers extracted': extractHelpers,
  'all of these': chained(extractHelpers, addDeadCode, recomment, rename, reorder),
}
