import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import type { Readable, Writable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { type ClockName, type Contender, reasonOf, type Timed, Unavailable } from '../contender.ts'
import { ADAM, type Batch, type Digits, MODELS, type Start } from '../work.ts'

/** A library for Python. */
export interface PythonPeer {
  readonly name: string
  /** The program that runs it, a file beside this one. */
  readonly program: string
  /** What it needs, and a command that installs it. */
  readonly needs: string
  readonly install: string
}

/** The libraries for Python, on one thread each. */
export const pythonPeers: readonly PythonPeer[] = [
  {
    name: 'pytorch',
    program: 'torch_peer.py',
    needs: 'torch',
    install: 'apt-get install --no-install-recommends python3-torch libopenblas0-pthread',
  },
  { name: 'jax', program: 'jax_peer.py', needs: 'jax', install: 'pip install jax' },
  { name: 'keras', program: 'keras_peer.py', needs: 'keras and tensorflow', install: 'pip install tensorflow-cpu' },
]

/** A library in a Python process that computes on request. */
export async function python(peer: PythonPeer): Promise<Contender> {
  const child = await PythonProcess.start(peer)

  async function timed(request: Record<string, unknown>, parts: readonly ArrayBufferView[]): Promise<Timed[]> {
    const { timed } = (await child.ask(request, parts)) as { timed: [seconds: number, result: number][] }
    return timed.map(([seconds, result]) => ({ seconds, result }))
  }

  // The data set is large, so it crosses the pipe once.
  let held: Promise<unknown> | undefined

  function hold({ train, test }: Digits): Promise<unknown> {
    const parts = [train, test].flatMap(({ images, labels }) => [images, labels])
    return child.ask({ do: 'hold', train: train.labels.length, test: test.labels.length }, parts)
  }

  async function started({ model, weights }: Start): Promise<number> {
    const adam = [ADAM.learningRate, ADAM.beta1, ADAM.beta2, ADAM.epsilon]
    const request = { do: 'start', model, shapes: weights.map(({ shape }) => shape), adam }
    const values = weights.map(({ values }) => values)
    return ((await child.ask(request, values)) as { training: number }).training
  }

  return {
    name: peer.name,
    version: child.version,
    models: ['mlp', 'cnn'],
    multiply: size =>
      Promise.resolve({
        run: (inputs, clock) =>
          timed(
            { do: 'multiply', clock, size, count: inputs.length },
            inputs.flatMap(({ a, b }) => [a, b]),
          ),
      }),
    async train(start) {
      const training = await started(start)
      const shape = [start.batch, ...MODELS[start.model].input]
      return {
        run: (inputs: readonly Batch[], clock?: ClockName) =>
          timed(
            { do: 'steps', clock, training, shape, count: inputs.length },
            inputs.flatMap(({ x, labels }) => [x, labels]),
          ),
      }
    },
    async learn(start, digits) {
      await (held ??= hold(digits))
      const training = await started(start)
      return {
        epoch: async (order, clock) =>
          (await timed({ do: 'epoch', clock, training, batch: start.batch, count: order.length }, [order]))[0],
        test: async clock => (await timed({ do: 'test', clock, training }, []))[0],
      }
    },
    close: () => child.stop(),
  }
}

/** One thread, whichever library computes; NPROC is what XLA takes for the number of processors. */
const ENVIRONMENT = {
  OPENBLAS_NUM_THREADS: '1',
  OMP_NUM_THREADS: '1',
  MKL_NUM_THREADS: '1',
  NPROC: '1',
  XLA_FLAGS: '--xla_cpu_multi_thread_eigen=false',
  JAX_PLATFORMS: 'cpu',
  KERAS_BACKEND: 'tensorflow',
  TF_CPP_MIN_LOG_LEVEL: '2',
}

/** Where to look for a Python with the library: the first `python3` of the path may not be the system's. */
const PYTHONS = ['python3', '/usr/bin/python3']

/** The parsed JSON of an answer. */
type Answer = Readonly<Record<string, unknown>>

/** A Python process that answers one request at a time. */
export class PythonProcess {
  readonly #process: ChildProcessByStdio<Writable, Readable, Readable>
  readonly #lines: AsyncIterator<string>
  #errors = ''
  #version = ''

  private constructor(python: string, program: string) {
    const file = fileURLToPath(new URL(program, import.meta.url))
    const env = { ...process.env, ...ENVIRONMENT, PYTHONDONTWRITEBYTECODE: '1' }
    this.#process = spawn(python, ['-u', file], { env, stdio: 'pipe' })
    this.#process.on('error', error => (this.#errors += `${error.message}\n`))
    this.#process.stdin.on('error', () => undefined) // The process has ended; the next read says why.
    this.#process.stderr.on('data', text => (this.#errors += String(text)))
    this.#lines = createInterface({ input: this.#process.stdout })[Symbol.asyncIterator]()
  }

  /** Starts the first Python that has the library. */
  static async start(
    { program, needs, install }: PythonPeer,
    pythons: readonly string[] = PYTHONS,
  ): Promise<PythonProcess> {
    const reasons: string[] = []
    for (const python of pythons) {
      const child = new PythonProcess(python, program)
      try {
        const { version } = await child.#answer()
        child.#version = String(version)
        return child
      } catch (error) {
        child.stop()
        reasons.push(`${python}: ${reasonOf(error)}`)
      }
    }
    throw new Unavailable(`no python3 has ${needs} (${reasons.join('; ')}); to measure it too: ${install}`)
  }

  /** The library's name and version. */
  get version(): string {
    return this.#version
  }

  /** Sends a request and its bytes; returns the answer. */
  async ask(request: Answer, parts: readonly ArrayBufferView[] = []): Promise<Answer> {
    const bytes = parts.reduce((sum, part) => sum + part.byteLength, 0)
    this.#process.stdin.write(`${JSON.stringify({ ...request, bytes })}\n`)
    for (const part of parts) {
      const chunk = new Uint8Array(part.buffer as ArrayBuffer, part.byteOffset, part.byteLength)
      // The callback runs even if the process has ended; then the answer says why.
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
      // Standard error may arrive a moment after the end of the output.
      await new Promise(resolve => setTimeout(resolve, 50))
      throw new Unavailable(this.#errors.trim().split('\n').at(-1) || 'it ended without an error message')
    }
    const answer = JSON.parse(line.value) as Answer
    if (typeof answer.error === 'string') throw new Unavailable(answer.error)
    return answer
  }
}
