import { givenFiles, hashSuite, type Lab, readmeSections } from '@backprop/course'
import { expectedStubs } from '../intake/stubs.ts'
import type { Promises } from '../sandbox/promises.ts'
import { bundleSealed, type SealedFiles } from '../sandbox/sealed.ts'
import { promisesOf } from './stub-promises.ts'

/** What grading a lab needs besides a submission, prepared once for all submissions of a run. */
export interface PreparedLab {
  readonly lab: Lab
  /** Of the manifest and the hidden suite. */
  readonly suiteHash: string
  /** The files that students edit, as handed out. */
  readonly stubs: ReadonlyMap<string, string>
  /** The files that the course puts next to them. */
  readonly given: ReadonlyMap<string, string>
  /** Exercise id → where the README explains it. */
  readonly sections: ReadonlyMap<string, string>
  /** Which functions of each module return promises. */
  readonly promises: Readonly<Record<string, Promises>>
  /** The sandbox's files for modules that may import packages, or for those that may not. Built on first use. */
  readonly sealed: (mayImport: boolean) => Promise<SealedFiles>
}

export async function prepareLab(lab: Lab): Promise<PreparedLab> {
  const [suiteHash, stubs, given, sections] = await Promise.all([
    hashSuite(lab, 'hidden'),
    expectedStubs(lab),
    givenFiles(lab),
    readmeSections(lab),
  ])
  const built = new Map<boolean, Promise<SealedFiles>>()
  const sealed = (mayImport: boolean) => {
    const files = built.get(mayImport) ?? bundleSealed({ mayImport: mayImport ? lab.manifest.mayImport : {} })
    built.set(mayImport, files)
    // A build that failed is tried again with the next submission.
    files.catch(() => built.delete(mayImport))
    return files
  }
  return { lab, suiteHash, stubs, given, sections, promises: await promisesOf(stubs), sealed }
}
