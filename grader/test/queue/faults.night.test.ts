import { describe, expect, it } from 'vitest'
import { FAULTS, SLOW_FAULTS } from './faults.ts'
import { Rehearsal } from './rehearsal.ts'
import { POSTGRES } from './server.ts'

/** Other moments in each run: a failure names the seed. */
const SEEDS = Array.from({ length: 10 }, (_, i) => 100 + i)
const MANY = Object.entries(FAULTS).flatMap(([name, fault]) => SEEDS.map(seed => ({ name, seed, ...fault })))
const ONCE = Object.entries(SLOW_FAULTS).map(([name, fault]) => ({ name, seed: 1, ...fault }))

describe
  .skipIf(POSTGRES === null)
  .concurrent('every job gets one grade (skipped without a PostgreSQL server) when', () => {
    it.each([...MANY, ...ONCE])('$name, seed $seed', async ({ fault, seed, extra }) => {
      await expect(Rehearsal.run(fault, seed, extra)).resolves.toBeUndefined()
    })
  })
