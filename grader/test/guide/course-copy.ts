import { cpSync, symlinkSync } from 'node:fs'
import { basename, join, relative, sep } from 'node:path'
import { COURSE_ROOT } from '../../src/course.ts'

/** What tools leave behind, and git's own folder. */
const LEFT_OUT = /^(\.git|\.turbo|\.cache|\.vite|\.vite-temp|\.vitest-cache|reports)$/

/** Copies the course with one of its labs to a new folder, where it can be used as if it had been installed there. */
export function copyCourse(folder: string, labId: string): void {
  cpSync(COURSE_ROOT, folder, {
    recursive: true,
    // Each package's links to others of the workspace are relative, and so lead into the copy.
    verbatimSymlinks: true,
    filter(path) {
      const inside = relative(COURSE_ROOT, path)
      const [top, second] = inside.split(sep)
      const isOtherLab = ['labs', 'solutions'].includes(top) && second !== undefined && second !== labId
      return top !== 'node_modules' && !isOtherLab && !LEFT_OUT.test(basename(inside))
    },
  })
  symlinkSync(join(COURSE_ROOT, 'node_modules'), join(folder, 'node_modules'), 'junction')
}
