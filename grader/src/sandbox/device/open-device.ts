import { cpus } from 'node:os'
import { type BackendName, isOwn, makeBackend } from './backends.ts'
import type { Device } from './broker.ts'
import { checkDevice } from './receipt.ts'

export interface DeviceChoice {
  readonly name: BackendName
  /** Accept a software GPU too: for tests. */
  readonly allowSoftware?: boolean
}

/** Opens a backend on this side of the wall and checks what it computes. Throws with the reason if it can't be used. */
export async function openDevice(choice: DeviceChoice): Promise<Device> {
  const device = await unchecked(choice)
  try {
    return { ...device, checked: await checkDevice(device.on) }
  } catch (error) {
    device.close()
    throw error
  }
}

async function unchecked({ name, allowSoftware }: DeviceChoice): Promise<Omit<Device, 'checked'>> {
  if (isOwn(name)) {
    const on = await makeBackend(name)
    const driver = 'description' in on ? String(on.description) : 'JavaScript'
    return { on, device: cpus()[0]?.model ?? process.arch, driver, close: () => {} }
  }
  // Loaded on demand: most machines have no GPU, and it takes a while.
  if (name !== 'webgpu') return (await import('./native-device.ts')).openNativeDevice(name)
  const { webgpu } = await import('@backprop/backend-tfjs')
  const on = await webgpu({ allowSoftware })
  const { device, driver, lost } = on
  return { on, device, driver, lost, close: () => on.close() }
}
