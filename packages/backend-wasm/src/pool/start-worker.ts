import type { Memory, Pointer } from '../module.ts'

// Starts a worker thread, in Node or in a page. Nothing is imported, so that one bundle runs in both.

/** The first message to a worker: the kernels, the memory, and its addresses there. */
export interface WorkerSetup {
  readonly module: object
  readonly memory: Memory
  /** The kernels that take a block, by number. */
  readonly kernels: readonly string[]
  readonly queueAt: Pointer
  readonly scratchAt: Pointer
}

/** A worker thread that waits for jobs. */
export interface PoolWorker {
  stop(): void
}

/** The part of a browser's `Worker` that we use. */
export interface WebWorker {
  onmessage: unknown
  onerror: unknown
  postMessage(message: unknown): void
  terminate(): void
}

interface NodeWorker {
  on(event: 'message' | 'error' | 'exit', listener: (value: unknown) => void): void
  postMessage(message: unknown): void
  terminate(): unknown
  unref(): void
}

interface Threads {
  readonly Worker: new (text: string, options: { eval: true; execArgv: string[] }) => NodeWorker
}

interface System {
  availableParallelism(): number
}

interface Scope {
  readonly crossOriginIsolated?: boolean
  readonly SharedArrayBuffer?: unknown
  readonly navigator?: { readonly hardwareConcurrency?: number }
  readonly process?: {
    readonly getBuiltinModule?: (name: string) => unknown
    readonly permission?: { has(scope: string): boolean }
  }
  readonly Worker?: new (url: string) => WebWorker
  readonly Blob: new (parts: string[], options: { type: string }) => object
  readonly URL: { createObjectURL(blob: object): string }
  setTimeout(run: () => void, ms: number): unknown
  clearTimeout(timer: unknown): void
}

const scope = globalThis as unknown as Scope
const threads = () => scope.process?.getBuiltinModule?.('node:worker_threads') as Threads | undefined
const system = () => scope.process?.getBuiltinModule?.('node:os') as System | undefined

/** Why there can be no workers here; `null` if there can. */
export function whyNoWorkers(): string | null {
  if (scope.crossOriginIsolated === false) return 'this page is not cross-origin isolated'
  if (scope.SharedArrayBuffer === undefined) return 'there is no shared memory here'
  if (scope.process?.permission?.has('worker') === false) return 'this process may not start workers'
  if (!threads() && !scope.Worker) return 'there are no workers here'
  return null
}

/** How many threads can run at once. */
export function cores(): number {
  return system()?.availableParallelism() ?? scope.navigator?.hardwareConcurrency ?? 1
}

/** A worker starts in 30 ms, and on a busy machine in many times that. */
const START_LIMIT_MILLISECONDS = 10_000

/**
 * Starts a worker and waits until it is ready; throws if that fails. `program` is its text; `make` makes a worker of the
 * same program in another way, for a page that may not run texts.
 */
export async function startWorker(program: string, setup: WorkerSetup, make?: () => WebWorker): Promise<PoolWorker> {
  const node = make ? undefined : threads()
  const worker = node ? inNode(node, program, setup) : inPage(make ?? (() => ofText(program)), setup)
  let timer: unknown
  const late = new Promise<never>((_, reject) => {
    timer = scope.setTimeout(() => reject(new Error('it takes too long')), START_LIMIT_MILLISECONDS)
  })
  try {
    await Promise.race([worker.ready, late])
  } catch (error) {
    worker.stop()
    throw error
  } finally {
    scope.clearTimeout(timer)
  }
  worker.unref()
  return worker
}

interface StartingWorker extends PoolWorker {
  readonly ready: Promise<unknown>
  /** From now on the worker doesn't keep the process alive. */
  unref(): void
}

function inNode({ Worker }: Threads, program: string, setup: WorkerSetup): StartingWorker {
  const worker = new Worker(program, { eval: true, execArgv: [] })
  const ready = new Promise((resolve, reject) => {
    worker.on('message', resolve)
    worker.on('error', reject)
    worker.on('exit', () => reject(new Error('it ended')))
    worker.postMessage(setup)
  })
  return { ready, unref: () => worker.unref(), stop: () => void worker.terminate() }
}

function inPage(make: () => WebWorker, setup: WorkerSetup): StartingWorker {
  const worker = make()
  const ready = new Promise((resolve, reject) => {
    worker.onmessage = resolve
    worker.onerror = () => reject(new Error('it does not load'))
    worker.postMessage(setup)
  })
  return { ready, unref: () => undefined, stop: () => worker.terminate() }
}

function ofText(program: string): WebWorker {
  const url = scope.URL.createObjectURL(new scope.Blob([program], { type: 'text/javascript' }))
  return new scope.Worker!(url)
}
