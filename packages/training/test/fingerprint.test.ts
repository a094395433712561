import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { fingerprint } from '../src/index.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'backprop-fingerprint-'))
  await mkdir(join(folder, 'inner'))
  await writeFile(join(folder, 'a.ts'), 'one')
  await writeFile(join(folder, 'inner', 'b.ts'), 'two')
})
afterEach(() => rm(folder, { recursive: true }))

test('the same files and settings have the same fingerprint; any change gives another one', async () => {
  const take = (settings: unknown = { epochs: 5 }) => fingerprint(folder, settings)
  const seen = [await take()]
  expect(await take()).toBe(seen[0])
  seen.push(await take({ epochs: 6 }), await take(null))
  await writeFile(join(folder, 'inner', 'b.ts'), 'twO')
  seen.push(await take())
  await rename(join(folder, 'a.ts'), join(folder, 'c.ts'))
  seen.push(await take())
  // What belongs to which file makes a difference too.
  await writeFile(join(folder, 'c.ts'), 'on')
  await writeFile(join(folder, 'inner', 'b.ts'), 'etwO')
  seen.push(await take())
  expect(new Set(seen).size).toBe(seen.length)
})
