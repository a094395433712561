import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Lab } from '@backprop/course'
import { type Manifests, prunedLockfile, prunedWorkspace } from './lockfile.ts'
import { type PackageJson, parsePackage } from './package-json.ts'
import { fillIn, readmeValues } from './readme.ts'
import { type Files, json, readTree, text, withPlainLineEnds } from './release-files.ts'

/** Files that only students have: `dot-x` becomes `.x`, and `x.template.md` becomes `x.md`. */
const TEMPLATES = join(import.meta.dirname, 'student')
/** Files of the course's own root that students receive unchanged. */
const AS_THEY_ARE = ['LICENSE', 'tsconfig.base.json']
/** What the students' scripts, eslint.config.js and tsconfig.json use. */
const TOOLS = ['@types/node', 'eslint', 'typescript', 'typescript-7', 'typescript-eslint']

/** One program for all labs; each lab's own tsconfig.json is for the editor. */
const TSCONFIG = {
  extends: './tsconfig.base.json',
  compilerOptions: { types: ['node'], tsBuildInfoFile: '.cache/tsc/tsbuildinfo' },
  include: ['labs'],
}

/** The root's package.json for students. */
export async function rootPackage(root: string): Promise<PackageJson> {
  const ours = parsePackage(await readFile(join(root, 'package.json')))
  const tools = Object.entries(ours.devDependencies ?? {}).filter(([name]) => TOOLS.includes(name))
  const { lab = '', playground = '' } = ours.scripts ?? {}
  return {
    ...ours,
    scripts: { lab, playground, test: `${lab} all --once --exit-code`, lint: 'eslint labs', typecheck: 'tsc' },
    devDependencies: Object.fromEntries(tools),
  }
}

/** The other files of the root. `manifests` are all package.json that students receive, the root's among them. */
export async function rootFiles(root: string, labs: readonly Lab[], manifests: Manifests): Promise<Files> {
  const read = (path: string) => readFile(join(root, path))
  const files: Files = new Map()
  for (const path of AS_THEY_ARE) files.set(path, withPlainLineEnds(await read(path)))
  for (const [path, bytes] of await readTree(TEMPLATES))
    files.set(path.replace(/(^|\/)dot-/g, '$1.').replace('.template.', '.'), bytes)
  files.set('.gitlab-ci.yml', withPlainLineEnds(await read('grader/workflows/student.gitlab-ci.yml')))
  const values = readmeValues(labs, String(manifests.get('.')?.packageManager))
  for (const path of ['README.md', '.vscode/launch.json', '.devcontainer/devcontainer.json'])
    files.set(path, text(fillIn(files.get(path)?.toString() ?? '', values)))
  files.set('.github/workflows/labs.yml', withPlainLineEnds(await read('grader/workflows/student.yml')))
  files.set('tsconfig.json', json(TSCONFIG))
  files.set('package.json', json(manifests.get('.')))
  files.set('pnpm-lock.yaml', text(prunedLockfile((await read('pnpm-lock.yaml')).toString(), manifests)))
  files.set('pnpm-workspace.yaml', text(prunedWorkspace((await read('pnpm-workspace.yaml')).toString(), manifests)))
  return files
}
