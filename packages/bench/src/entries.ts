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

/** We ourselves, and what is reported apart from the comparison. */
export const own: readonly Entry[] = [
  { name: 'ours', open: async () => ours('ours', await wasm()) },
  { name: 'bare-kernel', open: async () => bareKernel(await wasm()) },
]

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
