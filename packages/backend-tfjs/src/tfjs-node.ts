import { createRequire } from 'node:module'
import type { getKernel, KernelBackend } from '@tensorflow/tfjs-core'
import { fromTfjs, type TfjsBackend } from './tfjs.ts'
import { BackendUnavailable, firstLine } from './unavailable.ts'

export type TfjsNodeName = 'tfjs-node' | 'tfjs-node-gpu'

export interface TfjsNodeOptions {
  /** A file or folder from which to resolve the package; this package by default. */
  readonly from?: string
}

export interface TfjsNodeBackend extends TfjsBackend {
  readonly device: string
  readonly driver: string
}

/** The part of the package that we use; it comes with its own TensorFlow.js and its own registry. */
interface TfjsNode {
  readonly getKernel: typeof getKernel
  readonly backend: () => KernelBackend & { readonly isUsingGpuDevice: boolean }
  readonly version: Readonly<Record<string, string>>
}

/**
 * libtensorflow, through a package that you install yourself: nothing in this repository depends on it, because its install
 * script downloads hundreds of megabytes. Throws `BackendUnavailable` if it does not work, and for `tfjs-node-gpu` also if it
 * would compute on the processor.
 */
// eslint-disable-next-line @typescript-eslint/require-await -- errors reject the promise, as with the other backends
export async function tfjsNode(name: TfjsNodeName, { from = import.meta.url }: TfjsNodeOptions = {}) {
  const require = createRequire(from)
  restoreRemoved(require('node:util') as Record<string, unknown>)
  let tf: TfjsNode
  try {
    tf = require(`@tensorflow/${name}`) as TfjsNode
  } catch (error) {
    throw whyNot(name, error)
  }
  const backend = tf.backend()
  if (name === 'tfjs-node-gpu' && !backend.isUsingGpuDevice) throw noGpu()
  const device = backend.isUsingGpuDevice ? 'CUDA device' : 'processor'
  const driver = `libtensorflow of tfjs-node ${tf.version['tfjs-node'] ?? 'of unknown version'}`
  return {
    ...fromTfjs({
      name,
      description: `TensorFlow on the ${device}, ${driver}`,
      getKernel: tf.getKernel,
      registeredAs: 'tensorflow',
      backend,
      readsAtOnce: true,
      convPads: false,
    }),
    device,
    driver,
  } satisfies TfjsNodeBackend
}

/** Node 23 removed these functions; tfjs-node still calls them. */
function restoreRemoved(util: Record<string, unknown>): void {
  util.isNullOrUndefined ??= (value: unknown) => value === null || value === undefined
  util.isArray ??= Array.isArray
}

/** Why the package does not load, and what to do. */
export function whyNot(name: TfjsNodeName, error: unknown): BackendUnavailable {
  const message = error instanceof Error ? error.message : String(error)
  const made = (code: ConstructorParameters<typeof BackendUnavailable>[1], reason: string, fix: string) =>
    new BackendUnavailable(name, code, reason, fix, { cause: error })
  const install = `pnpm add --workspace-root --allow-build=@tensorflow/${name} @tensorflow/${name}`
  if (message.includes(`Cannot find module '@tensorflow/${name}'`))
    return made('not-installed', `the package @tensorflow/${name} is not installed`, `run ${install}`)
  if (/libtensorflow/.test(message)) {
    const fix = `remove the package, then run ${install} with a network connection, because its install script downloads it`
    return made('libtensorflow-missing', 'libtensorflow, which the install script downloads, is missing', fix)
  }
  if (/tfjs_binding\.node/.test(message)) {
    const fix = `run pnpm rebuild @tensorflow/${name}, which needs the network, or a C++ compiler and Python`
    return made('addon-missing', 'the native addon is missing, because the install script did not run', fix)
  }
  return made('does-not-start', `it does not load: ${firstLine(error)}`, `remove it, then run ${install}`)
}

function noGpu(): BackendUnavailable {
  const reason = 'it loads, but computes on the processor'
  const fix = 'install the NVIDIA driver, CUDA 11 and cuDNN 8 (nvidia-smi must show the GPU), or use "webgpu"'
  return new BackendUnavailable('tfjs-node-gpu', 'no-gpu', reason, fix)
}
