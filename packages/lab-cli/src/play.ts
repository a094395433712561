import { spawn } from 'node:child_process'
import type { Lab } from '@backprop/course'

export interface PlayOptions {
  readonly signal: AbortSignal
  readonly env?: Readonly<Record<string, string>>
  /** Which one, in the lab's folder: `main.ts` unless given. */
  readonly script?: string
  /** The script reads no keys: they are for whoever plays it. */
  readonly keepsKeys?: boolean
}

export interface Playing {
  /** The exit code, or `INTERRUPTED`. */
  readonly code: Promise<number>
  /** As control-C does. */
  readonly interrupt: () => void
}

/** The exit code of what was ended with control-C. */
export const INTERRUPTED = 130

/** Runs a script of a lab with tsx, so that students may use all of TypeScript. */
export function play({ dir }: Lab, { signal, env, script = 'main.ts', keepsKeys = false }: PlayOptions): Playing {
  const child = spawn(process.execPath, ['--import', import.meta.resolve('tsx'), script], {
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
