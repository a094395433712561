import { cpus } from 'node:os'
import { GraderFault, UsageError } from '../errors.ts'
import { type BackendName, BACKENDS, isOwn, makeBackend } from './device/backends.ts'
import { openDevice } from './device/open-device.ts'

export interface BackendStatus {
  readonly name: BackendName
  readonly available: boolean
  /** Why it isn't available, or what it is. */
  readonly reason: string
  /** What to do if it isn't available. */
  readonly fix: string
  /** What it runs on. */
  readonly device: string
}

const WHAT: Readonly<Record<'wasm' | 'plain', string>> = {
  wasm: 'SIMD kernels in WebAssembly, on the CPU',
  plain: 'the reference backend, on the CPU',
}

/** The name of the CPU. */
export const processor = (): string => cpus()[0]?.model ?? process.arch

const BUILD = 'pnpm install builds what a backend needs; see the reason above'

/** Tries a backend by creating it; a device also has to reproduce known results. */
export async function tryBackend(name: BackendName): Promise<BackendStatus> {
  try {
    if (isOwn(name)) {
      await makeBackend(name)
      return { name, available: true, reason: WHAT[name], fix: '', device: processor() }
    }
    const device = await openDevice({ name })
    device.close()
    return { name, available: true, reason: `${device.device}, ${device.driver}`, fix: '', device: device.device }
  } catch (error) {
    return { name, available: false, device: '', ...wordsOf(error as Error) }
  }
}

/** A backend's error has its reason and fix in separate fields; any other error has them in its lines. */
function wordsOf(error: Error & { readonly reason?: string; readonly fix?: string }): {
  reason: string
  fix: string
} {
  return { reason: error.reason ?? error.message.split('\n')[0], fix: error.fix ?? BUILD }
}

export interface ChosenBackend {
  readonly name: BackendName
  /** What it is, and why each faster one was passed over. */
  readonly reason: string
  readonly device: string
}

/** Tried in this order for `auto`; libtensorflow on the CPU has to be asked for by name. */
const AUTO: readonly BackendName[] = BACKENDS.filter(name => name !== 'tfjs-node')

/** The backend of this name, whether it works here or not. */
export function requireBackend(name: string): BackendName {
  const named = BACKENDS.find(each => each === name)
  if (named) return named
  throw new UsageError(`There is no backend "${name}". Choose from: auto, ${BACKENDS.join(', ')}.`)
}

/** The named backend, or the fastest one that works. A named one that doesn't work is an error, never replaced. */
export async function pickBackend(wanted: string): Promise<ChosenBackend> {
  const named = wanted === 'auto' ? null : requireBackend(wanted)
  const missed: string[] = []
  for (const name of named ? [named] : AUTO) {
    const { available, reason, fix, device } = await tryBackend(name)
    if (available) return { name, reason: [reason, ...missed].join('; '), device }
    if (named) throw new GraderFault(`the backend "${name}" does not work here: ${reason}. Fix: ${fix}.`)
    missed.push(`not ${name}: ${reason}`)
  }
  throw new GraderFault('no backend works here.')
}

/** The name alone. */
export const chooseBackend = async (wanted: string): Promise<BackendName> => (await pickBackend(wanted)).name
