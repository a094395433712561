import { execFile } from 'node:child_process'
import { createHash, randomUUID } from 'node:crypto'
import { cp, mkdir, readFile, rename, rm, stat } from 'node:fs/promises'
import { dirname, join, matchesGlob } from 'node:path'
import { promisify } from 'node:util'
import { diskFault } from '@backprop/files'
import { GraderFault } from '../errors.ts'
import type { PackageJson } from './package-json.ts'
import { type Files, readTree } from './release-files.ts'

/** Packages with a build step arrive built, so that students need no compiler for them. */

type Scripts = PackageJson['scripts']

/** Which paths of a package with these scripts its build reads, according to turbo.json. */
export async function buildInputs(root: string, scripts: Scripts): Promise<(path: string) => boolean> {
  if (!scripts?.build) return () => false
  const turbo = JSON.parse(await readFile(join(root, 'turbo.json'), 'utf8')) as Turbo
  const inputs = turbo.tasks.build.inputs
  return path => inputs.some(glob => matchesGlob(path, glob))
}

interface Turbo {
  readonly tasks: { readonly build: { readonly inputs: readonly string[] } }
}

/**
 * The files under `dist/`, built from the current sources: the package's own `dist/` may be stale.
 * The work is done in the package's cache, where its compiler is found and nothing else reads, and kept for the next time.
 */
export async function builtFiles(root: string, folder: string, scripts: Scripts): Promise<Files> {
  if (!scripts?.build) return new Map()
  const program = /^node (\S+)$/.exec(scripts.build)?.[1]
  if (!program) throw new GraderFault(`${folder}: a build that is not "node FILE" cannot be released.`)
  const isInput = await buildInputs(root, scripts)
  const sources = [...(await readTree(join(root, folder))).keys()].filter(isInput)
  const place = join(root, folder, '.cache', 'release', await hashOf(root, folder, sources))
  if (!(await stat(place).catch(() => null))) await build(join(root, folder), sources, program, place)
  const built = await readTree(join(place, 'dist'))
  return new Map([...built].map(([path, bytes]) => [`dist/${path}`, bytes]))
}

/** Names the sources and the versions of the tools. */
async function hashOf(root: string, folder: string, sources: readonly string[]): Promise<string> {
  const hash = createHash('sha256').update(await readFile(join(root, 'pnpm-workspace.yaml')))
  for (const path of sources) hash.update(`\0${path}\0`).update(await readFile(join(root, folder, path)))
  return hash.digest('hex').slice(0, 16)
}

async function build(folder: string, sources: readonly string[], program: string, place: string): Promise<void> {
  const aside = `${place}.${randomUUID()}`
  try {
    for (const path of sources) {
      await mkdir(dirname(join(aside, path)), { recursive: true })
      await cp(join(folder, path), join(aside, path))
    }
    await promisify(execFile)(process.execPath, [join(aside, program)], { cwd: aside })
    // Another process may have built the same in the meantime.
    await rename(aside, place).catch(async (error: unknown) => {
      if (!(await stat(place).catch(() => null))) throw error
    })
  } catch (error) {
    if (diskFault(error) !== null) throw error
    const { stderr, message } = error as { stderr?: string; message: string }
    throw new GraderFault(`${folder} could not be built for the release:\n${stderr ?? message}`)
  } finally {
    await rm(aside, { recursive: true, force: true })
  }
}
