import { describe } from 'vitest'

declare module 'vitest' {
  interface TaskMeta {
    /** The id of the exercise that a suite of tests belongs to, as in `lab.json`. */
    exercise?: string
  }
}

/** Groups the tests of one exercise; `id` is the one in `lab.json`, which holds its points. */
export function exercise(id: string, tests: () => void): void {
  describe(id, { meta: { exercise: id } }, tests)
}
