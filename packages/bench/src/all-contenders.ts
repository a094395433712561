import { wasm } from '@backprop/backend-wasm'
import { bareKernel } from './bare-kernel.ts'
import { type Contender, type Entry, reasonOf, Unavailable } from './contender.ts'
import { ours } from './ours.ts'
import { python, pythonPeers } from './peers/python.ts'

/** The libraries that ours is compared with. They are loaded late, because each takes a moment and may be missing. */
export const peers: readonly Entry[] = [
  ...pythonPeers.map(peer => ({ name: peer.name, open: () => python(peer) })),
  { name: 'jax-js', open: async () => (await import('./peers/jax-js.ts')).jax() },
  { name: 'tfjs-wasm', open: async () => (await import('./peers/tfjs.ts')).tfjs('wasm') },
  { name: 'tfjs-cpu', open: async () => (await import('./peers/tfjs.ts')).tfjs('cpu') },
]

/** Our library on one thread, and what is reported apart from the comparison. */
export const own: readonly Entry[] = [
  { name: 'ours', open: async () => ours('ours', await wasm()) },
  { name: 'ours-threads', open: threaded },
  { name: 'ours-direct', open: direct },
  { name: 'bare-kernel', open: bareKernel },
]

/** With a thread on each core. */
async function threaded(): Promise<Contender> {
  const on = await wasm({ threads: 'auto' })
  if (on.threads === 1) throw new Unavailable(on.description)
  return { ...ours('ours-threads', on), close: () => on.close() }
}

/** With convolutions as plain sums instead of Winograd's algorithm, which only affects the CNN. */
async function direct(): Promise<Contender> {
  const { name, train } = ours('ours-direct', await wasm({ winograd: false }))
  return { name, train, models: ['cnn'] }
}

/** The contenders that could be opened, and why the others could not. */
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
