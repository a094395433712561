import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Command } from './guide.ts'

export interface Typed {
  /** What both streams showed. */
  readonly output: string
  /** Exit codes, up to the first that is not as promised. */
  readonly codes: readonly number[]
}

/** A shell that somebody types into: the folder and what is exported are the same at the next command. */
export class Terminal {
  readonly #state = mkdtempSync(join(tmpdir(), 'terminal-'))
  readonly #env: NodeJS.ProcessEnv

  constructor(folder: string, env: NodeJS.ProcessEnv) {
    this.#env = env
    writeFileSync(this.#file('folder'), folder)
    writeFileSync(this.#file('exported'), '')
  }

  /** Types one command after the other, until one does not end as it should. */
  type(commands: readonly Command[]): Promise<Typed> {
    writeFileSync(this.#file('codes'), '')
    const lines = [
      'exec 2>&1',
      `cd "$(cat ${quoted(this.#file('folder'))})"`,
      `. ${quoted(this.#file('exported'))}`,
      ...commands.flatMap(({ text, code }) => [
        text,
        `{ code=$?; echo $code >> ${quoted(this.#file('codes'))}; [ $code = ${code} ] || exit; }`,
      ]),
      `pwd > ${quoted(this.#file('folder'))}`,
      `export -p > ${quoted(this.#file('exported'))}`,
    ]
    const child = spawn('bash', ['--noprofile', '--norc', '-c', lines.join('\n')], {
      env: this.#env,
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    let output = ''
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()))
    return new Promise(resolve => child.on('close', () => resolve({ output, codes: this.#codes() })))
  }

  #codes(): number[] {
    return readFileSync(this.#file('codes'), 'utf8').split('\n').filter(Boolean).map(Number)
  }

  #file(name: string): string {
    return join(this.#state, name)
  }
}

const quoted = (path: string): string => `'${path.replaceAll("'", "'\\''")}'`
