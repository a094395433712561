import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { GraderFault } from '../errors.ts'
import { stubOf } from '../intake/stubs.ts'
import { type Files, readTree } from './release-files.ts'

/** This many characters in a row, about three lines of code, cannot be a coincidence. Hints may quote less. */
const RUN = 160
const BLOCK = RUN / 2

/**
 * Refuses a release that holds a piece of a hidden suite or of a solution: a copy that lies in the wrong folder, for
 * one. Spaces and line breaks do not count, and what the stubs have in common with the solutions is not secret.
 */
export async function refuseSecrets(root: string, files: Files): Promise<void> {
  const { secrets, stubs } = await readSecrets(root)
  const blocks = blocksOf(files)
  for (const [secretPath, secret] of secrets) {
    for (let at = 0; at + BLOCK <= secret.length; at++) {
      for (const place of blocks.get(secret.slice(at, at + BLOCK)) ?? []) {
        const run = commonRun(secret, at, place.text, place.at)
        if (run.length < RUN || stubs.some(stub => stub.includes(run))) continue
        throw new GraderFault(
          `${place.path} holds ${run.length} characters in a row of ${secretPath} ("${run.trim().slice(0, 60)}…"). ` +
            'Students must not receive them: take them out, or move the file to where it belongs.',
        )
      }
    }
  }
}

interface Place {
  readonly path: string
  readonly text: string
  readonly at: number
}

/** Every stretch of RUN characters of a released file holds one of these blocks whole. */
function blocksOf(files: Files): Map<string, Place[]> {
  const blocks = new Map<string, Place[]>()
  for (const [path, bytes] of files) {
    const text = squash(bytes)
    for (let at = 0; at + BLOCK <= text.length; at += BLOCK) {
      const block = text.slice(at, at + BLOCK)
      const places = blocks.get(block)
      if (places) places.push({ path, text, at })
      else blocks.set(block, [{ path, text, at }])
    }
  }
  return blocks
}

function commonRun(a: string, i: number, b: string, j: number): string {
  let [before, after] = [0, BLOCK]
  while (i - before > 0 && j - before > 0 && a[i - before - 1] === b[j - before - 1]) before++
  while (i + after < a.length && j + after < b.length && a[i + after] === b[j + after]) after++
  return a.slice(i - before, i + after)
}

/** All labs' hidden suites and all that solutions hold, released or not; and what the stubs tell of them. */
async function readSecrets(root: string): Promise<{ secrets: [path: string, text: string][]; stubs: string[] }> {
  const secrets: [string, string][] = []
  const stubs: string[] = []
  for (const folder of await secretFolders(root)) {
    for (const [path, bytes] of await readTree(join(root, folder))) {
      if (path.endsWith('package.json') || path.endsWith('tsconfig.json')) continue
      secrets.push([`${folder}/${path}`, squash(bytes)])
      if (/^solutions\/.*\/src\/.*\.ts$/.test(`${folder}/${path}`))
        stubs.push(squash(Buffer.from(stubOf(bytes.toString(), `${folder}/${path}`))))
    }
  }
  return { secrets, stubs }
}

async function secretFolders(root: string): Promise<string[]> {
  const labs = (await readdir(join(root, 'labs'))).map(lab => `labs/${lab}/hidden`)
  const exist = await Promise.all(labs.map(folder => stat(join(root, folder)).catch(() => null)))
  return ['solutions', ...labs.filter((_, i) => exist[i]?.isDirectory())]
}

/** Without what formatting changes: the width of spaces, and of the rulers in tables. */
const squash = (bytes: Buffer): string => bytes.toString().replace(/\s+/g, ' ').replace(/-{2,}/g, '-')
