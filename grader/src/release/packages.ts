import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { GraderFault } from '../errors.ts'
import { buildInputs, builtFiles } from './build.ts'
import { forStudents, parsePackage, workspaceDependencies } from './package-json.ts'
import { compare, type Files, readTree } from './release-files.ts'

/** What our tests need and students don't. */
const OURS_ALONE = ['test', 'bench', 'gallery', 'turbo.json', 'vitest.config.ts', 'vitest.full.config.ts']

/**
 * The packages of this workspace that are `needed` (names), and those that these need in turn: path → bytes.
 * Nothing is listed by hand: each package says what it depends on.
 */
export async function packageFiles(root: string, needed: readonly string[]): Promise<Files> {
  const folders = await packageFolders(root)
  const files: Files = new Map()
  const [wanted, done] = [[...needed], new Set<string>()]
  for (let name = wanted.pop(); name !== undefined; name = wanted.pop()) {
    if (done.has(name)) continue
    done.add(name)
    const folder = folders.get(name)
    if (!folder) throw new GraderFault(`Something that students receive needs ${name}, which is not in packages/.`)
    const own = await filesOf(root, folder)
    for (const [path, bytes] of own) files.set(`${folder}/${path}`, bytes)
    wanted.push(...workspaceDependencies(own))
  }
  return files
}

/** Name → folder of all packages under `packages/`. */
export async function packageFolders(root: string): Promise<Map<string, string>> {
  const folders = new Map<string, string>()
  for (const name of (await readdir(join(root, 'packages'))).sort(compare)) {
    const bytes = await readFile(join(root, 'packages', name, 'package.json')).catch(() => null)
    if (bytes) folders.set(parsePackage(bytes).name ?? name, `packages/${name}`)
  }
  return folders
}

async function filesOf(root: string, folder: string): Promise<Files> {
  const manifest = await readFile(join(root, folder, 'package.json'))
  const { scripts } = parsePackage(manifest)
  const isInput = await buildInputs(root, scripts)
  // Code that is bundled from src/ is imported from there too.
  const isForBuilding = (path: string) => isInput(path) && !path.startsWith('src/')
  const files = await readTree(
    join(root, folder),
    path => [...OURS_ALONE, 'dist'].includes(path) || isForBuilding(path),
  )
  for (const [path, bytes] of await builtFiles(root, folder, scripts)) files.set(path, bytes)
  return forStudents(files.set('package.json', manifest))
}
