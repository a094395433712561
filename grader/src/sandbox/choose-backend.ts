import { GraderFault, UsageError } from '../errors.ts'
import { BACKENDS, makeBackend, type BackendName } from './backends.ts'

export interface BackendStatus {
  readonly name: BackendName
  readonly available: boolean
  /** Why not, or what it is. */
  readonly reason: string
}

const WHAT: Readonly<Record<BackendName, string>> = {
  wasm: 'SIMD kernels in WebAssembly, on the processor',
  plain: 'the reference backend, on the processor',
}

/** Tries a backend by making it. */
export async function tryBackend(name: BackendName): Promise<BackendStatus> {
  try {
    await makeBackend(name)
    return { name, available: true, reason: WHAT[name] }
  } catch (error) {
    return { name, available: false, reason: (error as Error).message.split('\n')[0] }
  }
}

/** The named backend, or the fastest one that works. A named one that does not is an error, never replaced in silence. */
export async function chooseBackend(wanted: string): Promise<BackendName> {
  const named = BACKENDS.find(name => name === wanted)
  if (wanted !== 'auto' && !named)
    throw new UsageError(`There is no backend "${wanted}". There are: auto, ${BACKENDS.join(', ')}.`)
  for (const name of named ? [named] : BACKENDS) {
    const { available, reason } = await tryBackend(name)
    if (available) return name
    if (named) throw new GraderFault(`the backend "${name}" does not work here: ${reason}`)
  }
  throw new GraderFault('no backend works here.')
}
