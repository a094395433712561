import { execFileSync } from 'node:child_process'
import {
  accessSync,
  chmodSync,
  constants,
  copyFileSync,
  linkSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  statSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'

/** Facts about this machine that the tiers build their command lines from. Asked once per process. */

/** What was found out by starting programs, by question, as plain data. */
export type Facts = Readonly<Record<string, string | number | null | readonly string[]>>

const facts = new Map<string, Facts[string]>()

/** The facts so far. Each suite runs in a new thread, which would have to start the same programs again. */
export const factsSoFar = (): Facts => Object.fromEntries(facts)

/** Takes over what another thread or process of this machine has found out. */
export function takeFacts(known: Facts): void {
  for (const [question, fact] of Object.entries(known)) facts.set(question, fact)
}

/** The id of the user `nobody`, which student code runs as when the grader is root. */
export const NOBODY = 65534

export const isRoot = (): boolean => process.getuid?.() === 0

/** The path of a program on PATH, or null. */
export function which(program: string): string | null {
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    const path = join(folder, program)
    try {
      accessSync(path, constants.X_OK)
      return path
    } catch {
      // not here
    }
  }
  return null
}

/** A new, empty folder that even `nobody` can enter. The caller removes it. */
export function makeWorkFolder(): string {
  // A missing folder is an error that names the fix; it is not replaced silently.
  const base = !isRoot() || !isFolder(tmpdir()) || enterableByAll(tmpdir()) ? tmpdir() : '/tmp'
  const folder = mkdtempSync(join(base, 'backprop-'))
  chmodSync(folder, 0o755)
  return folder
}

/**
 * The Node binary for the child. Root drops to `nobody` before it starts the child, and `nobody` may not be able to
 * reach a checkout in root's home. In that case the binary is linked or copied into the work folder.
 */
export function nodeFor(workFolder: string): string {
  const node = realpathSync(process.execPath)
  if (!isRoot() || enterableByAll(dirname(node))) return node
  const copy = join(workFolder, 'node')
  try {
    linkSync(node, copy)
  } catch {
    copyFileSync(node, copy)
  }
  chmodSync(copy, 0o755)
  return copy
}

const isFolder = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isDirectory() === true

function enterableByAll(folder: string): boolean {
  for (let at = realpathSync(folder); ; at = dirname(at)) {
    if ((statSync(at).mode & 0o001) === 0) return false
    if (at === dirname(at)) return true
  }
}

/** Where a library really is. Asked for each library of each process, so remembered. */
export const realPathOf = remembered('real path of', (path: string): string => realpathSync(path))

/** The shared libraries that `binary` needs, as `ldd` names them. */
export const librariesOf = remembered('libraries of', (binary: string): readonly string[] => {
  const listing = execFileSync('ldd', [binary], { encoding: 'utf8' })
  return [...new Set(listing.match(/\/[^\s()]+/g) ?? [])]
})

/**
 * Bytes of data segment of an idle Node of this version: 50 MB on Node 22, 570 MB on 24 and later, which reserve
 * their code range. RLIMIT_DATA counts from there.
 */
export const idleDataBytes = remembered('idle data of', (node: string): number => {
  const script = 'process.stdout.write(require("fs").readFileSync("/proc/self/status", "utf8"))'
  const status = execFileSync(node, ['-e', script], { encoding: 'utf8', env: {} })
  return 1024 * Number(/VmData:\s+(\d+)/.exec(status)?.[1] ?? 0)
})

/** A Python that starts with an empty environment; version managers put wrappers on PATH that do not. */
export const python = remembered('path of', (_: 'python3'): string | null => {
  for (const candidate of ['/usr/bin/python3', which('python3')]) {
    try {
      if (candidate)
        execFileSync(candidate, ['-I', '-S', '-c', 'import ctypes, resource'], { env: {}, stdio: 'ignore' })
      if (candidate) return candidate
    } catch {
      // try the next
    }
  }
  return null
})

/** The name of the operating system for reports, such as PRETTY_NAME in /etc/os-release; empty if unknown. */
export function osName(): string {
  try {
    return /PRETTY_NAME="([^"]+)"/.exec(readFileSync('/etc/os-release', 'utf8'))?.[1] ?? process.platform
  } catch {
    return process.platform
  }
}

function remembered<A extends string, R extends Facts[string]>(
  about: string,
  ask: (argument: A) => R,
): (argument: A) => R {
  return argument => {
    const question = `${about} ${argument}`
    if (!facts.has(question)) facts.set(question, ask(argument))
    return facts.get(question) as R
  }
}
