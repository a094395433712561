/**
 * Sits between the grader and a student's process on systems that do not end a process when its parent dies (macOS,
 * Windows). Student code in an endless loop would never notice; the guard does, because it runs no student code.
 * It passes its pipes on, writes the process id to fd 6, and waits for its own input to end.
 */
import { spawn } from 'node:child_process'
import { writeSync } from 'node:fs'

const NEWS = 6
const [, , program, ...args] = process.argv
const child = spawn(program, args, { stdio: ['ignore', 1, 2, 3, 4, 5], windowsHide: true })

const tell = (pid: number | undefined) => {
  try {
    writeSync(NEWS, `${pid ?? 0}\n`)
  } catch {
    // the grader is gone; the end of the input says so too
  }
}

tell(child.pid)
process.stdin.on('error', () => {})
process.stdin.on('close', () => {
  child.kill('SIGKILL')
  process.exit(1)
})
process.stdin.resume()
child.on('error', () => process.exit(1))
child.on('exit', (code, signal) => {
  tell(0)
  if (signal) process.kill(process.pid, signal)
  else process.exit(code ?? 1)
})
