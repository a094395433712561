import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

/** Students' repositories made for a test: bare ones, written to by git's plumbing so that anything can be in them. */

export interface TreeEntry {
  readonly path: string
  readonly mode: '100644' | '100755' | '120000' | '160000'
  /** The text of a file, the target of a link, or the commit of a submodule. */
  readonly content: string | Buffer
}

export const file = (path: string, content: string | Buffer): TreeEntry => ({ path, mode: '100644', content })

export class Repository {
  readonly folder: string
  readonly url: string

  constructor(folder = mkdtempSync(join(tmpdir(), 'repository ü '))) {
    this.folder = folder
    mkdirSync(folder, { recursive: true })
    this.url = pathToFileURL(folder).href
    this.git(['init', '--quiet', '--bare', '--initial-branch=main'])
    // As GitHub does.
    this.git(['config', 'uploadpack.allowFilter', 'true'])
  }

  git(args: readonly string[], { input = '', env = {} }: { input?: string | Buffer; env?: object } = {}): string {
    const identity = { GIT_AUTHOR_NAME: 'n', GIT_AUTHOR_EMAIL: 'e', GIT_COMMITTER_NAME: 'n', GIT_COMMITTER_EMAIL: 'e' }
    const alone = { GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1', GIT_DIR: this.folder }
    const all = { ...process.env, ...identity, ...alone, ...env }
    return execFileSync('git', args, { cwd: this.folder, input, env: all, encoding: 'utf8' }).trim()
  }

  blob(content: string | Buffer): string {
    return this.git(['hash-object', '-w', '--no-filters', '--stdin'], { input: content })
  }

  /** A tree of one level. Unlike the index, it takes any name. */
  tree(entries: readonly (readonly [mode: string, type: string, id: string, name: string])[]): string {
    const lines = entries.map(([mode, type, id, name]) => `${mode} ${type} ${id}\t${name}\0`)
    return this.git(['mktree', '-z', '--missing'], { input: lines.join('') })
  }

  /** Makes `tree` the newest commit of `branch`; gives its id. */
  commit(tree: string, { branch = 'main', at = '2026-09-01T12:00:00Z' } = {}): string {
    const env = { GIT_AUTHOR_DATE: at, GIT_COMMITTER_DATE: at }
    const id = this.git(['commit-tree', '-m', 'work', tree], { env })
    this.git(['update-ref', `refs/heads/${branch}`, id])
    return id
  }

  /** Makes exactly these files the newest commit. */
  push(entries: readonly TreeEntry[], options: { branch?: string; at?: string } = {}): string {
    const env = { GIT_INDEX_FILE: join(mkdtempSync(join(tmpdir(), 'index-')), 'index') }
    const lines = entries.map(({ path, mode, content }) => {
      const id = mode === '160000' ? String(content) : this.blob(content)
      return `${mode} ${id}\t${path}\0`
    })
    this.git(['update-index', '--add', '-z', '--index-info'], { input: lines.join(''), env })
    return this.commit(this.git(['write-tree'], { env }), options)
  }
}
