import type { Lab } from '@backprop/course'
import { COURSE_ROOT } from '../course.ts'
import { UsageError } from '../errors.ts'
import { COURSE_FILE, courseFile } from './course-file.ts'
import type { Manifests } from './lockfile.ts'
import { forStudents, parsePackage, workspaceDependencies } from './package-json.ts'
import { packageFiles, packageFolders } from './packages.ts'
import { compare, type Files } from './release-files.ts'
import { labFiles, studentsOwn } from './release-lab.ts'
import { quizFile } from './release-quiz.ts'
import { rootFiles, rootPackage } from './root-files.ts'
import { refuseSecrets } from './secrets.ts'

/** What students receive. The same course gives the same bytes. */
export interface Release {
  /** All files by path, in order; among them the course file, which names the others. */
  readonly files: Files
  /** Ids of the labs. */
  readonly labs: readonly string[]
  /** Paths that belong to the student from the first day: an update never writes over them. */
  readonly students: ReadonlySet<string>
  /** Names the content of the release. */
  readonly version: string
}

/** The tree for students with these labs, out of the course at `root`; with the answers to the quiz of some of them. */
export async function makeRelease(
  labs: readonly Lab[],
  root = COURSE_ROOT,
  { quiz = [] }: { readonly quiz?: readonly Lab[] } = {},
): Promise<Release> {
  const files: Files = new Map()
  const students = new Set<string>()
  const top = await rootPackage(root)
  const needed = await packagesIn(root, Object.values(top.scripts ?? {}).join(' '))
  for (const lab of labs) {
    const own = forStudents(await labFiles(lab))
    needed.push(...workspaceDependencies(own))
    for (const [path, bytes] of own) files.set(`labs/${lab.manifest.id}/${path}`, bytes)
    for (const path of studentsOwn(lab)) students.add(`labs/${lab.manifest.id}/${path}`)
  }
  for (const [path, bytes] of await packageFiles(root, needed)) files.set(path, bytes)
  for (const [path, bytes] of await rootFiles(root, labs, manifestsOf(files).set('.', top))) files.set(path, bytes)
  await refuseSecrets(root, files)
  const missing = quiz.filter(lab => !labs.some(({ manifest }) => manifest.id === lab.manifest.id))
  if (missing.length > 0)
    throw new UsageError(`The quiz of ${missing[0].manifest.id} belongs to a lab that is not released.`)
  // A secret until its deadline; asking for it says that this is over.
  for (const lab of quiz) files.set(`labs/${lab.manifest.id}/quiz.json`, await quizFile(root, lab))

  const sorted: Files = new Map([...files].sort(([a], [b]) => compare(a, b)))
  const ids = labs.map(lab => lab.manifest.id)
  const { bytes, version } = courseFile(sorted, ids, students)
  return { files: sorted.set(COURSE_FILE, bytes), labs: ids, students, version }
}

/** Names of the packages that a script starts by their folder: `node packages/launch/launch.mjs …`. */
async function packagesIn(root: string, script: string): Promise<string[]> {
  const folders = await packageFolders(root)
  return [...folders].filter(([, folder]) => script.includes(`${folder}/`)).map(([name]) => name)
}

function manifestsOf(files: Files): Map<string, ReturnType<typeof parsePackage>> & Manifests {
  const suffix = '/package.json'
  const found = [...files].filter(([path]) => path.split('/').length === 3 && path.endsWith(suffix))
  return new Map(found.map(([path, bytes]) => [path.slice(0, -suffix.length), parsePackage(bytes)]))
}
