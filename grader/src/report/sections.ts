import { readmeSections, type Lab } from '@backprop/course'

/** Where to read about the exercises of the lab with this id; see `readmeSections`. */
export async function sectionsOf(id: string, labs: readonly Lab[]): Promise<ReadonlyMap<string, string>> {
  const lab = labs.find(({ manifest }) => manifest.id === id)
  return lab ? readmeSections(lab) : new Map()
}
