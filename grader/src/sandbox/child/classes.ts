import { makeBackend, type BackendName } from '../backends.ts'
import { ourClasses } from '../values.ts'
import type { ByValue } from '../wire.ts'

/** The classes that the runner sends and receives, in a lab that uses tensors. */
export const classesOn = async (backend: BackendName): Promise<readonly ByValue[]> =>
  ourClasses(await makeBackend(backend))
