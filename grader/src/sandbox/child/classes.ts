import { wasm } from '@backprop/backend-wasm'
import { plain } from '@backprop/core'
import type { ChildBackend } from '../device/backends.ts'
import { ourClasses } from '../wire/values.ts'
import type { ByValue } from '../wire/wire.ts'
import { brokered } from './child-device.ts'

/**
 * The classes that the runner sends and receives, in a module that may use tensors. They compute on one thread even if cores
 * are idle. Workers need --allow-worker, and in a worker a student's code could call the C library; `process.permission.drop`
 * takes the flag back, but not from workers that exist. Two threads make a grade at most 1.2 times as fast. See SECURITY.md.
 */
export async function classesOn(backend: ChildBackend): Promise<readonly ByValue[]> {
  if (backend === 'device') return ourClasses(brokered())
  return ourClasses(backend === 'wasm' ? await wasm() : plain())
}
