import type { Exports } from './exports.ts'

// Loads the compiled kernels: picks a variant and makes the memory.

/** The linear memory, as much of it as we use. The types of `WebAssembly` come with a browser or with Node, not both. */
export interface Memory {
  readonly buffer: ArrayBufferLike
  grow(pages: number): number
}

interface Engine {
  readonly WebAssembly: {
    readonly Memory: new (limits: { initial: number; maximum: number; shared: boolean }) => Memory
    validate(bytes: Uint8Array): boolean
    compile(bytes: Uint8Array): Promise<object>
    instantiate(module: object, imports: object): Promise<{ readonly exports: unknown }>
  }
  readonly atob: (base64: string) => string
}

const { WebAssembly, atob } = globalThis as unknown as Engine

export interface Module {
  readonly memory: Memory
  readonly kernels: Exports
  readonly relaxed: boolean
  /** What was compiled, for other threads. */
  readonly code: object
  /** The program of another thread. */
  readonly worker: string
}

export interface ModuleOptions {
  /** Whether to use the multiply-add of relaxed SIMD; where the engine knows it, unless said otherwise. */
  readonly relaxed?: boolean
  /** Whether other threads will see the memory. */
  readonly shared?: boolean
}

/** 2 GiB in pages of 64 KiB: an address still fits into 31 bits. The build declares the same limit. */
export const MAX_PAGES = 32768

/** The kernels by themselves; `wasm` makes a backend of them. */
export async function loadModule({ relaxed, shared = false }: ModuleOptions = {}): Promise<Module> {
  const compiled = await importKernels()
  const relaxedBytes = decode(compiled.relaxed)
  const useRelaxed = relaxed ?? WebAssembly.validate(relaxedBytes)
  const bytes = useRelaxed ? relaxedBytes : decode(compiled.plain)
  if (!WebAssembly.validate(bytes)) {
    const what = useRelaxed ? 'relaxed SIMD, which was asked for' : 'SIMD in WebAssembly'
    throw new Error(`wasm: this engine does not know ${what}.\n  Hint: plain() works everywhere.`)
  }
  const memory = new WebAssembly.Memory({ initial: 16, maximum: MAX_PAGES, shared })
  const code = await WebAssembly.compile(shared ? forSharedMemory(bytes) : bytes)
  const { exports } = await WebAssembly.instantiate(code, { env: { memory, abort } })
  return { memory, kernels: exports as Exports, relaxed: useRelaxed, code, worker: compiled.worker }
}

/** How the module imports its memory: module and name, each after its length, the kind, and then the flags. */
const MEMORY_IMPORT = Array.from('\x03env\x06memory\x02', letter => letter.charCodeAt(0))
const HAS_MAXIMUM = 1
const IS_SHARED = 2

/**
 * The same kernels for a memory that threads share. They do not synchronise with each other, so all that changes is one
 * bit, the one that says which kind of memory is wanted; two more compiled modules would double what a page downloads.
 */
function forSharedMemory(bytes: Uint8Array): Uint8Array {
  const at = bytes.findIndex((_, i) => MEMORY_IMPORT.every((byte, j) => bytes[i + j] === byte)) + MEMORY_IMPORT.length
  if (bytes[at] !== HAS_MAXIMUM) throw new Error('wasm: the kernels do not import their memory as they should')
  const changed = bytes.slice()
  changed[at] = HAS_MAXIMUM | IS_SHARED
  return changed
}

interface Compiled {
  readonly plain: string
  readonly relaxed: string
  readonly worker: string
}

/** What build.mjs wrote; imported late, so that somebody who forgot to build is told so. */
async function importKernels(): Promise<Compiled> {
  try {
    const compiled: unknown = await import('../dist/kernels.js')
    return compiled as Compiled
  } catch (cause) {
    const hint = 'run `pnpm --filter @backprop/backend-wasm build` once; `pnpm test` does'
    throw new Error(`wasm: the kernels are not compiled yet.\n  Hint: ${hint}.`, { cause })
  }
}

function decode(base64: string): Uint8Array {
  return Uint8Array.from(atob(base64), letter => letter.charCodeAt(0))
}

function abort(): never {
  throw new Error('wasm: a kernel gave up, which it should never do; please report it')
}
