import { makeBackend, type ChildBackend } from '../backends.ts'
import { ourClasses } from '../values.ts'
import type { ByValue } from '../wire.ts'
import { brokered } from './device.ts'

/** The classes that the runner sends and receives, in a lab that uses tensors. */
export const classesOn = async (backend: ChildBackend): Promise<readonly ByValue[]> =>
  ourClasses(backend === 'device' ? brokered() : await makeBackend(backend))
