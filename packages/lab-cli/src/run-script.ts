import { spawn } from 'node:child_process'
import type { Lab } from '@backprop/course'

export interface ScriptOptions {
  readonly signal: AbortSignal
  readonly env?: Readonly<Record<string, string>>
  /** A file in the lab's folder; `main.ts` by default. */
  readonly script?: string
  /** The script must not read the keyboard: the caller does. */
  readonly keepsKeys?: boolean
}

export interface RunningScript {
  /** The exit code, or `INTERRUPTED`. */
  readonly code: Promise<number>
  /** Does what control-C does. */
  readonly interrupt: () => void
}

/** The exit code of a script that was ended with control-C. */
export const INTERRUPTED = 130

/** Runs a script of a lab with tsx, so students may use all of TypeScript. */
export function runScript(
  { dir }: Lab,
  { signal, env, script = 'main.ts', keepsKeys = false }: ScriptOptions,
): RunningScript {
  const preloaded = ['tsx', './explain-crash.ts'].flatMap(module => ['--import', import.meta.resolve(module)])
  const child = spawn(process.execPath, [...preloaded, script], {
    cwd: dir,
    stdio: [keepsKeys ? 'ignore' : 'inherit', 'inherit', 'inherit'],
    env: { ...process.env, ...env },
    signal,
  })
  let isInterrupted = false
  const code = new Promise<number>((resolve, reject) => {
    child.on('error', reject)
    child.on('exit', code => resolve(isInterrupted ? INTERRUPTED : (code ?? 1)))
  })
  const interrupt = () => {
    isInterrupted = true
    child.kill('SIGINT')
  }
  return { code, interrupt }
}
