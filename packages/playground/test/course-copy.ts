import { cpSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

const ROOT = resolve(import.meta.dirname, '../../..')

/** The labs of the course as a student has them at the start, in a temporary folder. */
export class CourseCopy {
  readonly root = realpathSync(mkdtempSync(join(tmpdir(), 'playground zoë ')))

  constructor() {
    const isSource = (path: string) => !/[\\/](node_modules|\.cache|hidden|test|pictures)([\\/]|$)/.test(path)
    cpSync(join(ROOT, 'labs'), join(this.root, 'labs'), { recursive: true, filter: isSource })
  }

  /** The path of a file such as `02-activations/src/activations.ts`. */
  pathOf(file: string): string {
    return join(this.root, 'labs', file)
  }

  read(file: string): string {
    return readFileSync(this.pathOf(file), 'utf8')
  }

  write(file: string, code: string): this {
    writeFileSync(this.pathOf(file), code)
    return this
  }

  /** Replaces what the stub of an exercise throws, the first time that it does. */
  answer(file: string, exercise: string, code: string): this {
    return this.write(
      file,
      this.read(file).replace(`throw new NotImplemented('${exercise}')`, () => code),
    )
  }

  remove(): void {
    rmSync(this.root, { recursive: true, force: true })
  }
}
