import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { extname, join, resolve } from 'node:path'
import ts from 'typescript'
import { describe, expect, test } from 'vitest'
import { PHRASES } from './english/phrases.ts'

/** Messages, docs and comments are in plain English: see "Style" in CONTRIBUTING.md. */

const ROOT = resolve(import.meta.dirname, '..')

/** Texts that are not ours to word: the phrases themselves, and what student programs print in tests. */
const EXEMPT = ['test/english', 'grader/test/fixtures/', 'grader/test/attacks/']

/** What is not prose in the text of a file, as ranges of its prose: the rest is code. */
const READERS: Readonly<Record<string, (text: string) => [start: number, end: number][]>> = {
  '.ts': text => code(text, ts.ScriptKind.TS),
  '.tsx': text => code(text, ts.ScriptKind.TSX),
  '.mjs': text => code(text, ts.ScriptKind.JS),
  '.cjs': text => code(text, ts.ScriptKind.JS),
  '.js': text => code(text, ts.ScriptKind.JS),
  '.md': markdown,
  '.json': text =>
    ranges(text, /(?<="(?!(?:find|replace)":)\w+": ")(?:[^"\\\n]|\\.)+|(?<=[[,]\s*")(?:[^"\\\n]|\\.)+(?="\s*[\],])/g),
  '.yaml': text => ranges(text, /(?<=^|\s)#.*/gm),
  '.yml': text => ranges(text, /(?<=^|\s)#.*/gm),
}

/** Comments, string literals of more than one word, and the texts of JSX. */
function code(text: string, kind: ts.ScriptKind): [number, number][] {
  const file = ts.createSourceFile('file.ts', text, ts.ScriptTarget.Latest, false, kind)
  const literals: [number, number][] = []
  const visit = (node: ts.Node): void => {
    if (ts.isStringLiteral(node) || ts.isTemplateLiteralToken(node) || ts.isRegularExpressionLiteral(node))
      literals.push([node.getStart(file), node.end])
    else if (ts.isJsxText(node)) literals.push([node.pos - 1, node.end + 1])
    ts.forEachChild(node, visit)
  }
  visit(file)
  const comments = ranges(keep(text, invert(literals, text.length)), /\/\*[^]*?\*\/|\/\/.*/g)
  const strings = literals.map(([start, end]): [number, number] => [start + 1, end - 1])
  const sentences = strings.filter(([start, end]) => text[start - 1] !== '/' && /\S\s+\S/.test(text.slice(start, end)))
  return [...comments, ...sentences].sort(([a], [b]) => a - b)
}

/** Everything but fenced and indented blocks of code, and HTML comments. */
function markdown(text: string): [number, number][] {
  const blocks = /^( *)(```+)[^]*?^ *\2.*$|(?<=\n\n)(?: {4,}.*\n|\n(?= {4}))+|<!--[^]*?-->/gm
  return invert(ranges(text, blocks), text.length)
}

const ranges = (text: string, pattern: RegExp): [number, number][] =>
  [...text.matchAll(pattern)].map(({ index, 0: found }) => [index, index + found.length])

function invert(sorted: readonly [number, number][], length: number): [number, number][] {
  const starts = [0, ...sorted.map(([, end]) => end)]
  return starts.map((start, i) => [start, sorted[i]?.[0] ?? length])
}

/** The text with everything outside the ranges replaced by a mark, so that offsets stay the same. */
function keep(text: string, kept: readonly [number, number][]): string {
  let [result, at] = ['', 0]
  for (const [start, end] of [...kept, [text.length, text.length]]) {
    // White space between two comments joins them: a phrase may run over the end of a line.
    result += text.slice(at, start).replaceAll(/\S/g, '\0') + text.slice(start, end)
    at = end
  }
  return result
}

export interface Finding {
  readonly line: number
  readonly phrase: string
  readonly instead: string
}

/** The phrases in the prose of a file; quoted code (between backticks) and links' addresses are left alone. */
export function findPhrases(name: string, text: string): Finding[] {
  const reader = READERS[extname(name)]
  if (reader === undefined) return []
  const prose = keep(text, reader(text))
    .replaceAll(/`[^`\n]*(?:\n[^`\n]*)?`|https?:\S+|\]\([^)]*\)/g, quoted => quoted.replaceAll(/\S/g, '\0'))
    .replaceAll(/(?<=^[ \0]*)(?:\/?\*+\/?|\/\/+|#+|>|[-*]|\d+\.)(?=\s)/gm, mark => ' '.repeat(mark.length))
  return PHRASES.flatMap(({ name: phrase, pattern, instead, exactCase }) => {
    const whole = new RegExp(
      `(?<![\\w./$@-])(?:${pattern.replaceAll(' ', '\\s+')})(?![\\w/-]|\\.\\w)`,
      exactCase ? 'g' : 'gi',
    )
    return [...prose.matchAll(whole)].map(({ index }) => ({
      line: text.slice(0, index).split('\n').length,
      phrase,
      instead,
    }))
  }).sort((a, b) => a.line - b.line)
}

const tracked = execFileSync('git', ['ls-files', '-z'], { cwd: ROOT, encoding: 'utf8' }).split('\0').filter(Boolean)

test('messages, docs and comments are in plain English', () => {
  const files = tracked.filter(name => !EXEMPT.some(folder => name.startsWith(folder)))
  expect(files.length).toBeGreaterThan(0)
  const found = files.flatMap(name =>
    findPhrases(name, readFileSync(join(ROOT, name), 'utf8')).map(
      ({ line, phrase, instead }) => `${name}:${line}: ${phrase}; write ${instead}`,
    ),
  )
  expect(found.join('\n')).toBe('')
})

describe('the finder', () => {
  test.each(PHRASES)('finds $name, and nothing in what is fine', ({ name, planted, fine, instead }) => {
    expect(findPhrases('a.md', `# Title\n\n${planted}\n`)).toEqual([{ line: 3, phrase: name, instead }])
    expect(findPhrases('a.md', `# Title\n\n${fine}\n`)).toEqual([])
  })

  const lines = (name: string, text: string): number[] => findPhrases(name, text).map(({ line }) => line)

  test('reads comments and sentences of code, across line breaks, and leaves names and quoted code alone', () => {
    expect(lines('a.ts', 'f() // nobody\n/**\n * What\n * is\n * wanted.\n */\n// is\n// wanted\n')).toEqual([1, 4, 7])
    expect(lines('a.tsx', 'const a = <p>\n so nobody\n {b} is\n wanted</p>\n')).toEqual([2, 3])
    expect(lines('a.ts', "const s = ['so nobody', `${x} so nobody ${y}\nand whoever`]")).toEqual([1, 1, 2])
    expect(
      lines(
        'a.ts',
        "const nobody = { shall: whoever.nobody, x: 'nobody' }\n// `nobody` runs a-nobody\nlet it = /so nobody/",
      ),
    ).toEqual([])
    expect(lines('a.ts', "f('is', 'wanted now') // where it is\nwanted()")).toEqual([])
  })

  test('reads the prose of Markdown, the values of JSON and the comments of YAML', () => {
    expect(
      lines('a.md', 'Is\nwanted.\n\n    nobody\n\n```\nnobody\n```\n\n- Who waits, waits.\n[nobody](nobody.md)\n'),
    ).toEqual([1, 10, 11])
    expect(
      lines('a.json', '{\n"nobody": "a",\n"why": "so nobody",\n"find": "so nobody",\n"list": ["so nobody"]}'),
    ).toEqual([3, 5])
    expect(lines('a.yaml', 'nobody: so nobody # but\n# so nobody\n')).toEqual([2])
    expect(lines('a.svg', 'so nobody')).toEqual([])
  })
})
