import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { COURSE_ROOT } from '../src/course.ts'

interface Ended {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** Starts `pnpm grade` in this folder, and ends it with Ctrl-C soon after it has written `interruptOn`. */
export function grader(cwd: string, args: readonly string[], { env = {}, interruptOn = '' } = {}): Promise<Ended> {
  const program = [join(COURSE_ROOT, 'packages/launch/launch.mjs'), join(COURSE_ROOT, 'grader/src/pnpm-grade.ts')]
  const child = spawn(process.execPath, [...program, ...args], { cwd, env: { ...process.env, ...env } })
  let [stdout, stderr] = ['', '']
  let isInterrupted = false
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk.toString()
    // Once: a second Ctrl-C would not wait until everything is tidied up.
    if (isInterrupted || !interruptOn || !stderr.includes(interruptOn)) return
    isInterrupted = true
    setTimeout(() => child.kill('SIGINT'), 1500)
  })
  return new Promise(resolve => child.on('close', code => resolve({ code, stdout, stderr })))
}
