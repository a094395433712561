// The program of a worker thread. build.mjs makes one text of this file and job-queue.ts: in Node and in a page, bundled or
// not, a worker is started from that text.
import { type BlockKernel, idle, QUEUE_BYTES, work } from './job-queue.ts'
import type { WorkerSetup } from './start-worker.ts'

/** What a Node worker and a browser worker have in common; their types don't. */
interface Port {
  onmessage: (event: { readonly data: WorkerSetup }) => void
  postMessage(message: unknown): void
}

interface Scope {
  readonly process?: { getBuiltinModule?(name: string): { readonly parentPort: unknown } | undefined }
  readonly WebAssembly: {
    readonly Instance: new (module: object, imports: object) => { readonly exports: Record<string, BlockKernel> }
  }
}

const scope = globalThis as unknown as Scope
const port = (scope.process?.getBuiltinModule?.('node:worker_threads')?.parentPort ?? globalThis) as Port

port.onmessage = ({ data: { module, memory, kernels: names, queueAt, scratchAt } }) => {
  const abort = () => {
    throw new Error('a kernel gave up')
  }
  const { exports } = new scope.WebAssembly.Instance(module, { env: { memory, abort } })
  exports.setWinogradScratch(scratchAt)
  const kernels = names.map(name => exports[name])
  const queue = new Int32Array(memory.buffer, queueAt, QUEUE_BYTES / 4)
  port.postMessage('ready')
  for (;;) {
    work(queue, kernels)
    idle(queue)
  }
}
