import { spawn } from 'node:child_process'
import type { ChildProcessByStdio } from 'node:child_process'
import { createInterface } from 'node:readline'
import type { Readable, Writable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { Unavailable, reasonOf } from '../contender.ts'

const PEER = fileURLToPath(new URL('torch_peer.py', import.meta.url))

/** One thread, whichever library it is that computes. */
const ONE_THREAD = { OPENBLAS_NUM_THREADS: '1', OMP_NUM_THREADS: '1', MKL_NUM_THREADS: '1' }

/** Where a Python with torch may be: the first `python3` of the path may be another one than the system's. */
const PYTHONS = ['python3', '/usr/bin/python3']

/** Plain data behind an answer's `"key":`. */
type Answer = Readonly<Record<string, unknown>>

/** A Python process that answers one request after the other. */
export class Child {
  readonly #process: ChildProcessByStdio<Writable, Readable, Readable>
  readonly #lines: AsyncIterator<string>
  #complaint = ''

  private constructor(python: string) {
    this.#process = spawn(python, ['-u', PEER], { env: { ...process.env, ...ONE_THREAD }, stdio: 'pipe' })
    this.#process.on('error', error => (this.#complaint += `${error.message}\n`))
    this.#process.stdin.on('error', () => undefined) // It has ended; the next read says so, with the reason.
    this.#process.stderr.on('data', text => (this.#complaint += String(text)))
    this.#lines = createInterface({ input: this.#process.stdout })[Symbol.asyncIterator]()
  }

  /** Starts the first Python that has torch. */
  static async start(pythons: readonly string[] = PYTHONS): Promise<Child> {
    const reasons: string[] = []
    for (const python of pythons) {
      const child = new Child(python)
      try {
        await child.#answer()
        return child
      } catch (error) {
        child.stop()
        reasons.push(`${python}: ${reasonOf(error)}`)
      }
    }
    throw new Unavailable(`no python3 with torch (${reasons.join('; ')})`)
  }

  /** Sends a request with the bytes that belong to it. */
  async ask(request: Answer, parts: readonly ArrayBufferView[] = []): Promise<Answer> {
    const bytes = parts.reduce((sum, part) => sum + part.byteLength, 0)
    this.#process.stdin.write(`${JSON.stringify({ ...request, bytes })}\n`)
    for (const part of parts) {
      const chunk = new Uint8Array(part.buffer as ArrayBuffer, part.byteOffset, part.byteLength)
      // Also called when the process is gone; then the answer says why.
      await new Promise(resolve => this.#process.stdin.write(chunk, resolve))
    }
    return this.#answer()
  }

  stop(): void {
    this.#process.kill('SIGKILL')
  }

  async #answer(): Promise<Answer> {
    const line = await this.#lines.next()
    if (line.done === true) {
      // What it complained of may come a moment after the end of its output.
      await new Promise(resolve => setTimeout(resolve, 50))
      throw new Unavailable(this.#complaint.trim().split('\n').at(-1) || 'it ended without a word')
    }
    const answer = JSON.parse(line.value) as Answer
    if (typeof answer.error === 'string') throw new Unavailable(answer.error)
    return answer
  }
}
