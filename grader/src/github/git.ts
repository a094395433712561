import { type ChildProcess, spawn } from 'node:child_process'
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { safeLine } from '@backprop/safe-text'
import { GraderFault } from '../errors.ts'

/** Runs git with limits on its time, its output and the disk space that it takes. */

export interface Bounds {
  readonly seconds: number
  /** The most that git may print. */
  readonly outputBytes: number
  /** The size of the repository's packs while git runs. */
  readonly packBytes: number
}

export interface GitCall {
  readonly env: Readonly<Record<string, string>>
  readonly bounds: Bounds
  readonly signal: AbortSignal
  readonly repository?: string
  readonly workTree?: string
  readonly input?: string
}

/** A git command failed; `message` says why in one sentence. */
export class GitFailed extends Error {
  override readonly name = 'GitFailed'
}

/** Runs one git command to its end; resolves to what it printed, byte for byte as Latin-1. Throws GitFailed. */
export async function git(args: readonly string[], call: GitCall): Promise<string> {
  const { env, bounds, signal, repository, workTree, input = '' } = call
  signal.throwIfAborted()
  const where = [...(repository ? [`--git-dir=${repository}`] : []), ...(workTree ? [`--work-tree=${workTree}`] : [])]
  const child = spawn('git', [...where, ...args], { env, stdio: 'pipe', windowsHide: true, detached: GROUPS })
  let stopped = ''
  const stop = (why: string): void => {
    stopped ||= why
    killGroup(child)
  }
  const timer = setTimeout(() => stop(`it took longer than ${bounds.seconds} s`), bounds.seconds * 1000)
  const watch = repository ? watchPacks(repository, bounds.packBytes, stop) : undefined
  const onAbort = (): void => stop('it was stopped')
  signal.addEventListener('abort', onAbort, { once: true })
  const output: Buffer[] = []
  let bytes = 0
  let errors = ''
  child.stdout.on('data', (chunk: Buffer) => {
    bytes += chunk.length
    if (bytes > bounds.outputBytes) stop('it holds too many files')
    else output.push(chunk)
  })
  child.stderr.on('data', (chunk: Buffer) => (errors = (errors + chunk.toString()).slice(-4000)))
  // git may end before it has read everything.
  child.stdin.on('error', () => undefined)
  child.stdin.end(input, 'latin1')
  try {
    const code = await ended(child)
    signal.throwIfAborted()
    if (stopped) throw new GitFailed(stopped)
    if (code !== 0) throw new GitFailed(faultOf(errors))
    return Buffer.concat(output).toString('latin1')
  } finally {
    clearTimeout(timer)
    clearInterval(watch)
    signal.removeEventListener('abort', onAbort)
  }
}

/** Git's messages in English, and what they mean for the person who wrote the roster. */
const MEANINGS: readonly [RegExp, string][] = [
  [/redirect|returned error: 30\d/i, 'it has moved: write its new address into the roster'],
  [
    /authentication failed|could not read (username|password)|returned error: 40[13]/i,
    'it is private and the token has no access to it: set GITHUB_TOKEN to a token that may read its contents',
  ],
  [
    /repository .*not found|does not appear to be a git repository|does not exist|returned error: 404/i,
    'it does not exist, or the token has no access to it',
  ],
  [
    /could not resolve|failed to connect|couldn't connect|timed out|connection .*reset/i,
    'its server cannot be reached',
  ],
  [/transport '.*' not allowed/i, 'this kind of address cannot be fetched'],
  [/fsck error|\.gitmodules|unpack-objects|index-pack/i, 'git rejects its contents as malformed'],
]

/** Why git failed, in a sentence for the person who runs the class; `errors` is what it wrote. */
function faultOf(errors: string): string {
  const meaning = MEANINGS.find(([words]) => words.test(errors))?.[1]
  const lines = errors.trim().split('\n')
  const telling = lines.find(line => /^(fatal|error):/.test(line)) ?? lines.at(-1) ?? ''
  const said = safeLine(telling, 200)
  return [meaning, said && `git says "${said}"`].filter(Boolean).join('; ') || 'git failed and did not say why'
}

/** The oldest version that environment variables alone can configure. */
const OLDEST = [2, 32]

/** Throws `GraderFault` if git is missing or older than `OLDEST`. */
export async function demandGit(env: GitCall['env'], signal: AbortSignal): Promise<void> {
  const bounds = { seconds: 30, outputBytes: 1 << 16, packBytes: Infinity }
  const said = await git(['version'], { env, bounds, signal }).catch((error: unknown) => {
    signal.throwIfAborted()
    throw new GraderFault(`${(error as Error).message}. Install git ${OLDEST.join('.')} or newer.`)
  })
  const [major, minor] = (/(\d+)\.(\d+)/.exec(said) ?? []).slice(1).map(Number)
  if (major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1])) return
  throw new GraderFault(`fetching requires git ${OLDEST.join('.')} or newer, got ${said.trim()}.`)
}

/** With a process group, the processes that git starts are killed with it; Windows has none. */
const GROUPS = process.platform !== 'win32'

function killGroup(child: ChildProcess): void {
  try {
    if (GROUPS && child.pid) process.kill(-child.pid, 'SIGKILL')
    else child.kill('SIGKILL')
  } catch {
    // It has already ended.
  }
}

function ended(child: ChildProcess): Promise<number | null> {
  return new Promise((resolve, reject) => {
    child.on('error', error => reject(new GitFailed(`git cannot be started: ${error.message}`)))
    child.on('close', code => resolve(code))
  })
}

function watchPacks(repository: string, most: number, stop: (why: string) => void): NodeJS.Timeout {
  const folder = join(repository, 'objects', 'pack')
  const look = async (): Promise<void> => {
    const names = await readdir(folder).catch(() => [])
    const sizes = await Promise.all(
      names.map(name =>
        stat(join(folder, name)).then(
          ({ size }) => size,
          () => 0,
        ),
      ),
    )
    if (sizes.reduce((sum, size) => sum + size, 0) > most) stop(`it has more than ${most >> 20} MiB`)
  }
  return setInterval(() => void look(), 100)
}
