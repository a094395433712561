import { type Backend, plain } from '@backprop/core'

/** Backends that a child can run in its own process. */
export const OWN_BACKENDS = ['wasm', 'plain'] as const
export type OwnBackend = (typeof OWN_BACKENDS)[number]

/** Backends that the grader can grade with, fastest first. Those not in `OWN_BACKENDS` stay on its side of the wall. */
export const BACKENDS = ['tfjs-node-gpu', 'webgpu', ...OWN_BACKENDS, 'tfjs-node'] as const
export type BackendName = (typeof BACKENDS)[number]

/** What a child computes with: a backend in its own process, or the device that the grader lends it. */
export type ChildBackend = OwnBackend | 'device'

export const isOwn = (name: BackendName): name is OwnBackend => OWN_BACKENDS.some(own => own === name)

/** Creates a backend, or throws with the reason why it can't run here. Runs on both sides of the wall. */
export async function makeBackend(name: OwnBackend): Promise<Backend> {
  if (name === 'plain') return plain()
  // Loaded on demand: most children of the first labs compute nothing.
  const { wasm } = await import('@backprop/backend-wasm')
  return wasm()
}
