import { readFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { API, DiagnosticCategory, type Diagnostic, type Snapshot } from 'typescript-7/unstable/async'

/** A complaint of the compiler at a place in the lab's folder. */
export interface TypeProblem {
  readonly file: string
  /** From 1. */
  readonly line: number
  /** From 1. */
  readonly column: number
  /** TypeScript's number for it: 2322 is "not assignable". */
  readonly code: number
  /** The sentence of the compiler, and what it adds to it. */
  readonly text: string
  /** The text that it is about. */
  readonly at: string
  /** Whether the file cannot even be read as TypeScript. */
  readonly isSyntax: boolean
}

/**
 * The type check of one lab, kept warm: the compiler stays, and reads only what has changed. Where it cannot be started,
 * nothing is found, for the tests tell more than the types do.
 *
 * This API is called unstable. One version is pinned, and this class is all that knows of it.
 */
export class TypeChecker {
  readonly #dir: string
  readonly #api: API
  #snapshot: Promise<Snapshot>

  constructor(dir: string) {
    this.#dir = dir
    this.#api = new API({ cwd: dir })
    this.#snapshot = this.#api.updateSnapshot({ openProjects: [join(dir, 'tsconfig.json')] })
    this.#snapshot.catch(() => {}) // asked for in `check`
  }

  /** Problems of these files, `src/…`, in the order of their lines; syntax errors hide all others, as they make many. */
  async check(files: readonly string[]): Promise<TypeProblem[]> {
    const paths = files.map(file => join(this.#dir, file))
    try {
      await this.#snapshot
      this.#snapshot = this.#api.updateSnapshot({ fileChanges: { changed: paths } })
      const { program } = (await this.#snapshot).getProjects()[0]
      const found: TypeProblem[] = []
      for (const path of paths) {
        const syntax = await program.getSyntacticDiagnostics(path)
        const diagnostics = syntax.length > 0 ? syntax : await program.getSemanticDiagnostics(path)
        const errors = diagnostics.filter(({ category }) => category === DiagnosticCategory.Error)
        if (errors.length === 0) continue
        const text = await readFile(path, 'utf8')
        found.push(...errors.map(error => this.#problem(path, text, error, syntax.length > 0)))
      }
      return found
    } catch {
      return []
    }
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

  #problem(path: string, source: string, diagnostic: Diagnostic, isSyntax: boolean): TypeProblem {
    const { pos, end, code } = diagnostic
    const before = source.slice(0, pos).split('\n')
    return {
      file: relative(this.#dir, path).replaceAll('\\', '/'),
      line: before.length,
      column: (before.at(-1)?.length ?? 0) + 1,
      code,
      text: said(diagnostic),
      at: source.slice(pos, end),
      isSyntax,
    }
  }
}

const said = ({ text, messageChain = [] }: Diagnostic): string =>
  [text, ...messageChain.map(each => said(each).replace(/^/gm, '  '))].join('\n')
