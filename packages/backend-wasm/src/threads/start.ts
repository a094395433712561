import { createDevice } from '../device.ts'
import type { Device } from '../device.ts'
import { createHeap } from '../heap.ts'
import { loadModule } from '../module.ts'
import { alone } from './crew.ts'
import { whyAlone } from './helpers.ts'
import type { WebWorker } from './helpers.ts'
import { staff } from './staff.ts'
import { createTeam } from './team.ts'

export interface StartOptions {
  readonly relaxed?: boolean
  readonly maxBytes?: number
  readonly threads: 'auto' | number
  readonly worker?: () => WebWorker
}

export interface Started {
  readonly device: Device
  readonly relaxed: boolean
  /** Why there is one thread where more were wanted. */
  readonly whyOne: string | null
  /** Ends the other threads. */
  readonly close: () => void
}

/** Loads the kernels, and starts the threads that are wanted and possible. */
export async function start({ relaxed, maxBytes, threads, worker }: StartOptions): Promise<Started> {
  const whyOne = threads === 1 ? null : whyAlone()
  if (threads === 1 || whyOne !== null) {
    const { kernels, memory, ...module } = await loadModule({ relaxed })
    const heap = createHeap(memory, kernels.freeFrom(), maxBytes)
    const device = createDevice(kernels, heap, { size: 1, lists: () => 1, run: alone(kernels) })
    return { device, relaxed: module.relaxed, whyOne, close: () => undefined }
  }
  const module = await loadModule({ relaxed, shared: true })
  const team = createTeam(module, worker)
  const device = createDevice(module.kernels, createHeap(module.memory, team.freeFrom, maxBytes), team)
  const close = () => {
    team.use(1)
    team.dismiss()
  }
  return { device, relaxed: module.relaxed, whyOne: await staff(team, device, threads), close }
}
