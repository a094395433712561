import { readdirSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { BackendUnavailable, firstLine } from './unavailable.ts'

/** What an adapter says about itself. */
export interface AdapterFacts {
  readonly device: string
  readonly driver: string
  /** Whether it computes on the processor. */
  readonly isSoftware: boolean
}

export interface OpenAdapter {
  /** Dawn stays alive while this is referenced. */
  readonly gpu: GPU
  readonly adapter: GPUAdapter
  readonly facts: AdapterFacts
}

const SOFTWARE = /swiftshader|llvmpipe|lavapipe|software|basic render|\bwarp\b/i

/** Loads Dawn and asks it for the fastest adapter. */
export async function openAdapter(): Promise<OpenAdapter> {
  if (process.platform === 'linux' && !hasVulkan()) throw noAdapter()
  const { create, globals } = await import('webgpu').catch((error: unknown) => {
    throw dawnMissing(error)
  })
  // TensorFlow.js expects `GPUBufferUsage` and the like to be global, as in a page.
  for (const [name, value] of Object.entries(globals))
    if (!(name in globalThis)) Object.defineProperty(globalThis, name, { value, configurable: true, writable: true })
  let gpu: GPU
  let adapter: GPUAdapter | null
  try {
    gpu = create([])
    adapter = await gpu.requestAdapter({ powerPreference: 'high-performance' })
  } catch (error) {
    throw new BackendUnavailable('webgpu', 'does-not-start', firstLine(error), 'update the GPU driver', {
      cause: error,
    })
  }
  if (!adapter) throw noAdapter()
  return { gpu, adapter, facts: factsOf(adapter.info) }
}

/** Whether a Vulkan driver is registered; without one, Dawn would only print to standard error. */
function hasVulkan(): boolean {
  const { VK_DRIVER_FILES, VK_ICD_FILENAMES, VK_ADD_DRIVER_FILES } = process.env
  if (VK_DRIVER_FILES || VK_ICD_FILENAMES || VK_ADD_DRIVER_FILES) return true
  const folders = ['/etc', '/usr/local/etc', '/usr/local/share', '/usr/share', join(homedir(), '.local/share')]
  return folders.some(folder => {
    try {
      return readdirSync(join(folder, 'vulkan/icd.d')).some(file => file.endsWith('.json'))
    } catch {
      return false
    }
  })
}

export function factsOf(info: Partial<GPUAdapterInfo>): AdapterFacts {
  const { vendor = '', architecture = '', device = '', description = '', isFallbackAdapter = false } = info
  const words = [vendor, architecture, device, description].filter(word => word !== '')
  return {
    device: device || [vendor, architecture].filter(word => word !== '').join(' ') || 'an unnamed adapter',
    driver: description || 'unnamed driver',
    isSoftware: isFallbackAdapter || SOFTWARE.test(words.join(' ')),
  }
}

export function dawnMissing(error: unknown): BackendUnavailable {
  const message = firstLine(error)
  if (/Cannot find package 'webgpu'/.test(message))
    return new BackendUnavailable(
      'webgpu',
      'not-installed',
      'the package "webgpu" is not installed',
      'run pnpm install',
    )
  const reason = `Dawn, a part of the package "webgpu", does not load: ${message}`
  return new BackendUnavailable('webgpu', 'addon-missing', reason, 'it has builds for Linux, macOS and Windows only')
}

function noAdapter(): BackendUnavailable {
  const vulkan = 'install the GPU driver and the Vulkan loader (Debian: apt-get install libvulkan1)'
  const fix = process.platform === 'linux' ? vulkan : 'install the GPU driver'
  return new BackendUnavailable('webgpu', 'no-adapter', 'there is no GPU that WebGPU can use', fix)
}
