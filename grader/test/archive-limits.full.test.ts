import { createWriteStream, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGzip } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { CLASS, SUBMISSION, unpack, Unpacking } from '../src/archive/unpack.ts'
import { tarOf, zipOf } from './packed.ts'

/** The real limit on the entries of an archive, at exactly one more. */

let root: string
beforeEach(() => void (root = mkdtempSync(join(tmpdir(), 'backprop-limits-'))))
afterEach(() => rmSync(root, { recursive: true, force: true }))

const LIMIT = 100_000

/** Folders cost nothing but their entry. */
const entry = (i: number) => ({ name: `${i}/` })

/** Unpacks an archive of one entry too many; resolves to how many were counted when it was refused. */
async function refusedAt(file: string): Promise<number> {
  mkdirSync(join(root, 'out'))
  const into = new Unpacking(SUBMISSION)
  await expect(unpack(file, join(root, 'out'), into)).rejects.toThrow('it has more than 100,000 entries')
  expect(readdirSync(join(root, 'out'))).toEqual([])
  return into.entries
}

describe('an archive of 100,001 folders is refused at the last one', () => {
  test('the limits are these', () => {
    expect([SUBMISSION.entries, CLASS.entries]).toEqual([LIMIT, LIMIT])
  })

  test('.tar.gz, written as a stream', async () => {
    const file = join(root, 'folders.tar.gz')
    function* blocks(): Iterable<Buffer> {
      for (let i = 0; i <= LIMIT; i++) yield tarOf([entry(i)]).subarray(0, 512)
      yield Buffer.alloc(1024)
    }
    await pipeline(Readable.from(blocks()), createGzip({ level: 1 }), createWriteStream(file))
    expect(await refusedAt(file)).toBe(LIMIT + 1)
  })

  test('.zip, which counts more than 65,535 entries in a second place', async () => {
    const file = join(root, 'folders.zip')
    writeFileSync(file, zipOf(Array.from({ length: LIMIT + 1 }, (_, i) => entry(i))))
    expect(await refusedAt(file)).toBe(LIMIT + 1)
  })
})
