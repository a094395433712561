import type { ChildProcess } from 'node:child_process'
import { join } from 'node:path'
import { killGroup } from '@backprop/test-runner'
import { GraderFault } from '../errors.ts'
import { forkBounded } from '../intake/bounded-process.ts'
import type { Files, ReadReply } from './read-host.ts'

/** For one submission. A file of a course takes milliseconds; the first one also waits for the process to start. */
const WALL_SECONDS = 20
/** For all submissions of a run, a process each time that one ended early. */
const BOUNDS = { memoryMB: 512, cpuSeconds: 600 }
const PROGRAM = join(import.meta.dirname, 'read-host.ts')

/** Reads students' code in a process that can be killed, and starts it again if it was. */
export class Reader {
  #child: ChildProcess | null = null
  #hasAnswered = false

  /** Null if the files cannot be read within reason. Throws `GraderFault` if the process does not work at all. */
  async read(files: Files): Promise<ReadReply | null> {
    const reply = await this.#ask(files)
    if (reply !== null || this.#hasAnswered) return reply
    if ((await this.#ask({ 'a.ts': 'export const a = 1' })) === null)
      throw new GraderFault('the process that reads submissions does not start here')
    return null
  }

  close(): void {
    if (this.#child) killGroup(this.#child.pid)
    this.#child = null
  }

  #ask(files: Files): Promise<ReadReply | null> {
    const child = (this.#child ??= forkBounded(PROGRAM, BOUNDS))
    return new Promise(resolve => {
      const end = (reply: ReadReply | null) => {
        clearTimeout(timer)
        child.removeAllListeners()
        if (reply === null) this.close()
        else this.#hasAnswered = true
        resolve(reply)
      }
      const timer = setTimeout(() => end(null), WALL_SECONDS * 1000)
      child.once('error', () => end(null))
      child.once('exit', () => end(null))
      child.once('message', reply => end(reply as ReadReply))
      child.send(files, () => {}) // a child that died early is noticed by its exit
    })
  }
}
