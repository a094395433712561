import { mkdir, mkdtemp, readdir, readFile, readlink, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { writeWhole } from '../src/index.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'files ü '))
})
afterEach(() => rm(folder, { recursive: true }))

test('makes the folder, replaces the file, and leaves nothing else', async () => {
  const file = join(folder, 'a/b/state.json')
  await writeWhole(file, 'old, and longer than the new one')
  await writeWhole(file, Uint8Array.of(110, 101, 119))
  expect(await readFile(file, 'utf8')).toBe('new')
  expect(await readdir(join(folder, 'a/b'))).toEqual(['state.json'])
})

test('replaces a link instead of writing through it', async () => {
  await writeFile(join(folder, 'victim'), 'precious')
  await symlink('victim', join(folder, 'link'))
  await writeWhole(join(folder, 'link'), 'new')
  expect(await readFile(join(folder, 'victim'), 'utf8')).toBe('precious')
  await expect(readlink(join(folder, 'link'))).rejects.toThrow('EINVAL')
})

test('writes the unfinished file to the staging folder, and fails where there is none', async () => {
  const file = join(folder, 'outbox/report.json')
  await expect(writeWhole(file, '{}', join(folder, 'missing'))).rejects.toMatchObject({ code: 'ENOENT', path: file })
  expect(await readdir(join(folder, 'outbox'))).toEqual([])
})

test('an error names the file, and leaves neither a draft nor a changed file', async () => {
  const file = join(folder, 'busy')
  await mkdir(join(file, 'inside'), { recursive: true })
  await expect(writeWhole(file, 'new')).rejects.toMatchObject({ path: file })
  expect(await readdir(folder)).toEqual(['busy'])
})

test('writers at the same time each leave a whole file', async () => {
  const file = join(folder, 'shared')
  const texts = Array.from({ length: 20 }, (_, i) => String(i).repeat(10_000))
  await Promise.all(texts.map(text => writeWhole(file, text)))
  expect(texts).toContain(await readFile(file, 'utf8'))
  expect(await readdir(folder)).toEqual(['shared'])
})
