import { type ChildProcess, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import {
  BackendUnavailable,
  DeviceLost,
  downloadingAgain,
  findTfjsNode,
  type TfjsNodeName,
} from '@backprop/backend-tfjs'
import { safeLine } from '@backprop/safe-text'
import { ended } from '../exit-status.ts'
import type { Device } from './broker.ts'
import { commandBackend } from './commands.ts'
import type { FromDevice, ToDevice } from './device-process.ts'

/** A device that answers nothing for this long hangs; a new card may take minutes to compile its kernels. */
const SILENT_SECONDS = 600

/** How much of what the library prints is kept, for the words about its end. */
const PRINTED = 4000

/**
 * Opens libtensorflow in a separate process. A library that is damaged, or crashes while it computes, ends that process
 * alone: then this rejects with `BackendUnavailable`, or `lost` with `DeviceLost`.
 */
export async function openNativeDevice(name: TfjsNodeName): Promise<Omit<Device, 'checked'>> {
  findTfjsNode(name)
  const child = startDevice(name)
  const printed = lastPrinted(child)
  const opened = pending<Extract<FromDevice, { kind: 'opened' }>>()
  const lost = pending<never>()
  lost.promise.catch(() => {}) // code that awaits it gets the error
  const reads: Pending<Float32Array>[] = []
  let isClosed = false
  let [isOpen, isSilent] = [false, false]
  let loss: DeviceLost | null = null
  let written = Promise.resolve()

  function lose(error: DeviceLost): void {
    if (loss || isClosed) return
    loss = error
    lost.reject(error)
    for (const read of reads.splice(0)) read.reject(error)
  }
  const silence = setTimeout(() => {
    isSilent = !isOpen || reads.length > 0
    if (isSilent) child.kill('SIGKILL')
  }, SILENT_SECONDS * 1000).unref()
  function post(message: ToDevice): void {
    if (child.connected) written = new Promise(resolve => child.send(message, () => resolve()))
  }
  child.on('message', (message: FromDevice) => {
    silence.refresh()
    if (message.kind === 'opened') opened.resolve(message)
    else if (message.kind === 'values') reads.shift()?.resolve(message.values)
    else if (message.kind === 'failed') lose(new DeviceLost(name, message.message, AGAIN))
    else opened.reject(new BackendUnavailable(name, message.code, message.reason, message.fix))
  })
  child.on('error', error => opened.reject(error))
  void ended(child, (code, signal) => {
    const { reason, fix } = endOf(name, { code, signal, isSilent, printed: printed() })
    opened.reject(new BackendUnavailable(name, 'crashed', reason, fix))
    lose(new DeviceLost(name, reason, AGAIN))
  })

  const { facts, device, driver } = await opened.promise
  isOpen = true
  const { on, flush, idOf } = commandBackend(facts, commands => post({ kind: 'run', commands }))
  return {
    on: {
      ...on,
      read(slot) {
        if (loss) return Promise.reject(loss)
        flush()
        const read = pending<Float32Array>()
        reads.push(read)
        silence.refresh()
        post({ kind: 'read', id: idOf(slot) })
        return read.promise
      },
    },
    device,
    driver,
    lost: lost.promise,
    pid: child.pid,
    ready() {
      flush()
      return written
    },
    close() {
      isClosed = true
      child.kill('SIGKILL')
    },
  }
}

interface Pending<T> {
  readonly promise: Promise<T>
  readonly resolve: (value: T) => void
  readonly reject: (reason: Error) => void
}

function pending<T>(): Pending<T> {
  let settle!: Omit<Pending<T>, 'promise'>
  const promise = new Promise<T>((resolve, reject) => {
    settle = { resolve, reject }
  })
  return { promise, ...settle }
}

function startDevice(name: TfjsNodeName): ChildProcess {
  const launcher = fileURLToPath(import.meta.resolve('@backprop/launch'))
  const program = fileURLToPath(new URL('device-process.ts', import.meta.url))
  // Our own variables hold keys, which a library from elsewhere has no use for.
  const env = Object.entries(process.env).filter(([variable]) => !variable.startsWith('BACKPROP_'))
  const { TF_CPP_MIN_LOG_LEVEL = '1' } = process.env
  return fork(launcher, [program, name], {
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    serialization: 'advanced',
    env: {
      ...Object.fromEntries(env),
      TF_CPP_MIN_LOG_LEVEL,
      NO_COLOR: '1',
      NODE_OPTIONS: undefined,
      VITEST: undefined,
    },
    execArgv: ['--no-deprecation'],
  })
}

/** Keeps the end of what a process prints, and shows it too if you asked TensorFlow for its log. */
function lastPrinted(child: ChildProcess): () => string {
  let text = ''
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding('utf8').on('data', (chunk: string) => {
      text = (text + chunk).slice(-PRINTED)
      if (process.env.TF_CPP_MIN_LOG_LEVEL !== undefined) process.stderr.write(chunk)
    })
  return () => text
}

const AGAIN = 'its results are invalid; if it happens again, grade with another backend, such as --backend wasm'

interface Exit {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly isSilent: boolean
  readonly printed: string
}

/** What the end of the process says about its library, and what to do. */
function endOf(name: TfjsNodeName, { code, signal, isSilent, printed }: Exit): { reason: string; fix: string } {
  const how = signal ?? `exit code ${code}`
  // TensorFlow.js says each time that it replaces its platform.
  const lines = printed.split('\n').filter(line => line.trim() !== '' && !line.startsWith('Platform node has'))
  const last = lines.at(-1) ?? ''
  const quoted = last === '' ? '' : `; it last printed: ${safeLine(last, 300)}`
  const made = (why: string, fix: string) => ({
    reason: `its native library ended its process with ${how}${why}${quoted}`,
    fix,
  })
  if (isSilent)
    return { reason: `it did not answer for ${SILENT_SECONDS / 60} minutes${quoted}`, fix: 'use the backend "wasm"' }
  if (signal === 'SIGBUS') return made(', as a damaged or truncated file does', downloadingAgain(name))
  if (signal === 'SIGILL') return made(': the processor lacks instructions that it needs', 'use the backend "wasm"')
  if (signal === 'SIGKILL') return made(', as the system does when memory runs out', 'free memory, or use "wasm"')
  if (code === 127) return made(', as a library of another version does', downloadingAgain(name))
  return made('', `${downloadingAgain(name)}; or use the backend "wasm"`)
}
