import { execFileSync } from 'node:child_process'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { SUBMISSION, unpack, Unpacking, type UnpackLimits, unpackWithin } from '../src/archive/unpack.ts'
import { which } from '../src/sandbox/tiers/host.ts'
import { type Packed, tarGzOf, tarOf, zipOf } from './packed.ts'

/** Archives as students and platforms make them, and as somebody makes them who means harm. */

let root: string
beforeEach(() => void (root = mkdtempSync(join(tmpdir(), 'backprop-unpack-'))))
afterEach(() => rmSync(root, { recursive: true, force: true }))

const KINDS = { '.zip': zipOf, '.tar': tarOf, '.tar.gz': tarGzOf }

async function unpacked(bytes: Buffer, limits: Partial<UnpackLimits> = {}): Promise<Unpacking & { out: string }> {
  const [file, out] = [join(root, 'archive'), join(root, 'out')]
  writeFileSync(file, bytes)
  rmSync(out, { recursive: true, force: true })
  mkdirSync(out)
  const into = new Unpacking({ ...SUBMISSION, ...limits })
  await unpack(file, out, into)
  return Object.assign(into, { out })
}

/** Every file below a folder, with its text. */
const filesIn = (folder: string): Record<string, string> =>
  Object.fromEntries(
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter(entry => entry.isFile())
      .map(entry => join(entry.parentPath, entry.name))
      .map(path => [path.slice(folder.length + 1), readFileSync(path, 'utf8')]),
  )

describe.each(Object.entries(KINDS))('an archive %s', (_, pack) => {
  test('gives its files back', async () => {
    const { out, leftOut } = await unpacked(
      pack([
        { name: './src/a.ts', text: 'one' },
        { name: 'README.md', text: 'two' },
        { name: 'node_modules/x/index.js', text: 'not ours' },
      ]),
    )
    expect(filesIn(out)).toEqual({ 'src/a.ts': 'one', 'README.md': 'two' })
    expect(leftOut).toEqual([])
  })

  test.each([
    ['/etc/passwd', 'has an absolute path'],
    ['C:/Windows/a.ts', 'has an absolute path'],
    ['../a.ts', 'has a path that leads out of the archive'],
    ['src/../../a.ts', 'has a path that leads out of the archive'],
    ['src//a.ts', 'has an empty name in its path'],
    ['src/a.ts:stream', 'has a name that Windows cannot store'],
    ['src/con.ts', 'has a name that Windows cannot store'],
    ['src/a.ts.', 'has a name that Windows cannot store'],
    ['src/\u202ea.ts', 'has a character in its name that cannot be seen, U+202E'],
  ])('leaves out %j: it %s', async (name, why) => {
    const { out, leftOut } = await unpacked(
      pack([
        { name, text: 'x' },
        { name: 'b.ts', text: 'fine' },
      ]),
    )
    expect(leftOut).toEqual([{ path: name, why }])
    expect(filesIn(out)).toEqual({ 'b.ts': 'fine' })
    expect(readdirSync(root).sort()).toEqual(['archive', 'out'])
  })

  test('leaves out links', async () => {
    const { out, leftOut } = await unpacked(pack([{ name: 'src/a.ts', text: '/etc/passwd', link: true }]))
    expect(leftOut).toEqual([{ path: 'src/a.ts', why: 'is a link' }])
    expect(filesIn(out)).toEqual({})
  })

  test.each([
    ['src/a.ts', 'src/a.ts'],
    ['src/a.ts', 'src/A.ts'],
    ['Zoe\u0308.ts', 'Zo\u00eb.ts'],
  ])('of %j and %j takes neither', async (one, other) => {
    const { out, leftOut } = await unpacked(
      pack([
        { name: one, text: '1' },
        { name: other, text: '2' },
      ]),
    )
    expect(leftOut.map(({ why }) => why)).toEqual(Array(2).fill('is there twice, or differs from another only in case'))
    expect(filesIn(out)).toEqual({})
  })

  test('takes no file whose folder is a file', async () => {
    const { out, leftOut } = await unpacked(
      pack([
        { name: 'src', text: '1' },
        { name: 'src/a.ts', text: '2' },
      ]),
    )
    expect(leftOut).toEqual([{ path: 'src/a.ts', why: 'is both a file and a folder' }])
    expect(filesIn(out)).toEqual({ src: '1' })
  })

  test('leaves out a file that is too large', async () => {
    const { leftOut } = await unpacked(pack([{ name: 'a.ts', text: 'x'.repeat(2000) }]), { fileBytes: 1000 })
    expect(leftOut).toEqual([{ path: 'a.ts', why: 'has 2000 bytes; at most 1000 are taken' }])
  })

  const many = Array.from({ length: 50 }, (_, i) => ({ name: `${i}.ts`, text: 'x'.repeat(1 << 17) }))
  test.each([
    [{ entries: 49 }, 'it has more than 49 entries'],
    [{ files: 49 }, 'it has more than 49 files'],
    [{ totalBytes: 5 << 20 }, 'it unpacks to more than 5 MiB'],
  ])('is refused beyond %j', async (limits, why) => {
    await expect(unpacked(pack(many), limits)).rejects.toThrow(why)
  })

  test('comes out inside its folder, whatever the names are, and the files that are named once are whole', async () => {
    const piece = fc.constantFrom(
      '..',
      '.',
      '',
      'src',
      'SRC',
      'a.ts',
      'A.ts',
      'nul',
      'é',
      'e\u0301',
      'x:y',
      '\u200b',
      '~',
    )
    const name = fc
      .tuple(fc.array(piece, { minLength: 1, maxLength: 4 }), fc.constantFrom('/', '\\'))
      .map(([parts, separator]) => parts.join(separator))
      .filter(name => name !== '' && !/[/\\]$/.test(name))
    const entry: fc.Arbitrary<Packed> = fc.record(
      { name, text: fc.string({ maxLength: 20 }), link: fc.boolean() },
      { requiredKeys: ['name', 'text'] },
    )
    await fc.assert(
      fc.asyncProperty(fc.array(entry, { minLength: 1, maxLength: 8 }), async entries => {
        const { out, leftOut, entries: seen } = await unpacked(pack(entries))
        expect(readdirSync(root).sort()).toEqual(['archive', 'out'])
        const there = filesIn(out)
        for (const [path, text] of Object.entries(there)) {
          expect(path.split('/')).not.toContain('..')
          expect(statSync(join(out, path)).isFile()).toBe(true)
          expect(entries.some(each => each.text === text && !each.link)).toBe(true)
        }
        const keys = Object.keys(there).map(path => path.normalize('NFKC').toLowerCase())
        expect(new Set(keys).size).toBe(keys.length)
        expect(seen).toBe(entries.length)
        expect(Object.keys(there).length + leftOut.length).toBeLessThanOrEqual(entries.length)
      }),
      { numRuns: 60 },
    )
  })

  test('that is cut short or has a bit turned gives files as they were, or a refusal', async () => {
    const entries = ['a.ts', 'src/b.ts', 'src/c.ts'].map(name => ({ name, text: `the text of ${name}\n`.repeat(20) }))
    const whole = pack(entries)
    await fc.assert(
      fc.asyncProperty(fc.nat(whole.length - 1), fc.nat(7), fc.boolean(), async (at, bit, cut) => {
        const bytes = cut ? whole.subarray(0, at) : Buffer.from(whole)
        if (!cut) bytes[at] ^= 1 << bit
        const result = await unpacked(bytes).catch((error: Error) => error)
        if (result instanceof Error) expect(result).toMatchObject({ name: 'ArchiveRefused' })
        else if (pack === zipOf)
          for (const text of Object.values(filesIn(result.out))) expect(entries.map(each => each.text)).toContain(text)
        expect(readdirSync(root).sort()).toEqual(['archive', 'out'])
      }),
      { numRuns: 150 },
    )
  })
})

describe('a ZIP archive', () => {
  test('with backslashes, as old programs of Windows write it, has folders', async () => {
    const { out } = await unpacked(zipOf([{ name: 'src\\a.ts', text: '1' }]))
    expect(filesIn(out)).toEqual({ 'src/a.ts': '1' })
    expect((await unpacked(zipOf([{ name: '..\\a.ts' }, { name: '\\\\host\\share\\a.ts' }]))).leftOut).toEqual([
      { path: '../a.ts', why: 'has a path that leads out of the archive' },
      { path: '//host/share/a.ts', why: 'has an absolute path' },
    ])
  })

  test.each([
    ['UTF-8, undeclared', Buffer.from('Zoë.ts'), 'Zoë.ts'],
    ['code page 437', Buffer.from([0x5a, 0x6f, 0x89, 0x2e, 0x74, 0x73]), 'Zoë.ts'],
    ['Shift-JIS', Buffer.from([0x8e, 0x52, 0x2e, 0x74, 0x73]), 'ÄR.ts'],
  ])('whose names are in %s is read', async (_, name, path) => {
    const { out } = await unpacked(
      zipOf([
        { name, text: '1', utf8: false },
        { name: 'src/a.ts', text: '2' },
      ]),
    )
    expect(filesIn(out)).toEqual({ [path]: '1', 'src/a.ts': '2' })
  })

  test('with a name that ends early is not taken under the short name', async () => {
    const { leftOut, out } = await unpacked(zipOf([{ name: 'a.ts\0.zip', text: '1' }]))
    expect(leftOut).toEqual([{ path: 'a.ts\0.zip', why: 'has a character in its name that cannot be seen, U+0000' }])
    expect(filesIn(out)).toEqual({})
  })

  test('with a password is left out', async () => {
    expect((await unpacked(zipOf([{ name: 'a.ts', encrypted: true }]))).leftOut).toEqual([
      { path: 'a.ts', why: 'is encrypted' },
    ])
  })

  test('that claims other sizes than it has yields nothing of those files', async () => {
    const lies = [10, 100, 1000].map(claims => ({ name: `${claims}.ts`, text: 'x'.repeat(500), claims }))
    const { out, leftOut } = await unpacked(zipOf(lies))
    expect(filesIn(out)).toEqual({})
    expect(leftOut).toEqual(lies.map(({ name }) => ({ path: name, why: 'is damaged' })))
  })

  test('of 200 files of zeros that are each small enough is a bomb', async () => {
    const zeros = Array.from({ length: 200 }, (_, i) => ({ name: `${i}.ts`, text: Buffer.alloc(1 << 20) }))
    await expect(unpacked(zipOf(zeros), { ratio: 2000 })).rejects.toThrow('it unpacks to more than 100 MiB')
    await expect(unpacked(zipOf(zeros.slice(0, 60)))).rejects.toThrow('it unpacks to more than 200 times its size')
  })

  test('of too many entries is refused, also if they are only folders', async () => {
    const entries = Array.from({ length: 2001 }, (_, i) => ({ name: `${i}/` }))
    await expect(unpacked(zipOf(entries), { entries: 2000 })).rejects.toThrow('it has more than 2,000 entries')
  })
})

describe('a packed TAR archive', () => {
  test('may not be packed twice', async () => {
    await expect(unpacked(gzipSync(tarGzOf([{ name: 'a.ts' }])))).rejects.toThrow('it is packed twice')
  })

  test('is not unpacked without end for what is left out of it', async () => {
    const zeros = Array.from({ length: 9 }, (_, i) => ({ name: `${i}.ts`, text: Buffer.alloc(1 << 20) }))
    await expect(unpacked(tarGzOf(zeros), { fileBytes: 10, totalBytes: 1 << 20 })).rejects.toThrow(
      'it unpacks to more than 4 MiB',
    )
  })
})

describe('other files', () => {
  test.each([
    [Buffer.from('Rar!\x1a\x07'), 'it is a RAR archive: .zip and .tar.gz can be read'],
    [Buffer.from([0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c]), 'it is a 7z archive'],
    [Buffer.from('hello'), 'it is neither a ZIP nor a TAR archive'],
    [Buffer.alloc(0), 'it is neither a ZIP nor a TAR archive'],
    [gzipSync('hello'), 'it is damaged'],
  ])('%j is refused in words', async (bytes, why) => {
    await expect(unpacked(bytes)).rejects.toThrow(why)
  })
})

describe('archives in a submission', () => {
  const within = async (limits: Partial<UnpackLimits> = {}) => {
    const into = new Unpacking({ ...SUBMISSION, ...limits })
    return { refused: await unpackWithin(root, into), leftOut: into.leftOut, files: filesIn(root) }
  }
  const inner = zipOf([{ name: 'labs/src/a.ts', text: '1' }])

  test('become folders, and so do archives in them', async () => {
    writeFileSync(join(root, 'lab.zip'), zipOf([{ name: 'deep.tar.gz', text: tarGzOf([{ name: 'a.ts', text: '1' }]) }]))
    mkdirSync(join(root, 'lab'))
    expect(await within()).toEqual({ refused: [], leftOut: [], files: { 'lab-2/deep/a.ts': '1' } })
  })

  test('that cannot be read stay, and are named', async () => {
    writeFileSync(join(root, 'a.rar'), 'Rar!')
    writeFileSync(join(root, 'b.zip'), inner)
    const { refused, files } = await within()
    expect(refused).toEqual([{ path: 'a.rar', why: 'it is a RAR archive: .zip and .tar.gz can be read' }])
    expect(files).toEqual({ 'a.rar': 'Rar!', 'b/labs/src/a.ts': '1' })
  })

  test('share one limit', async () => {
    for (const name of ['a.zip', 'b.zip', 'c.zip']) writeFileSync(join(root, name), inner)
    expect((await within({ files: 2 })).refused).toEqual([{ path: 'c.zip', why: 'it has more than 2 files' }])
    expect(existsSync(join(root, 'c'))).toBe(false)
  })
})

/** GNU tar itself, which stores a file with holes in ways that only it reads. */
describe.skipIf(which('tar') === null)('a sparse file', () => {
  test.each(['gnu', 'posix'])('in the format %s is left out, and said so', async format => {
    const folder = join(root, 'work')
    mkdirSync(join(folder, 'src'), { recursive: true })
    writeFileSync(join(folder, 'src/holes.ts'), 'x')
    truncateSync(join(folder, 'src/holes.ts'), 1 << 20)
    writeFileSync(join(folder, 'src/a.ts'), 'a')
    const args = ['--create', '--sparse', `--format=${format}`, '--directory', folder, 'src/holes.ts', 'src/a.ts']
    const { leftOut, out } = await unpacked(execFileSync('tar', args, { maxBuffer: 4 << 20 }))
    expect(leftOut).toEqual([{ path: 'src/holes.ts', why: 'is packed in an unknown way, or is no regular file' }])
    expect(filesIn(out)).toEqual({ 'src/a.ts': 'a' })
  })
})
