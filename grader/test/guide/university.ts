import { execFileSync } from 'node:child_process'
import { appendFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Lab } from '@backprop/course'
import { applyMutant, loadMutants } from '../../src/authoring/mutants.ts'
import { makeRelease } from '../../src/release/release.ts'
import { writeRelease } from '../../src/release/write-release.ts'
import { solved } from '../submissions.ts'

/** The repositories that the guide speaks of, as bare ones in a folder that plays GitHub. */

const OWNER = 'our-university'

export class University {
  readonly #github: string
  readonly #env: NodeJS.ProcessEnv

  /** `env` lets git find `github` where it looks for https://github.com/. */
  constructor(github: string, env: NodeJS.ProcessEnv) {
    this.#github = github
    this.#env = env
    mkdirSync(join(github, OWNER), { recursive: true })
  }

  /**
   * Makes the repository of the course out of the folder that holds it. The newest commit there is a fix, which the
   * folder is left without: a weight has changed, and the lab's text.
   */
  foundCourse(folder: string, lab: Lab): void {
    this.#begin(folder, 'course')
    const manifest = join(lab.dir, 'lab.json')
    const before = readFileSync(manifest, 'utf8')
    const after = before
      .replace(/("id": "signs",\s+"weight": )(\d)/, (_, head: string, weight: string) => `${head}${Number(weight) + 2}`)
      .replace(/("id": "tie-at-zero",\s+"weight": )3/, '$11')
    writeFileSync(manifest, after)
    appendFileSync(join(lab.dir, 'README.md'), '\nA sentence that was missing.\n')
    this.#git(folder, 'commit', '--quiet', '--all', '--message', 'Weigh zero less')
    this.#git(folder, 'push', '--quiet', '--set-upstream', 'origin', 'main')
    this.#git(folder, 'reset', '--quiet', '--hard', 'HEAD~1')
  }

  /** Makes the students' repositories, each with the release and then the student's work; `scratch` is a new folder. */
  async enrol(scratch: string, lab: Lab, course: string): Promise<void> {
    const { files } = await makeRelease([lab], course)
    await writeRelease(scratch, files, new AbortController().signal)
    const [first, ...others] = lab.manifest.edit.map(file => join(scratch, 'labs', lab.manifest.id, file))
    const all = lab.manifest.exercises.map(({ id }) => id)
    for (const [repository, code] of Object.entries(await studentsWork(lab))) {
      this.#begin(scratch, repository)
      writeFileSync(first, code)
      // A student who has started did the quiz as well.
      if (code !== solved(lab, []))
        others.forEach((file, i) => writeFileSync(file, solved(lab, all, lab.manifest.edit[i + 1])))
      this.#git(scratch, 'commit', '--quiet', '--all', '--allow-empty', '--message', 'My work')
      this.#git(scratch, 'push', '--quiet', 'origin', 'main')
      this.#git(scratch, 'reset', '--quiet', '--hard', 'HEAD~1')
      rmSync(join(scratch, '.git'), { recursive: true })
    }
  }

  /** Makes an empty repository. */
  add(repository: string): void {
    const folder = this.#folder(repository)
    this.#git(this.#github, 'init', '--quiet', '--bare', '--initial-branch', 'main', folder)
    // As GitHub does.
    this.#git(folder, 'config', 'uploadpack.allowFilter', 'true')
    this.#git(folder, 'config', 'http.receivepack', 'true')
  }

  /** The id of all that a repository holds at a revision. */
  contentOf(repository: string, revision: string): string {
    return this.#git(this.#folder(repository), 'rev-parse', `${revision}^{tree}`)
  }

  /** Paths of the files that the newest commit of a repository has changed. */
  changedIn(repository: string): string[] {
    return this.#git(this.#folder(repository), 'diff', '--name-only', 'main~1', 'main').split('\n')
  }

  #begin(folder: string, repository: string): void {
    this.add(repository)
    this.#git(folder, 'init', '--quiet', '--initial-branch', 'main')
    this.#git(folder, 'remote', 'add', 'origin', `https://github.com/${OWNER}/${repository}.git`)
    this.#git(folder, 'add', '--all')
    this.#git(folder, 'commit', '--quiet', '--message', 'Begin')
  }

  #folder(repository: string): string {
    return join(this.#github, OWNER, `${repository}.git`)
  }

  #git(cwd: string, ...args: string[]): string {
    return execFileSync('git', args, { cwd, env: this.#env, encoding: 'utf8' }).trim()
  }
}

/** What each student has in the first file of the lab. */
export async function studentsWork(lab: Lab): Promise<Readonly<Record<string, string>>> {
  const right = solved(
    lab,
    lab.manifest.exercises.map(({ id }) => id),
  )
  const mutant = (await loadMutants(lab)).find(({ id }) => id === 'predict-zero-is-negative')
  if (!mutant) throw new Error(`${lab.manifest.id} has lost the mutant that a student of the guide hands in.`)
  return {
    'labs-zoe': right,
    'labs-ada': applyMutant(mutant, right),
    'labs-bo': solved(lab, []),
    'labs-team-7': right.replace('export function score(', '$&('),
  }
}
