import { mkdtemp, readdir, readFile, rm, stat, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createWhole } from '../src/index.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'files ü '))
})
afterEach(() => rm(folder, { recursive: true }))

test('creates a file with its permissions once, and then leaves it as it is', async () => {
  const file = join(folder, 'key')
  expect(await createWhole(file, 'first', 0o600)).toBe(true)
  expect(await createWhole(file, 'second')).toBe(false)
  expect(await readFile(file, 'utf8')).toBe('first')
  if (process.platform !== 'win32') expect((await stat(file)).mode & 0o777).toBe(0o600)
  expect(await readdir(folder)).toEqual(['key'])
})

test('a link to nothing is something: it is neither followed nor replaced', async () => {
  await symlink('nowhere', join(folder, 'link'))
  expect(await createWhole(join(folder, 'link'), 'new')).toBe(false)
  expect(await readdir(folder)).toEqual(['link'])
})

test('of many that try at the same time, one creates the file', async () => {
  const file = join(folder, 'lock')
  const texts = Array.from({ length: 20 }, (_, i) => String(i).repeat(10_000))
  const created = await Promise.all(texts.map(text => createWhole(file, text)))
  expect(created.filter(Boolean)).toHaveLength(1)
  expect(await readFile(file, 'utf8')).toBe(texts[created.indexOf(true)])
})

test('an error names the file', async () => {
  const file = join(folder, 'missing/key')
  await expect(createWhole(file, 'x')).rejects.toMatchObject({ code: 'ENOENT', path: file })
})
