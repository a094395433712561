import { Writable } from 'node:stream'
import type { Command } from '../src/cli/command.ts'
import type { Context } from '../src/context.ts'
import { COURSE_ROOT } from '../src/course.ts'
import { SEED_KEY } from '../src/pipeline/seed-key.ts'

type Outside = Pick<Context, 'course' | 'env' | 'now' | 'signal' | 'again'>

/** Runs a command as main.ts does, and keeps what it wrote. Errors reach the caller; `onStderr` hears what came before one. */
export async function run(
  command: Command,
  args: readonly string[],
  {
    course = COURSE_ROOT,
    env = process.env,
    now = () => new Date(),
    signal = new AbortController().signal,
    again = new AbortController().signal,
    onStderr,
  }: Partial<Outside> & { readonly onStderr?: (text: string) => void } = {},
): Promise<{ code: number; stdout: string; stderr: string }> {
  const [out, err] = [new Kept(), new Kept(onStderr)]
  // A command asks of stderr no more than this: whether it is a terminal, and to write.
  const stderr = err as unknown as NodeJS.WriteStream
  const withKey = { [SEED_KEY]: process.env[SEED_KEY], ...env }
  const code = await command.start(args, { course, stdout: out, stderr, env: withKey, now, signal, again })
  return { code, stdout: out.text, stderr: err.text }
}

class Kept extends Writable {
  text = ''
  readonly #onText: (text: string) => void

  constructor(onText: (text: string) => void = () => {}) {
    super()
    this.#onText = onText
  }

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.text += chunk.toString()
    this.#onText(chunk.toString())
    done()
  }
}
