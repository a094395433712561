import { type AdapterFacts, type OpenAdapter, openAdapter } from './dawn.ts'
import { fromTfjs, type TfjsBackend } from './tfjs.ts'
import { BackendUnavailable, DeviceLost, firstLine } from './unavailable.ts'
import { webgpuKernel } from './webgpu-kernels.ts'

export interface WebGpuOptions {
  /** Also accept an adapter that computes on the processor: for tests, never for speed. */
  readonly allowSoftware?: boolean
}

export interface WebGpuBackend extends TfjsBackend {
  /** The GPU's name and its driver, as the adapter reports them. */
  readonly device: string
  readonly driver: string
  readonly isSoftware: boolean
  /** Rejects with `DeviceLost` when the device is lost; never settles otherwise. */
  readonly lost: Promise<never>
  /** Releases the device; until then the process does not end. */
  close(): void
}

/**
 * WebGPU in Node: the kernels of TensorFlow.js on Dawn. Numbers can only be read with `await`. Throws `BackendUnavailable` if
 * there is no GPU, or only a software adapter and `allowSoftware` is not set.
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

  // Dawn crashes if its adapter is garbage-collected while a device works.
  let held: OpenAdapter | null = opened
  let failure: DeviceLost | null = null
  const lost = new Promise<never>((_, reject) => {
    const fail = (why: string) => {
      if (failure || !held) return
      failure = new DeviceLost('webgpu', why)
      reject(failure)
    }
    void device.lost.then(({ reason, message }) => fail(message || reason))
    // Kernels are queued, so the failure of one is only reported here; what it should have written is wrong.
    device.addEventListener('uncapturederror', event => fail(firstLine(event.error)))
  })
  lost.catch(() => {}) // code that awaits `lost` gets the error

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

/** Everything that the adapter has, because the default limits are too small for a large layer. */
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

/** TensorFlow.js looks for `navigator.gpu` when its backend is created, as in a page; left there, it would keep Node running. */
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
  return new BackendUnavailable(
    'webgpu',
    'software-adapter',
    reason,
    'install the GPU driver, or use "wasm", which is faster',
  )
}
