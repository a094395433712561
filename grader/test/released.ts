import { mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll } from 'vitest'
import { findLabs } from '../src/course.ts'
import { makeRelease } from '../src/release/release.ts'

/** What students receive, made once for a file of tests, and a folder that is removed after them. */
export async function released() {
  const around = realpathSync(mkdtempSync(join(tmpdir(), 'release ')))
  afterAll(() => rmSync(around, { recursive: true, force: true }))
  const labs = await findLabs('all')
  const made = await makeRelease(labs)
  const textOf = (path: string) => made.files.get(path)?.toString() ?? `${path} is not there`
  return { around, labs, made, textOf }
}
