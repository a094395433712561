import { describe, expect, test } from 'vitest'
import { canFork } from '../src/sandbox/fork-server.ts'
import { tryTier } from '../src/sandbox/try-tier.ts'
import { sessionsWith } from './child-process.ts'

/** The limit on a child's memory is the lab's, whatever its size. Memory counts when it is allocated, so no byte of it is used. */

const start = sessionsWith('export const allocate = megabytes => new ArrayBuffer(megabytes * 2 ** 20).byteLength')

interface Student {
  allocate(megabytes: number): Promise<number>
}

const ways = (['A', 'B'] as const).flatMap(tier => [
  { tier, copied: false, made: 'started' },
  { tier, copied: true, made: 'copied' },
])

describe.each(ways)('tier $tier, $made', async ({ tier, copied }) => {
  const available = (await tryTier(tier)).available && (!copied || canFork(tier))

  // Bytes as a 32-bit integer overflow at 2048 MB and at 4096 MB.
  test.skipIf(!available).each([256, 2047, 2048, 4096])('a lab of %i MB gets that, and no more', async memoryMB => {
    const student = (await start(5, { tier, memoryMB, copied })).remote<Student>()
    expect(await student.allocate(memoryMB / 2)).toBe((memoryMB / 2) * 2 ** 20)
    await expect(student.allocate(memoryMB * 1.25)).rejects.toThrow('Array buffer allocation failed')
  })
})
