import { wasm } from '@backprop/backend-wasm'
import { Unavailable, reasonOf } from './contender.ts'
import type { Contender, Entry } from './contender.ts'
import { bareKernel } from './kernel.ts'
import { ours } from './ours.ts'

/** Who is compared with us. They are loaded late, because each costs a moment and may be missing. */
export const peers: readonly Entry[] = [
  { name: 'pytorch', open: async () => (await import('./peers/torch.ts')).torch() },
  { name: 'jax-js', open: async () => (await import('./peers/jax.ts')).jax() },
  { name: 'tfjs-wasm', open: async () => (await import('./peers/tfjs.ts')).tfjs('wasm') },
  { name: 'tfjs-cpu', open: async () => (await import('./peers/tfjs.ts')).tfjs('cpu') },
]

/** We ourselves on one thread, and what is reported apart from the comparison. */
export const own: readonly Entry[] = [
  { name: 'ours', open: async () => ours('ours', await wasm()) },
  { name: 'ours-threads', open: threaded },
  { name: 'ours-direct', open: direct },
  { name: 'bare-kernel', open: bareKernel },
]

/** On as many threads as pay here and now. */
async function threaded(): Promise<Contender> {
  const on = await wasm({ threads: 'auto' })
  if (on.threads === 1) throw new Unavailable(on.description)
  return { ...ours('ours-threads', on), close: () => on.close() }
}

/** Convolutions as plain sums, without Winograd's way; it makes a difference to the CNN alone. */
async function direct(): Promise<Contender> {
  const { name, train } = ours('ours-direct', await wasm({ winograd: false }))
  return { name, train, models: ['cnn'] }
}

/** All that could be opened; the others with their reasons. */
export interface Field {
  readonly contenders: readonly Contender[]
  readonly absent: ReadonlyMap<string, string>
  close(): void
}

export async function openAll(entries: readonly Entry[]): Promise<Field> {
  const contenders: Contender[] = []
  const absent = new Map<string, string>()
  for (const { name, open } of entries) {
    try {
      contenders.push(await open())
    } catch (error) {
      if (name === 'ours') throw error
      absent.set(name, error instanceof Unavailable ? error.message : `it does not start: ${reasonOf(error)}`)
    }
  }
  return { contenders, absent, close: () => contenders.forEach(contender => contender.close?.()) }
}
