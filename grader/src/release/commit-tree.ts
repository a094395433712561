import { git, type GitCall, GitFailed } from '../github/git.ts'
import type { Found } from './inspect.ts'
import { contentHash } from './release-files.ts'

/** Git's mode of a regular file that is not a program. */
const REGULAR = '100644'

interface Entry {
  readonly mode: string
  readonly id: string
}

/**
 * The files of one commit, changed without being checked out: nothing in them can run or lead elsewhere, and what a fetch
 * left out, such as links and large files, stays in the tree unchanged. Keys are paths as git prints them, in Latin-1.
 */
export class CommitTree {
  readonly #call: GitCall
  readonly #entries: Map<string, Entry>
  /** By id; only what was asked for. */
  readonly #contents: ReadonlyMap<string, Buffer>
  readonly #added = new Map<string, Buffer>()

  private constructor(call: GitCall, entries: Map<string, Entry>, contents: ReadonlyMap<string, Buffer>) {
    this.#call = call
    this.#entries = entries
    this.#contents = contents
  }

  /** Reads the tree of a commit, and the files that `isNeeded` names. Throws `GitFailed`. */
  static async read(call: GitCall, commit: string, isNeeded: (path: string) => boolean): Promise<CommitTree> {
    const listing = (await git(['ls-tree', '-r', '-z', '--full-tree', commit], call)).split('\0').filter(Boolean)
    const entries = new Map(
      listing.map(line => {
        const [head, path] = [line.slice(0, line.indexOf('\t')), line.slice(line.indexOf('\t') + 1)]
        const [mode, , id] = head.split(' ')
        return [path, { mode, id }] as const
      }),
    )
    const ids = [...entries]
      .filter(([path, { mode }]) => isRegular(mode) && isNeeded(fromGit(path)))
      .map(([, { id }]) => id)
    return new CommitTree(call, entries, await contentsOf(ids, call))
  }

  /** The bytes of a file; null if there is none, or if it was too large to be fetched. */
  read(path: string): Buffer | null {
    const entry = this.#entries.get(toGit(path))
    if (!entry) return null
    return this.#added.get(entry.id) ?? this.#contents.get(entry.id) ?? null
  }

  /** What is at a path. Throws `GitFailed` for a file that was not fetched: whether it was changed is unknown. */
  look(path: string): Found {
    const key = toGit(path)
    const above = key.split('/').map((_, i, parts) => parts.slice(0, i).join('/'))
    for (const folder of above) {
      const entry = this.#entries.get(folder)
      if (entry) return { is: 'out of reach', at: fromGit(folder), what: kindOf(entry) }
    }
    const entry = this.#entries.get(key)
    if (!entry) return this.#below(key).length > 0 ? { is: 'other', what: 'a folder' } : { is: 'nothing' }
    if (!isRegular(entry.mode)) return { is: 'other', what: kindOf(entry) }
    const bytes = this.read(path)
    if (bytes) return { is: 'file', hash: contentHash(bytes) }
    throw new GitFailed(`${path} is too large to be compared with the course's: remove it from the repository`)
  }

  /** Adds or replaces a file. */
  async put(path: string, bytes: Buffer): Promise<void> {
    const input = bytes.toString('latin1')
    const id = (await git(['hash-object', '-w', '--no-filters', '--stdin'], { ...this.#call, input })).trim()
    this.#added.set(id, bytes)
    this.#entries.set(toGit(path), { mode: this.#entries.get(toGit(path))?.mode ?? REGULAR, id })
  }

  remove(path: string): void {
    this.#entries.delete(toGit(path))
  }

  /** Renames a file, a link, or a folder with everything in it. */
  move(from: string, to: string): void {
    for (const key of [toGit(from), ...this.#below(toGit(from))]) {
      const entry = this.#entries.get(key)
      if (entry) this.#entries.set(`${toGit(to)}${key.slice(toGit(from).length)}`, entry)
      this.#entries.delete(key)
    }
  }

  /** Writes the tree; resolves to its id. `index` is a path for a file that does not exist yet. */
  async write(index: string): Promise<string> {
    const call = { ...this.#call, env: { ...this.#call.env, GIT_INDEX_FILE: index } }
    const input = [...this.#entries].map(([path, { mode, id }]) => `${mode} ${id}\t${path}\0`).join('')
    await git(['update-index', '--add', '-z', '--index-info'], { ...call, input })
    return (await git(['write-tree', '--missing-ok'], call)).trim()
  }

  #below(key: string): string[] {
    return [...this.#entries.keys()].filter(path => path.startsWith(`${key}/`))
  }
}

const isRegular = (mode: string): boolean => mode.startsWith('100')
const kindOf = ({ mode }: Entry): string =>
  mode === '120000' ? 'a symbolic link' : mode === '160000' ? 'a submodule' : 'a file'

/** Git's output and input have one character for each byte. */
const toGit = (path: string): string => Buffer.from(path, 'utf8').toString('latin1')
const fromGit = (path: string): string => Buffer.from(path, 'latin1').toString('utf8')

/** The contents of blobs by id, without those that are not there. */
async function contentsOf(ids: readonly string[], call: GitCall): Promise<Map<string, Buffer>> {
  const contents = new Map<string, Buffer>()
  if (ids.length === 0) return contents
  const output = await git(['cat-file', '--batch'], { ...call, input: ids.map(id => `${id}\n`).join('') })
  for (let at = 0; at < output.length;) {
    const end = output.indexOf('\n', at)
    const [id, type, size] = output.slice(at, end).split(' ')
    at = end + 1
    if (type === 'missing') continue
    contents.set(id, Buffer.from(output.slice(at, at + Number(size)), 'latin1'))
    at += Number(size) + 1
  }
  return contents
}
