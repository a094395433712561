import { createRequire } from 'node:module'
import type { KernelBackend, getKernel } from '@tensorflow/tfjs-core'
import { fromTfjs } from './tfjs.ts'
import type { TfjsBackend } from './tfjs.ts'
import { BackendUnavailable, firstLine } from './unavailable.ts'

export type TfjsNodeName = 'tfjs-node' | 'tfjs-node-gpu'

export interface TfjsNodeOptions {
  /** Where to look for the package: a file or folder from which it could be required; this package unless given. */
  readonly from?: string
}

export interface TfjsNodeBackend extends TfjsBackend {
  readonly device: string
  readonly driver: string
}

/** What we use of the package; it brings a TensorFlow.js of its own, with a registry of its own. */
interface TfjsNode {
  readonly getKernel: typeof getKernel
  readonly backend: () => KernelBackend & { readonly isUsingGpuDevice: boolean }
  readonly version: Readonly<Record<string, string>>
}

/**
 * libtensorflow by way of a package that whoever wants it installs: nothing of this repository depends on it, because its
 * install script downloads hundreds of megabytes. Throws `BackendUnavailable` where it does not work; of `tfjs-node-gpu`
 * also where it would compute on the processor.
 */
// eslint-disable-next-line @typescript-eslint/require-await -- a failure is a rejected promise, as with the other backends
export async function tfjsNode(name: TfjsNodeName, { from = import.meta.url }: TfjsNodeOptions = {}) {
  const require = createRequire(from)
  bringBack(require('node:util') as Record<string, unknown>)
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
      padsItself: false,
    }),
    device,
    driver,
  } satisfies TfjsNodeBackend
}

/** Node 23 took these away; tfjs-node calls them all the same. */
function bringBack(util: Record<string, unknown>): void {
  util.isNullOrUndefined ??= (value: unknown) => value === null || value === undefined
  util.isArray ??= Array.isArray
}

/** What a failure to load the package means. */
export function whyNot(name: TfjsNodeName, error: unknown): BackendUnavailable {
  const message = error instanceof Error ? error.message : String(error)
  const made = (code: ConstructorParameters<typeof BackendUnavailable>[1], reason: string, cure: string) =>
    new BackendUnavailable(name, code, reason, cure, { cause: error })
  const install = `pnpm add --workspace-root --allow-build=@tensorflow/${name} @tensorflow/${name}`
  if (message.includes(`Cannot find module '@tensorflow/${name}'`))
    return made('not-installed', `the package @tensorflow/${name} is not installed`, `run ${install}`)
  if (/libtensorflow/.test(message)) {
    const cure = `its install script has to download it: remove the package, then run ${install} where the network is open`
    return made('libtensorflow-missing', 'libtensorflow, which its install script downloads, is missing', cure)
  }
  if (/tfjs_binding\.node/.test(message)) {
    const cure = `run pnpm rebuild @tensorflow/${name}, which needs the network, or a C++ compiler and Python`
    return made('addon-missing', 'its native addon is missing: its install script did not run', cure)
  }
  return made('does-not-start', `it does not load: ${firstLine(error)}`, `remove it, then run ${install}`)
}

function noGpu(): BackendUnavailable {
  const reason = 'it loads, but computes on the processor'
  const cure = 'install the NVIDIA driver, CUDA 11 and cuDNN 8 (nvidia-smi must show the GPU), or take "webgpu"'
  return new BackendUnavailable('tfjs-node-gpu', 'no-gpu', reason, cure)
}
