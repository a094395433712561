import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { COURSE_ROOT } from '../../src/course.ts'

interface Ended {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** Runs `pnpm grade` on a course, where the packages of a folder are installed too. */
export async function gradeWith(packages: string, course: string, ...args: string[]): Promise<Ended> {
  const program = ['packages/launch/launch.mjs', 'grader/test/native/grade-in-course.ts']
  const child = spawn(process.execPath, [...program.map(file => join(COURSE_ROOT, file)), course, ...args], {
    env: { ...process.env, NODE_PATH: packages },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const code = new Promise<number | null>(resolve => child.on('exit', resolve))
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)])
  return { code: await code, stdout, stderr }
}
