import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { outboxNames } from '../src/class/outbox-names.ts'
import { listStudents } from '../src/class/students.ts'

const outboxes = (...names: string[]) => [...outboxNames(names).values()]
/** File names of any kind, and many that differ in little. */
const name = fc.oneof(
  fc.string({ unit: 'grapheme', minLength: 1 }),
  fc.string({ unit: 'binary', minLength: 1 }),
  fc.string({
    unit: fc.constantFrom('a', 'A', 'é', 'e\u0301', 'ß', 'SS', ' ', '.', '-', '/', '\u202e'),
    minLength: 1,
    maxLength: 4,
  }),
  fc.constantFrom('CON', 'con.txt', '..', 'a'.repeat(255), '😀'.repeat(60)),
)
const names = fc.uniqueArray(name, { minLength: 1, maxLength: 12 })

describe('the folder of a report', () => {
  test('has the name of the student where that is safe', () => {
    const plain = ['Ada Lovelace', 'Zoë', '山田 太郎', 'مريم', 'o_o', 'ada@school', '👩 x']
    expect(outboxes(...plain)).toEqual(plain)
  })

  test('is tagged where the name had to be changed', () => {
    expect(outboxes('a/b')[0]).toMatch(/^a_b-[0-9a-f]{16}$/)
    expect(outboxes('CON')[0]).toMatch(/^_CON-[0-9a-f]{16}$/)
    expect(outboxes('..')[0]).toMatch(/^student-[0-9a-f]{16}$/)
    expect(outboxes('<b>')[0]).toMatch(/^_b_-[0-9a-f]{16}$/)
  })

  test('is tagged for both of two names that one file system takes for the same', () => {
    for (const [one, other] of [
      ['Ada', 'ada'],
      ['é', 'e\u0301'],
      ['ß', 'SS'],
    ])
      for (const outbox of outboxes(one, other)) expect(outbox).toMatch(/-[0-9a-f]{16}$/)
  })

  test('is safe on every system, and no two students share one', () => {
    fc.assert(
      fc.property(names, names => {
        const made = outboxes(...names)
        const folded = made.map(outbox => outbox.normalize('NFKC').toLowerCase())
        expect(new Set(folded).size).toBe(names.length)
        for (const outbox of made) {
          expect(outbox).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}<>:"/\\|?*]|^[ .-]|[ .]$|^$/u)
          expect(outbox).not.toMatch(/^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i)
          expect(Buffer.byteLength(outbox)).toBeLessThan(200)
        }
      }),
    )
  })

  test('cannot be aimed at the folder of another', () => {
    const [victim] = outboxes('a:b')
    expect(outboxes('a:b', victim)).toEqual([victim, expect.not.stringMatching(`^${victim}$`)])
  })
})

describe('who handed something in', () => {
  const folder = () => mkdtempSync(join(tmpdir(), 'class-'))

  test('each folder, in the order of the names; neither files, nor what tools make, nor the reports themselves', async () => {
    const root = folder()
    for (const name of ['s10', 's9', '.ada', '.git', '.fetching-x1y2', 'node_modules', 'reports/x'])
      mkdirSync(join(root, name), { recursive: true })
    writeFileSync(join(root, 'roster.csv'), '')
    const { students, skipped } = await listStudents(root, join(root, 'reports', 'class'))
    expect(students.map(({ name }) => name)).toEqual(['.ada', 's9', 's10'])
    expect(skipped).toEqual(['.fetching-x1y2', '.git', 'node_modules', 'reports', 'roster.csv'])
  })

  test('a folder that is not there, an empty one, and a single submission are sentences', async () => {
    const [empty, single] = [folder(), folder()]
    mkdirSync(join(single, 'labs'))
    await expect(listStudents(join(empty, 'none'), '/r')).rejects.toThrow(
      'Give the folder of submissions with --submissions.',
    )
    await expect(listStudents(empty, '/r')).rejects.toThrow('it must hold one folder per student.')
    await expect(listStudents(single, '/r')).rejects.toThrow(`For one: pnpm grade all --submission "${single}"`)
  })
})
