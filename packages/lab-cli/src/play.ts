import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { Lab } from '@backprop/course'

/** The exit code of what was stopped with control-C. */
export const INTERRUPTED = 130

/** Runs a lab's main.ts through tsx, so that students may use all of TypeScript. Resolves to its exit code. */
export function play(lab: Lab, signal: AbortSignal, env: Readonly<Record<string, string>> = {}): Promise<number> {
  const tsx = fileURLToPath(import.meta.resolve('tsx/cli'))
  const child = spawn(process.execPath, [tsx, 'main.ts'], {
    cwd: lab.dir,
    stdio: 'inherit',
    env: { ...process.env, ...env },
    signal,
  })
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('exit', (code, by) => resolve(code ?? (by === 'SIGINT' ? INTERRUPTED : 1)))
  })
}
