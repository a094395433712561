import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseShard, shardOf } from '../src/class/shards/shard.ts'

describe('parts', () => {
  test.each(['', '3', '0/3', '4/3', '1/0', '1/257', '-1/3', '1/3/5', '1.0/3', 'a/b'])('"%s" is refused', text =>
    expect(() => parseShard(text)).toThrow('--shard takes a part and a number of parts'),
  )

  test('hold about the same number of students, and each student in one', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 20 }), count => {
        const sizes = Array.from({ length: count }, () => 0)
        for (let i = 0; i < 2000; i++) sizes[shardOf(`student ${i}`, count) - 1]++
        // 5 standard deviations of a binomial distribution; the names are fixed, so this holds always or never.
        const share = 2000 / count
        for (const size of sizes) expect(Math.abs(size - share)).toBeLessThanOrEqual(5 * Math.sqrt(share))
      }),
    )
  })
})
