import type { Lab } from '@backprop/course'
import { problemsOf, type Submission } from '@backprop/course/submission'
import { bundle } from './bundle.ts'

type Files = ReadonlyMap<string, string>

/** A lab's files as students get them. */
interface HandedOut {
  readonly lab: Lab
  /** The files that students edit. */
  readonly stubs: Files
  /** The files that the course puts beside them. */
  readonly given: Files
}

/** The usable part of a submission. */
export interface Usable {
  /** The files that were taken, and the stubs of those that are missing. */
  readonly files: Files
  /** Code by module. */
  readonly modules: Files
  /** Files that were refused or do not compile, with the reason for the student. */
  readonly unusable: Files
  /** Everything that is wrong with the files, or null. */
  readonly problem: string | null
}

/**
 * Compiles each file of a submission; one that cannot be used costs only those that import it.
 * @param scratch a folder of a run with many submissions, where the compiler keeps its own compiled code
 */
export async function usableOf(
  { lab, stubs, given }: HandedOut,
  submission: Submission,
  scratch?: string,
): Promise<Usable> {
  const { refused } = submission
  const files = new Map([...stubs, ...submission.files].filter(([file]) => !refused.has(file)))
  const { modules, problems } = await bundle({ files, refused }, lab.manifest, given, scratch)
  const problem = problemsOf(lab.manifest, submission, problems)
  return { files, modules, unusable: new Map([...refused, ...problems]), problem }
}
