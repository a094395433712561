import type { Pointer } from '../exports.ts'
import type { Memory } from '../module.ts'

// Starting a thread, in Node or in a page: nothing is imported, so that one bundle runs in both.

/** What a thread is told first: which kernels, which memory, and its places there. */
export interface Welcome {
  readonly module: object
  readonly memory: Memory
  readonly boardAt: Pointer
  readonly tileAt: Pointer
}

/** A thread that waits for work. */
export interface Helper {
  end(): void
}

/** A `Worker` as browsers have it, as much of it as we use. */
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

/** Why there can be no helpers here; `null` where there can. */
export function whyAlone(): string | null {
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

/** How long, in milliseconds, a thread may take to start: it needs 30, and on a busy machine many times that. */
const START_LIMIT = 10_000

/**
 * Starts a thread, and waits until it is ready; fails where it does not get there.
 * `program` is its text; `make` makes a worker of the same program in another way, for a page that may not run texts.
 */
export async function startHelper(program: string, welcome: Welcome, make?: () => WebWorker): Promise<Helper> {
  const node = make ? undefined : threads()
  const worker = node ? inNode(node, program, welcome) : inPage(make ?? (() => ofText(program)), welcome)
  let timer: unknown
  const late = new Promise<never>((_, reject) => {
    timer = scope.setTimeout(() => reject(new Error('it takes too long')), START_LIMIT)
  })
  try {
    await Promise.race([worker.ready, late])
  } catch (error) {
    worker.end()
    throw error
  } finally {
    scope.clearTimeout(timer)
  }
  worker.rest()
  return worker
}

interface Worker extends Helper {
  readonly ready: Promise<unknown>
  /** From now on the process may end although the thread does not. */
  rest(): void
}

function inNode({ Worker }: Threads, program: string, welcome: Welcome): Worker {
  const worker = new Worker(program, { eval: true, execArgv: [] })
  const ready = new Promise((resolve, reject) => {
    worker.on('message', resolve)
    worker.on('error', reject)
    worker.on('exit', () => reject(new Error('it ended')))
    worker.postMessage(welcome)
  })
  return { ready, rest: () => worker.unref(), end: () => void worker.terminate() }
}

function inPage(make: () => WebWorker, welcome: Welcome): Worker {
  const worker = make()
  const ready = new Promise((resolve, reject) => {
    worker.onmessage = resolve
    worker.onerror = () => reject(new Error('it does not load'))
    worker.postMessage(welcome)
  })
  return { ready, rest: () => undefined, end: () => worker.terminate() }
}

function ofText(program: string): WebWorker {
  const url = scope.URL.createObjectURL(new scope.Blob([program], { type: 'text/javascript' }))
  return new scope.Worker!(url)
}
