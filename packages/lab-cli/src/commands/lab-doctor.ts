import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { findLabs, type Lab } from '@backprop/course'
import { TypeChecker } from '../check/type-checker.ts'
import { command } from '../command.ts'
import { changedFiles } from '../lab/changed-files.ts'
import { styleFor } from '../render/terminal-text.ts'
import { checkLines, libraryChecks, type Part, REINSTALL } from './doctor-checks.ts'

export const doctor = command({
  name: 'doctor',
  summary: 'check that everything the labs need is there, and how to fix what is not',
  syntax: parser => parser,
  async run(_words, _options, { root, stdout, stderr, stdin, env }) {
    const labs = await findLabs(root, 'all')
    const tell = (text: string) => void stderr.write(`${text}\n`)
    const parts = [
      nodeCheck(),
      await compilerCheck(labs[0]),
      terminalCheck(stdin.isTTY, stdout.isTTY, env),
      await editorCheck(root),
      gitCheck(root),
      await testsCheck(labs),
      ...(await libraryChecks(labs, tell)),
    ]
    const style = styleFor(stdout)
    stdout.write(`${parts.flatMap(part => checkLines(part, style)).join('\n')}\n`)
    return parts.some(({ state }) => state === 'bad') ? 1 : 0
  },
})

/** If Node is too old, this program does not start: the launcher says so. */
const nodeCheck = (): Part => ({
  name: 'Node',
  state: 'good',
  reason: `Node ${process.versions.node} runs the labs (${process.platform} ${process.arch})`,
})

async function compilerCheck(lab: Lab): Promise<Part> {
  const checker = new TypeChecker(lab.dir)
  const isThere = await checker.isReady()
  await checker.close()
  return isThere
    ? { name: 'TypeScript', state: 'good', reason: 'the compiler answers: types are checked when you save' }
    : {
        name: 'TypeScript',
        state: 'note',
        reason: 'the compiler does not start, so only the tests show what is wrong',
        fix: REINSTALL,
      }
}

export function terminalCheck(hasKeys: boolean, hasScreen: boolean, { NO_COLOR, TERM, CI }: NodeJS.ProcessEnv): Part {
  const name = 'Terminal'
  if (CI) return { name, state: 'note', reason: 'CI is set: tests run once, as plain lines', fix: 'unset CI to watch' }
  if (!hasKeys || !hasScreen)
    return { name, state: 'note', reason: 'this is not a terminal: tests run once, as plain lines' }
  if (TERM === 'dumb') return { name, state: 'good', reason: 'each result is written below the last one' }
  return {
    name,
    state: 'good',
    reason: NO_COLOR ? 'watches, without colors because NO_COLOR is set' : 'watches while you edit',
  }
}

/** Whether the tests and the given code are unchanged. */
async function testsCheck(labs: readonly Lab[]): Promise<Part> {
  const changed = (await Promise.all(labs.map(changedFiles))).flat()
  if (changed.length === 0)
    return { name: 'Tests', state: 'good', reason: 'the visible tests are as they were handed out' }
  const names = changed.map(({ file, how }) => (how === 'missing' ? `${file} (missing)` : file))
  const fixes = [...new Set(changed.map(({ fix }) => fix))]
  return { name: 'Tests', state: 'note', reason: `Not as handed out: ${names.join(', ')}.`, fix: fixes.join('; ') }
}

/** Whether VS Code shows types and forgotten awaits while you type. Other editors have their own means. */
const PLUGIN = 'dbaeumer.vscode-eslint'

async function editorCheck(root: string): Promise<Part> {
  const name = 'Editor'
  const shell = process.platform === 'win32'
  const list = await promisify(execFile)('code', ['--list-extensions'], { cwd: root, shell, timeout: 10_000 }).catch(
    () => null,
  )
  if (!list)
    return {
      name,
      state: 'note',
      reason: 'no "code" command was found. Any editor with TypeScript support will do',
      fix: 'in VS Code: open the command palette and choose "Install \'code\' command in PATH"',
    }
  if (list.stdout.toLowerCase().includes(PLUGIN))
    return { name, state: 'good', reason: 'VS Code, with the extension that shows a forgotten await' }
  return {
    name,
    state: 'note',
    reason: 'VS Code, without the ESLint extension, which shows a forgotten await',
    fix: `code --install-extension ${PLUGIN}`,
  }
}

function gitCheck(root: string): Part {
  const name = 'Git'
  return existsSync(join(root, '.git'))
    ? { name, state: 'good', reason: 'this folder is a repository: what you commit is safe' }
    : {
        name,
        state: 'note',
        reason: 'this folder is not a git repository, so nothing keeps older versions',
        fix: 'git init',
      }
}
