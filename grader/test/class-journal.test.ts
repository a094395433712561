import { appendFileSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, describe, expect, test } from 'vitest'
import { Journal, readJournal, type RunSettings } from '../src/class/journal.ts'
import { requireSameSettings } from '../src/class/run-settings.ts'
import type { StudentResult } from '../src/class/student-result.ts'

const HASH = 'a'.repeat(64)
const TERMS: RunSettings = {
  shard: null,
  workers: false,
  submissions: '/class',
  labs: ['01-perceptron'],
  only: null,
  seed: null,
  seedKey: null,
  official: false,
  backend: 'wasm',
  tier: 'A',
  node: 'v26.10.0',
  signingKey: null,
  suites: { '01-perceptron': HASH },
  grader: HASH,
}
const row = (student: string): StudentResult => ({
  student,
  outbox: student,
  status: 'grader-error',
  reason: 'none',
  gradedAt: '2026-11-21T12:00:00.000Z',
})

let folder: string
let file: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'journal-'))
  file = join(folder, 'journal.jsonl')
})

describe('the journal of a class', () => {
  test('says what was added, in the order in which it was', async () => {
    const journal = await Journal.begin(file, TERMS, [row('old')], folder)
    await Promise.all([
      journal.add({ scratch: '/tmp/x' }),
      journal.add({ row: row('Zoë\n') }),
      journal.add({ row: row('b') }),
    ])
    await journal.close()
    const past = await readJournal(file)
    expect(past?.settings).toEqual(TERMS)
    expect([...(past?.before ?? [])]).toEqual([['old', row('old')]])
    expect([...(past?.rows.keys() ?? [])]).toEqual(['Zoë\n', 'b'])
    expect(past?.scratch).toEqual(['/tmp/x'])
  })

  test('wherever a kill cuts it off, all whole lines count, and the run can continue', async () => {
    const journal = await Journal.begin(file, TERMS, [], folder)
    const header = readFileSync(file).length
    for (const name of ['a', 'é', 'c']) await journal.add({ row: row(name) })
    await journal.close()
    const whole = readFileSync(file)
    const ends = [...whole.keys()].filter(i => whole[i] === 10).map(i => i + 1)
    for (let length = header; length <= whole.length; length++) {
      writeFileSync(file, whole.subarray(0, length))
      const past = await readJournal(file)
      expect(past?.rows.size, `${length} bytes`).toBe(ends.filter(end => end > header && end <= length).length)
    }
    writeFileSync(file, whole.subarray(0, whole.length - 5))
    const torn = await readJournal(file)
    const goingOn = await Journal.goOn(file, torn!)
    await goingOn.add({ row: row('d') })
    await goingOn.close()
    expect([...((await readJournal(file))?.rows.keys() ?? [])]).toEqual(['a', 'é', 'd'])
  })

  test('what comes after damage is done again, not believed', async () => {
    const journal = await Journal.begin(file, TERMS, [], folder)
    await journal.add({ row: row('a') })
    await journal.close()
    appendFileSync(file, `\0\0\0\n${JSON.stringify({ row: row('b') })}\n`)
    expect([...((await readJournal(file))?.rows.keys() ?? [])]).toEqual(['a'])
  })

  test('what cannot be written is a sentence that says how to go on', async () => {
    const journal = await Journal.begin(file, TERMS, [], folder)
    await journal.close()
    await expect(journal.add({ row: row('a') })).rejects.toThrow(
      /^".*journal\.jsonl" cannot be written \(EBADF\)\. Its contents are kept: fix the cause, then continue with --resume\.$/,
    )
  })

  test('a new one replaces the old, and no file means none', async () => {
    expect(await readJournal(file)).toBeNull()
    for (const name of ['a', 'b']) await (await Journal.begin(file, TERMS, [row(name)], folder)).close()
    expect([...((await readJournal(file))?.before.keys() ?? [])]).toEqual(['b'])
  })

  test.each(['', 'notes\n', '{"journal":"backprop/class-journal/v2","terms":{}}\n'])('%j is refused', async text => {
    writeFileSync(file, text)
    await expect(readJournal(file)).rejects.toThrow('is not a journal that this version can read')
  })
})

describe('resuming', () => {
  test('under the same terms nothing is said', () => {
    expect(() => requireSameSettings(TERMS, { ...TERMS }, 'reports')).not.toThrow()
  })

  test.each<[Partial<RunSettings>, string]>([
    [{ submissions: '/other' }, 'it was started with --submissions /class, and now runs with --submissions /other'],
    [{ labs: ['05-mnist-mlp'] }, 'it was started with --labs 01-perceptron, and now runs with --labs 05-mnist-mlp'],
    [{ only: 'failed' }, 'it was started without --only, and now runs with --only failed'],
    [{ seed: 0 }, 'it was started without --seed, and now runs with --seed 0'],
    [
      { seedKey: '0123456789abcdef' },
      'it was started without a seed key, and now runs with seed key 0123456789abcdef; see BACKPROP_SEED_KEY',
    ],
    [{ backend: 'plain' }, 'it was started with --backend wasm, and now runs with --backend plain'],
    [{ official: true }, 'one of the two runs is official, and the other is not'],
    [{ suites: {} }, 'the course has changed since then: the points or tests of 01-perceptron'],
    [{ grader: 'b'.repeat(64) }, 'the grader has changed since then'],
    [{ tier: 'C' }, 'it ran in isolation tier A, and this is C'],
    [{ node: 'v22.12.0' }, 'it ran on Node v26.10.0, and this is v22.12.0'],
  ])('under %j it is refused', (other, why) => {
    expect(() => requireSameSettings(TERMS, { ...TERMS, ...other }, 'reports')).toThrow(
      `The run in "reports" cannot be resumed: ${why}. Leave out --resume`,
    )
  })
})
