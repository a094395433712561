import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { FAULTS } from './faults.ts'
import { Rehearsal } from './rehearsal.ts'
import { POSTGRES } from './server.ts'

describe.skipIf(POSTGRES === null)('every job gets one grade (skipped without a PostgreSQL server) when', () => {
  // All at once: most of the time, each waits until a dead worker is noticed.
  let rehearsals: Readonly<Record<string, Promise<PromiseSettledResult<void>>>>
  beforeAll(() => {
    const settled = async ({ fault, extra }: (typeof FAULTS)[string]) =>
      (await Promise.allSettled([Rehearsal.run(fault, 1, extra)]))[0]
    rehearsals = Object.fromEntries(Object.entries(FAULTS).map(([name, fault]) => [name, settled(fault)]))
  })
  afterAll(() => Promise.all(Object.values(rehearsals)))

  it.each(Object.keys(FAULTS))('%s', async name => {
    const result = await rehearsals[name]
    if (result.status === 'rejected') throw result.reason
    expect(result.status).toBe('fulfilled')
  })
})
