import { expect, test } from 'vitest'
import { checkLab } from '../src/authoring/check.ts'
import { strongestTier } from '../src/sandbox/try-tier.ts'
import { labs } from './tiny-labs.ts'

test('the course that the tests use passes pnpm grade check', async () => {
  const { id: tier } = await strongestTier()
  const options = { tier, backend: 'plain', mutants: 'none', seeds: 0, signal: new AbortController().signal } as const
  for (const lab of labs) expect(await checkLab(lab, { ...options, say: () => {} }), lab.manifest.id).toEqual([])
})
