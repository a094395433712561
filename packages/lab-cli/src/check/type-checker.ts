import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { type Node, SyntaxKind } from 'typescript-7/unstable/ast'
import {
  API,
  type Checker,
  type Diagnostic,
  DiagnosticCategory,
  type Program,
  type Snapshot,
} from 'typescript-7/unstable/async'
import { findFloatingPromises, type FloatingPromise } from './floating-promises.ts'
import type { CodePiece } from './statements.ts'
import { findUnusedResults } from './unused-results.ts'

/** A compiler error at a place in the lab's folder. */
export interface TypeProblem {
  readonly file: string
  /** From 1. */
  readonly line: number
  /** From 1. */
  readonly column: number
  /** TypeScript's number of the error: 2322 is "not assignable". */
  readonly code: number
  /** The compiler's message, with its details. */
  readonly text: string
  /** The code that it is about. */
  readonly at: string
  /** Whether it is a syntax error. */
  readonly isSyntax: boolean
  /** The type of that code, if the compiler's message does not name it. */
  readonly type?: string
  /** The compiler asks whether an `await` is missing. */
  readonly needsAwait: boolean
  /** Whether `Tensor` means the lab's own class in that file, not the library's. */
  readonly ownTensor: boolean
}

/** The findings of the type check about some files. */
export interface TypeFindings {
  readonly problems: readonly TypeProblem[]
  /** Promises that nothing waits for: not a compiler error, but nearly always a mistake. */
  readonly floating: readonly FloatingPromise[]
  /** Calls whose result nothing uses: often a mistake. */
  readonly unused: readonly CodePiece[]
}

/** What a file without findings has. */
export const NOTHING_FOUND: TypeFindings = { problems: [], floating: [], unused: [] }

/**
 * The type check of one lab, kept warm: the compiler stays open and reads only what has changed. If it can't be started,
 * nothing is found; the tests still show what is wrong.
 *
 * This API is marked unstable. One version is pinned, and only this class uses it.
 */
export class TypeChecker {
  readonly #dir: string
  readonly #api: API
  #snapshot: Promise<Snapshot>

  constructor(dir: string) {
    this.#dir = dir
    this.#api = new API({ cwd: dir })
    this.#snapshot = this.#api.updateSnapshot({ openProjects: [join(dir, 'tsconfig.json')] })
    this.#snapshot.catch(() => {}) // awaited in `check`
  }

  /** The findings about these files, `src/…`; syntax errors hide all others, because they cause many. */
  async check(files: readonly string[]): Promise<TypeFindings> {
    const paths = files.map(file => join(this.#dir, file))
    const [changed, deleted] = [paths.filter(path => existsSync(path)), paths.filter(path => !existsSync(path))]
    try {
      await this.#snapshot
      this.#snapshot = this.#api.updateSnapshot({ fileChanges: { changed, created: changed, deleted } })
      const { program, checker } = (await this.#snapshot).getProjects()[0]
      const found: TypeFindings[] = []
      for (const path of changed) found.push(await this.#ofFile(path, program, checker))
      return {
        problems: found.flatMap(({ problems }) => problems),
        floating: found.flatMap(({ floating }) => floating),
        unused: found.flatMap(({ unused }) => unused),
      }
    } catch {
      return NOTHING_FOUND
    }
  }

  async #ofFile(path: string, program: Program, checker: Checker): Promise<TypeFindings> {
    const file = relative(this.#dir, path).replaceAll('\\', '/')
    const source = await readFile(path, 'utf8')
    const syntax = errorsOf(await program.getSyntacticDiagnostics(path))
    if (syntax.length > 0)
      return { ...NOTHING_FOUND, problems: syntax.map(error => problemOf(file, source, error, { isSyntax: true })) }
    const tree = await program.getSourceFile(path)
    const problems: TypeProblem[] = []
    for (const error of errorsOf(await program.getSemanticDiagnostics(path))) {
      const type = tree && OPERAND.includes(error.code) ? await typeOf(tree, error, checker) : undefined
      problems.push(problemOf(file, source, error, { isSyntax: false, type }))
    }
    if (!tree) return { ...NOTHING_FOUND, problems }
    const floating = await findFloatingPromises(file, tree, checker)
    return { problems, floating, unused: await findUnusedResults(file, tree, checker) }
  }

  /** Whether the compiler works here. */
  isReady(): Promise<boolean> {
    return this.#snapshot.then(
      () => true,
      () => false,
    )
  }

  async close(): Promise<void> {
    await this.#api.close().catch(() => {})
  }
}

/** "The left-hand side of an arithmetic operation must be …": the message does not say which type it has. */
const OPERAND = [2362, 2363]

/** "Did you forget to use 'await'?", which TypeScript adds to other errors. */
const FORGOT_AWAIT = 2773

/** A file that declares `Tensor`, or imports it from another file of the lab. */
const OWN_TENSOR = /\bclass Tensor\b|\bimport\b[^'"]*\bTensor\b[^'"]*['"]\.\//

const errorsOf = (diagnostics: readonly Diagnostic[]): Diagnostic[] =>
  diagnostics.filter(({ category }) => category === DiagnosticCategory.Error)

function problemOf(
  file: string,
  source: string,
  diagnostic: Diagnostic,
  known: Pick<TypeProblem, 'isSyntax' | 'type'>,
): TypeProblem {
  const { pos, end, code, relatedInformation = [] } = diagnostic
  const needsAwait = relatedInformation.some(related => related.code === FORGOT_AWAIT)
  const [text, at, ownTensor] = [said(diagnostic), source.slice(pos, end), OWN_TENSOR.test(source)]
  return { file, ...lineAndColumn(source, pos), code, text, at, needsAwait, ownTensor, ...known }
}

/** The type of the expression that an error is about. */
async function typeOf(tree: Node, { pos, end }: Diagnostic, checker: Checker): Promise<string | undefined> {
  const node = nodeAt(tree, pos, end)
  const type = node && (await checker.getTypeAtLocation(node))
  return type && checker.typeToString(type)
}

function nodeAt(node: Node, pos: number, end: number): Node | undefined {
  if (node.kind !== SyntaxKind.SourceFile && node.getStart() === pos && node.end === end) return node
  return node.forEachChild(child => (child.pos <= pos && child.end >= end ? nodeAt(child, pos, end) : undefined))
}

/** The line and column of an offset, both from 1. */
function lineAndColumn(source: string, pos: number): { line: number; column: number } {
  const before = source.slice(0, pos).split('\n')
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 }
}

/** The text with its details. Some errors write a type with the path of its file: import("/home/…/values").Value. */
const said = ({ text, messageChain = [] }: Diagnostic): string =>
  [text.replaceAll(/import\("[^"]*"\)\./g, ''), ...messageChain.map(each => said(each).replace(/^/gm, '  '))].join('\n')
