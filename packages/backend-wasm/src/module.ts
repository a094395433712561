import type * as Compiled from '../dist/kernels.js'

// Loads the compiled kernels: picks a variant and makes the memory. build.mjs writes dist/kernels.js and its types.

export type { Blocks, Kernels } from '../dist/kernels.js'

/** A byte address in the memory of the kernels. */
export type Pointer = number

/** The part of a linear memory that we use. The types of `WebAssembly` come with a browser or with Node, not both. */
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
  readonly isShared: boolean
  readonly kernels: Compiled.Kernels
  /** Writes the block of a kernel into memory, from word `at` on; see assembly/blocks.ts. */
  readonly write: typeof Compiled.write
  /** Names that the kernels know as numbers. */
  readonly codes: Pick<typeof Compiled, 'Unary' | 'Binary' | 'Start'>
  /** Whether the kernels use relaxed SIMD. */
  readonly relaxed: boolean
  /** The compiled module, for worker threads. */
  readonly code: object
  /** The program of a worker thread. */
  readonly worker: string
}

export interface ModuleOptions {
  /** Whether to use the multiply-add of relaxed SIMD; by default, if the engine has it. */
  readonly relaxed?: boolean
  /** Whether worker threads will see the memory. */
  readonly shared?: boolean
}

/** 2 GiB in pages of 64 KiB: an address still fits into 31 bits. The build declares the same limit. */
export const MAX_PAGES = 32768

/** The kernels alone; `wasm` makes a backend of them. */
export async function loadModule({ relaxed, shared = false }: ModuleOptions = {}): Promise<Module> {
  const compiled = await importKernels()
  const relaxedBytes = decode(compiled.relaxed)
  const useRelaxed = relaxed ?? WebAssembly.validate(relaxedBytes)
  const bytes = useRelaxed ? relaxedBytes : decode(compiled.plain)
  if (!WebAssembly.validate(bytes)) {
    const what = useRelaxed ? 'relaxed SIMD, which `relaxed: true` asks for' : 'SIMD in WebAssembly'
    throw new Error(`wasm: this engine does not support ${what}.\n  Hint: plain() works everywhere.`)
  }
  const memory = new WebAssembly.Memory({ initial: 16, maximum: MAX_PAGES, shared })
  const code = await WebAssembly.compile(shared ? forSharedMemory(bytes) : bytes)
  const { exports } = await WebAssembly.instantiate(code, { env: { memory, abort } })
  const kernels = exports as Compiled.Kernels
  const { write, Unary, Binary, Start, worker } = compiled
  return {
    memory,
    isShared: shared,
    kernels,
    write,
    codes: { Unary, Binary, Start },
    relaxed: useRelaxed,
    code,
    worker,
  }
}

/** How the module imports its memory: module and name, each after its length, the kind, and then the flags. */
const MEMORY_IMPORT = Array.from('\x03env\x06memory\x02', letter => letter.charCodeAt(0))
const HAS_MAXIMUM = 1
const IS_SHARED = 2

/**
 * The same kernels for a memory that threads share. They don't synchronise with each other, so they differ in one bit only,
 * which says what kind of memory the module imports; two more compiled modules would double what a page downloads.
 */
function forSharedMemory(bytes: Uint8Array): Uint8Array {
  const at = bytes.findIndex((_, i) => MEMORY_IMPORT.every((byte, j) => bytes[i + j] === byte)) + MEMORY_IMPORT.length
  if (bytes[at] !== HAS_MAXIMUM) throw new Error('wasm: the kernels do not import their memory with a maximum')
  const changed = bytes.slice()
  changed[at] = HAS_MAXIMUM | IS_SHARED
  return changed
}

async function importKernels(): Promise<typeof Compiled> {
  try {
    return await import('../dist/kernels.js')
  } catch (cause) {
    const hint = 'run `pnpm --filter @backprop/backend-wasm build` once; `pnpm test` does'
    throw new Error(`wasm: the kernels are not compiled yet.\n  Hint: ${hint}.`, { cause })
  }
}

function decode(base64: string): Uint8Array {
  return Uint8Array.from(atob(base64), letter => letter.charCodeAt(0))
}

function abort(): never {
  throw new Error('wasm: a kernel aborted, which is a bug; please report it')
}
