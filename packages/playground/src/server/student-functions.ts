import { join } from 'node:path'
import { BadLab, findLabs, type Lab } from '@backprop/course'
import { type Watcher, watchSaves } from '@backprop/files/watch'
import type { StudentFile } from '../worker/protocol.ts'
import { LabBundler } from './bundle-lab.ts'

/** Whose functions the page gets. */
export interface FunctionsOptions {
  /** Folder of the course: the labs are in `labs/`. */
  readonly root: string
  /** The reference solutions in place of the labs' files. */
  readonly solutions: boolean
}

export interface Listener {
  /** After a save: the files whose module, or what is wrong with it, is not what it was. */
  readonly onChange: (files: readonly StudentFile[]) => void
  /** Something that the person at the terminal should know. */
  readonly onTrouble: (why: string) => void
}

/** The files that students edit, in all labs of a course, each as a module; kept up to date. */
export class StudentFunctions {
  readonly #options: FunctionsOptions
  readonly #listener: Listener
  readonly #bundler = new LabBundler()
  /** By the file's path. */
  readonly #files = new Map<string, StudentFile>()
  #watcher: Watcher | undefined
  /** Resolves when everything that was saved so far is in `#files`. */
  #done: Promise<void>

  constructor(options: FunctionsOptions, listener: Listener) {
    this.#options = options
    this.#listener = listener
    this.#done = this.#try(async () => {
      const labs = await findLabs(options.root, 'all')
      const sources = labs.map(lab => join(this.#folderOf(lab), 'src'))
      this.#watcher = watchSaves(options.root, sources, {
        onSave: paths => this.#update(labs.filter((_, i) => [...paths].some(path => isIn(path, sources[i])))),
        onError: why => listener.onTrouble(`Files cannot be watched here (${why}): reload the page after a save.`),
      })
      await this.#bundle(labs)
    })
  }

  /** All files, as they are now. */
  async all(): Promise<StudentFile[]> {
    await this.#done
    return [...this.#files.values()]
  }

  async close(): Promise<void> {
    await this.#done
    await this.#watcher?.close()
  }

  /** One update after the other, so that an older one never overwrites a newer one. */
  #update(labs: readonly Lab[]): void {
    this.#done = this.#done.then(() =>
      this.#try(async () => {
        const changed = await this.#bundle(labs)
        if (changed.length > 0) this.#listener.onChange(changed)
      }),
    )
  }

  async #bundle(labs: readonly Lab[]): Promise<StudentFile[]> {
    const files = await Promise.all(labs.map(lab => this.#bundler.bundle(lab, this.#folderOf(lab))))
    const changed = files.flat().filter(file => !isSame(file, this.#files.get(`${file.lab}/${file.file}`)))
    for (const file of changed) this.#files.set(`${file.lab}/${file.file}`, file)
    return changed
  }

  async #try(work: () => Promise<void>): Promise<void> {
    try {
      await work()
    } catch (error) {
      this.#listener.onTrouble(error instanceof BadLab ? error.message : String((error as Error).stack))
    }
  }

  #folderOf({ manifest, dir }: Lab): string {
    return this.#options.solutions ? join(this.#options.root, 'solutions', manifest.id) : dir
  }
}

const isIn = (path: string, folder: string): boolean =>
  path.replaceAll('\\', '/').startsWith(folder.replaceAll('\\', '/'))

const isSame = (a: StudentFile, b: StudentFile | undefined): boolean =>
  a === b || (a.code === b?.code && a.error === b?.error)
