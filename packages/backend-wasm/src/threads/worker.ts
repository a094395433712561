// The program of a thread that helps. build.mjs makes one text of this file and board.ts: in Node and in a page, bundled
// or not, a thread is started from a text.
import { BOARD_BYTES, KERNELS, idle, work } from './board.ts'
import type { Kernel } from './board.ts'
import type { Welcome } from './helpers.ts'

/** What Node and a browser have in common here; their types do not. */
interface Port {
  onmessage: (event: { readonly data: Welcome }) => void
  postMessage(message: unknown): void
}

interface Scope {
  readonly process?: { getBuiltinModule?(name: string): { readonly parentPort: unknown } | undefined }
  readonly WebAssembly: {
    readonly Instance: new (module: object, imports: object) => { readonly exports: Record<string, Kernel> }
  }
}

const scope = globalThis as unknown as Scope
const port = (scope.process?.getBuiltinModule?.('node:worker_threads')?.parentPort ?? globalThis) as Port

port.onmessage = ({ data: { module, memory, boardAt, tileAt } }) => {
  const abort = () => {
    throw new Error('a kernel gave up')
  }
  const { exports } = new scope.WebAssembly.Instance(module, { env: { memory, abort } })
  exports.keepTilesAt(tileAt)
  const kernels = KERNELS.map(name => exports[name])
  const board = new Int32Array(memory.buffer, boardAt, BOARD_BYTES / 4)
  port.postMessage('ready')
  for (;;) {
    work(board, kernels)
    idle(board)
  }
}
