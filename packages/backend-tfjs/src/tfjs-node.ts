import { execFile } from 'node:child_process'
import { createRequire } from 'node:module'
import { cpus } from 'node:os'
import { promisify } from 'node:util'
import type { getKernel, KernelBackend } from '@tensorflow/tfjs-core'
import { fromTfjs, type TfjsBackend } from './tfjs.ts'
import { BackendUnavailable, firstLine, type UnavailableCode } from './unavailable.ts'

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
  readonly backend: () => KernelBackend & {
    readonly isUsingGpuDevice: boolean
    readonly binding: { readonly TF_Version: string }
  }
  readonly version: Readonly<Record<string, string>>
}

/** The file that loads the package. Throws `BackendUnavailable` if it is not installed, and runs nothing of it. */
export function findTfjsNode(name: TfjsNodeName, { from = import.meta.url }: TfjsNodeOptions = {}): string {
  try {
    return createRequire(from).resolve(`@tensorflow/${name}`)
  } catch (error) {
    const reason = `the package @tensorflow/${name} is not installed`
    throw new BackendUnavailable(name, 'not-installed', reason, `run ${installing(name)}`, { cause: error })
  }
}

/**
 * libtensorflow, through a package that you install yourself: nothing in this repository depends on it, because its install
 * script downloads hundreds of megabytes. Throws `BackendUnavailable` if it does not work, and for `tfjs-node-gpu` also if it
 * would compute on the processor. A damaged library ends the process instead, so load it in one that may end.
 */
export async function tfjsNode(name: TfjsNodeName, options: TfjsNodeOptions = {}): Promise<TfjsNodeBackend> {
  const file = findTfjsNode(name, options)
  const require = createRequire(file)
  restoreRemoved(require('node:util') as Record<string, unknown>)
  let tf: TfjsNode
  try {
    tf = require(file) as TfjsNode
  } catch (error) {
    throw whyNot(name, error)
  }
  const backend = tf.backend()
  if (name === 'tfjs-node-gpu' && !backend.isUsingGpuDevice) throw noGpu()
  const card = backend.isUsingGpuDevice ? await cudaCard() : null
  const device = card?.name ?? cpus()[0]?.model ?? process.arch
  const through = `TensorFlow ${backend.binding.TF_Version} through tfjs-node ${tf.version['tfjs-node'] ?? 'of unknown version'}`
  const driver = card ? `${through}, ${card.driver}` : through
  return {
    ...fromTfjs({
      name,
      description: `${driver}, on ${device}`,
      getKernel: tf.getKernel,
      registeredAs: 'tensorflow',
      backend,
      readsAtOnce: true,
      convPads: false,
    }),
    device,
    driver,
  }
}

interface Card {
  readonly name: string
  readonly driver: string
}

/** The first card that CUDA may use, as `nvidia-smi` names it. */
async function cudaCard(): Promise<Card> {
  const [first] = process.env.CUDA_VISIBLE_DEVICES?.split(',') ?? []
  const only = first ? [`--id=${first.trim()}`] : []
  try {
    const query = [...only, '--query-gpu=name,driver_version', '--format=csv,noheader']
    const { stdout } = await promisify(execFile)('nvidia-smi', query, { timeout: 10_000 })
    const [name, version] = stdout
      .split('\n')[0]
      .split(',')
      .map(word => word.trim())
    if (name && version) return { name, driver: `NVIDIA driver ${version}` }
  } catch {
    // The card works without the program that names it.
  }
  return { name: 'a CUDA device', driver: 'an NVIDIA driver of unknown version (nvidia-smi does not answer)' }
}

/** Node 23 removed these functions; tfjs-node still calls them. */
function restoreRemoved(util: Record<string, unknown>): void {
  util.isNullOrUndefined ??= (value: unknown) => value === null || value === undefined
  util.isArray ??= Array.isArray
}

const installing = (name: TfjsNodeName): string =>
  `pnpm add --workspace-root --allow-build=@tensorflow/${name} @tensorflow/${name}`

/**
 * How to get a library in place of one that is missing or damaged. Installing the package again is not enough: its script
 * keeps any library that it finds, and pnpm restores what the script once made.
 */
export const downloadingAgain = (name: TfjsNodeName): string =>
  `delete the folder node_modules/@tensorflow/${name}/deps, then run pnpm rebuild @tensorflow/${name}, which downloads it ` +
  'again: the README of packages/backend-tfjs says from where'

/**
 * How to get what a first installation left out. pnpm runs nothing for a package whose installation failed, so it has to be
 * added again; if the connection broke instead, pnpm counts it as installed, and half a library stays until it is deleted.
 */
const installingAgain = (name: TfjsNodeName): string =>
  `delete the folder node_modules/@tensorflow/${name}/deps if it is there, then run ${installing(name)}, then pnpm rebuild ` +
  `@tensorflow/${name}: the README of packages/backend-tfjs says what they need, and what their errors mean`

/** Why the package does not load, and what to do. */
export function whyNot(name: TfjsNodeName, error: unknown): BackendUnavailable {
  const message = error instanceof Error ? error.message : String(error)
  const made = (code: UnavailableCode, reason: string, fix: string) =>
    new BackendUnavailable(name, code, reason, fix, { cause: error })
  if (/tfjs_binding\.node\) can not be found/.test(message)) {
    const reason = 'the native addon is missing, because the install script did not run, or did not finish'
    return made('addon-missing', reason, installingAgain(name))
  }
  if (/libtensorflow.*cannot open shared object file: No such file/.test(message)) {
    const reason = 'libtensorflow, which the install script downloads, is missing'
    return made('libtensorflow-missing', reason, downloadingAgain(name))
  }
  return made('does-not-start', `it does not load: ${firstLine(error)}`, downloadingAgain(name))
}

function noGpu(): BackendUnavailable {
  const reason = 'it loads, but computes on the processor'
  const fix =
    'install the NVIDIA driver, CUDA 11.2 and cuDNN 8.1 for a GPU of compute capability 3.5 to 8.x (nvidia-smi must show ' +
    'it, and TF_CPP_MIN_LOG_LEVEL=0 pnpm grade doctor shows what TensorFlow misses), or use "webgpu"'
  return new BackendUnavailable('tfjs-node-gpu', 'no-gpu', reason, fix)
}
