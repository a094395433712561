import { join } from 'node:path'
import { expect, test } from 'vitest'
import { findLabs, readmeSections } from '../src/index.ts'

test('every exercise of every lab has a section in the README', async () => {
  for (const lab of await findLabs(join(import.meta.dirname, '../../..'), 'all')) {
    const sections = await readmeSections(lab)
    for (const { id } of lab.manifest.exercises)
      expect(sections.get(id), `${lab.manifest.id} ${id}`).toMatch(/^labs\/\d\d-[a-z-]+\/README\.md, section “.+”$/)
  }
})
