import { spawn } from 'node:child_process'
import { resolve } from 'node:path'
import { lab } from '../src/cli.ts'
import type { Context } from '../src/command.ts'
import { TextStream } from './student.ts'

export interface Typed {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** What `pnpm lab` answers in a course at `root` when these words are typed and there is no terminal. */
export const type = (root: string, ...words: string[]): Promise<Typed> => typeFrom(root, root, ...words)

/** The same, typed in the folder `cwd`. All of it runs in this process, except for what a command starts. */
export async function typeFrom(cwd: string, root: string, ...words: string[]): Promise<Typed> {
  const [stdout, stderr] = [new TextStream(), new TextStream()]
  const io = { stdin: {}, stdout, stderr, env: { NO_COLOR: '1' } }
  const context = { root, cwd, ...io, now: () => new Date(), signal: new AbortController().signal }
  // A command only writes to a stream that isn't a terminal.
  const code = await lab(words, context as unknown as Context)
  return { code, stdout: stdout.text, stderr: stderr.text }
}

/** The same in a process, as a student starts it. */
export function start(root: string, ...words: string[]): Promise<Typed> {
  const program = [resolve(import.meta.dirname, '../../launch/launch.mjs'), resolve(import.meta.dirname, 'lab-at.ts')]
  // Vitest's own start script puts all packages of the course in NODE_PATH.
  const ours = { VITEST: undefined, NODE_PATH: undefined }
  const env = { ...process.env, ...ours, NO_COLOR: '1', INIT_CWD: root }
  const child = spawn(process.execPath, [...program, root, ...words], { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] }) // prettier-ignore
  let [stdout, stderr] = ['', '']
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()))
  return new Promise(done => child.on('close', code => done({ code, stdout, stderr })))
}
