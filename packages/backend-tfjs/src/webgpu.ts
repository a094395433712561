import { openAdapter } from './dawn.ts'
import type { AdapterFacts, OpenAdapter } from './dawn.ts'
import { fromTfjs } from './tfjs.ts'
import type { TfjsBackend } from './tfjs.ts'
import { BackendUnavailable, DeviceLost, firstLine } from './unavailable.ts'
import { webgpuKernel } from './webgpu-kernels.ts'

export interface WebGpuOptions {
  /** Take an adapter that computes on the processor too: for tests, never for speed. */
  readonly allowSoftware?: boolean
}

export interface WebGpuBackend extends TfjsBackend {
  /** The GPU's name, and its driver, as the adapter tells them. */
  readonly device: string
  readonly driver: string
  readonly isSoftware: boolean
  /** Rejects with `DeviceLost` when the device is lost; never settles otherwise. */
  readonly lost: Promise<never>
  /** Gives the device back; without it the process does not end. */
  close(): void
}

/**
 * WebGPU in Node: the kernels of TensorFlow.js on Dawn. Numbers can be read only by waiting. Throws `BackendUnavailable`
 * where there is no GPU, or only a software one that was not asked for.
 */
export async function webgpu({ allowSoftware = false }: WebGpuOptions = {}): Promise<WebGpuBackend> {
  const opened = await openAdapter()
  const { gpu, adapter, facts } = opened
  const { isSoftware, device: deviceName, driver } = facts
  if (isSoftware && !allowSoftware) throw software(facts)
  const device = await adapter.requestDevice({ requiredLimits: limitsOf(adapter.limits) }).catch((error: unknown) => {
    throw new BackendUnavailable('webgpu', 'does-not-start', firstLine(error), 'update the GPU driver', {
      cause: error,
    })
  })
  const { WebGPUBackend } = await import('@tensorflow/tfjs-backend-webgpu')
  const backend = withNavigator(gpu, () => new WebGPUBackend(device, adapter.info))

  // Dawn crashes when its adapter is collected while a device works.
  let held: OpenAdapter | null = opened
  let failure: DeviceLost | null = null
  const lost = new Promise<never>((_, reject) => {
    const fail = (why: string) => {
      if (failure || !held) return
      failure = new DeviceLost('webgpu', why)
      reject(failure)
    }
    void device.lost.then(({ reason, message }) => fail(message || reason))
    // Kernels are queued, so a kernel that could not run is heard of only here; what it should have written is wrong.
    device.addEventListener('uncapturederror', event => fail(firstLine(event.error)))
  })
  lost.catch(() => {}) // whoever awaits it hears of it

  const on = fromTfjs({
    name: 'webgpu',
    description: `WebGPU on ${deviceName}, ${driver}${isSoftware ? ' (software, not a GPU)' : ''}`,
    getKernel: webgpuKernel,
    registeredAs: 'webgpu',
    backend,
    readsAtOnce: false,
  })
  return {
    ...on,
    device: deviceName,
    driver,
    isSoftware,
    lost,
    async read(slot) {
      if (failure) throw failure
      try {
        const values = await on.read(slot)
        if (failure) throw failure as DeviceLost
        return values
      } catch (error) {
        throw failure ?? new DeviceLost('webgpu', firstLine(error))
      }
    },
    close() {
      if (!held) return
      held = null
      backend.dispose()
      device.destroy()
    },
  }
}

/** All that the adapter has: what a device offers by default holds no large layer. */
function limitsOf(limits: GPUSupportedLimits): Record<string, number> {
  return {
    maxBufferSize: limits.maxBufferSize,
    maxStorageBufferBindingSize: limits.maxStorageBufferBindingSize,
    maxComputeWorkgroupStorageSize: limits.maxComputeWorkgroupStorageSize,
    maxComputeWorkgroupsPerDimension: limits.maxComputeWorkgroupsPerDimension,
    maxComputeWorkgroupSizeX: limits.maxComputeWorkgroupSizeX,
    maxComputeInvocationsPerWorkgroup: limits.maxComputeInvocationsPerWorkgroup,
  }
}

/** TensorFlow.js looks for `navigator.gpu` when its backend is made, as in a page; left there it would keep Node running. */
function withNavigator<T>(gpu: GPU, make: () => T): T {
  Object.defineProperty(globalThis.navigator, 'gpu', { value: gpu, configurable: true })
  try {
    return make()
  } finally {
    delete (globalThis.navigator as { gpu?: GPU }).gpu
  }
}

function software({ device, driver }: AdapterFacts): BackendUnavailable {
  const reason = `the only adapter is ${device} (${driver}), which computes on the processor`
  return new BackendUnavailable('webgpu', 'software-adapter', reason, 'install the driver of the GPU; "wasm" is faster')
}
