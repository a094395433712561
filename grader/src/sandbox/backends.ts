import { plain, type Backend } from '@backprop/core'

/** What a child can compute with. Runs on both sides of the wall. */
export const BACKENDS = ['wasm', 'plain'] as const
export type BackendName = (typeof BACKENDS)[number]

/** Makes a backend, or throws with the reason why this machine cannot have it. */
export async function makeBackend(name: BackendName): Promise<Backend> {
  if (name === 'plain') return plain()
  // Loaded when it is wanted: most children of the first labs compute nothing.
  const { wasm } = await import('@backprop/backend-wasm')
  return wasm()
}
