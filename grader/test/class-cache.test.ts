import { mkdirSync, mkdtempSync, readdirSync, utimesSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, describe, expect, test } from 'vitest'
import { Cache, type CachedGrade, type CacheKey } from '../src/class/cache.ts'

const KEY: CacheKey = {
  lab: '01-perceptron',
  treeHash: 'a',
  suiteHash: 'b',
  grader: 'c',
  backend: 'wasm',
  tier: 'A',
  node: 'v26.10.0',
  device: 'a processor',
  seed: null,
  seedKey: null,
}
const remembered = (points: number): CachedGrade => ({
  graded: {
    id: '01-perceptron',
    title: 'One neuron',
    points,
    maxPoints: 100,
    exercises: [],
    problem: null,
    treeHash: 'a',
    suiteHash: 'b',
    seed: 1,
    unlisted: [],
    alerts: [],
    log: [{ test: 'score/any-shape', error: 'Zoë’s\n"error"', stack: 'x'.repeat(100_000) }],
  },
  ms: 5,
  gradedAt: '2026-11-21T12:00:00.000Z',
})

let folder: string
const open = () => new Cache(join(folder, 'cache'), join(folder, 'staging'))
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cache-'))
  for (const name of ['cache', 'staging']) mkdirSync(join(folder, name))
})

describe('the cache of a class', () => {
  test('returns what was kept to every process that opens it', async () => {
    await open().keep(KEY, remembered(30))
    expect(await open().find(KEY)).toEqual(remembered(30))
  })

  test.each(Object.keys(KEY) as (keyof CacheKey)[])('another %s is another grade', async part => {
    await open().keep(KEY, remembered(30))
    expect(await open().find({ ...KEY, [part]: part === 'seed' ? 0 : 'other' })).toBeNull()
  })

  test('while several write the same entry, a reader finds one of them whole', async () => {
    const write = Array.from({ length: 20 }, (_, i) => open().keep(KEY, remembered(i)))
    const read = Array.from({ length: 200 }, async () => {
      await write[Math.floor(Math.random() * write.length)]
      return open().find(KEY)
    })
    for (const found of await Promise.all(read)) expect(found?.graded.log).toEqual(remembered(0).graded.log)
    expect(readdirSync(join(folder, 'staging')), 'no drafts are left').toEqual([])
  })

  test('what is older than 90 days is forgotten', async () => {
    await open().keep(KEY, remembered(1))
    await open().keep({ ...KEY, seed: 1 }, remembered(2))
    const now = new Date()
    const files = readdirSync(join(folder, 'cache'), { recursive: true, encoding: 'utf8' }).filter(file =>
      file.endsWith('.json'),
    )
    const old = new Date(now.getTime() - 91 * 86_400_000)
    utimesSync(join(folder, 'cache', files[0]), old, old)
    await open().prune(now)
    const left = await Promise.all([open().find(KEY), open().find({ ...KEY, seed: 1 })])
    expect(left.filter(each => each !== null)).toHaveLength(1)
  })
})
