import { existsSync, mkdtempSync, realpathSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { makeFolders } from '../src/index.ts'

const root = realpathSync(mkdtempSync(join(tmpdir(), 'make-folders-')))

test('makes a folder and its parents, and says which one it made first', async () => {
  expect(await makeFolders(join(root, 'a/b/c'))).toBe(join(root, 'a'))
  expect(await makeFolders(join(root, 'a/b/c'))).toBeUndefined()
  expect(await makeFolders(join(root, 'a/d'), 0o700)).toBe(join(root, 'a/d'))
  if (process.platform !== 'win32') expect(statSync(join(root, 'a/d')).mode & 0o777).toBe(0o700)
})

test('a file in the way is an error', async () => {
  writeFileSync(join(root, 'file'), '')
  await expect(makeFolders(join(root, 'file/a'))).rejects.toThrow(/EEXIST|ENOTDIR/)
})

test.runIf(process.platform === 'linux')('ends where Node’s own mkdir never returns', async () => {
  await expect(makeFolders('/proc/reports/today')).rejects.toThrow(/ENOENT/)
  expect(existsSync('/proc/reports')).toBe(false)
})
