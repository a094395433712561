import { plain, type Backend } from '@backprop/core'

/** Backends that a child can have in its own process. */
export const OWN_BACKENDS = ['wasm', 'plain'] as const
export type OwnBackend = (typeof OWN_BACKENDS)[number]

/** Those that a grader can grade with, the fastest first. The others stay on its side of the wall. */
export const BACKENDS = ['tfjs-node-gpu', 'webgpu', ...OWN_BACKENDS, 'tfjs-node'] as const
export type BackendName = (typeof BACKENDS)[number]

/** What a child is told to compute with: its own, or the device that the grader lends it. */
export type ChildBackend = OwnBackend | 'device'

export const isOwn = (name: BackendName): name is OwnBackend => OWN_BACKENDS.some(own => own === name)

/** Makes a backend, or throws with the reason why this machine cannot have it. Runs on both sides of the wall. */
export async function makeBackend(name: OwnBackend): Promise<Backend> {
  if (name === 'plain') return plain()
  // Loaded when it is wanted: most children of the first labs compute nothing.
  const { wasm } = await import('@backprop/backend-wasm')
  return wasm()
}
