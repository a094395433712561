import type { Lab } from '@backprop/course'
import type { Checked } from '../check/lab-checker.ts'
import type { Finding } from '../explain/finding.ts'
import type { Progress, Went } from '../lab/progress.ts'
import type { Task } from '../lab/task.ts'
import type { Listed } from '../render/list.ts'

/** All that the screen of the watch mode shows. */
export interface Model extends Listed {
  readonly lab: Lab
  readonly exercise: string
  readonly progress: Progress
  readonly task: Task
  readonly view: 'exercise' | 'list' | 'hints' | 'all'
  readonly cwd: string
  /** Files are not watched: a key checks. */
  readonly manual: boolean
  readonly checked?: Checked
  readonly went?: Went
  readonly passed: number
  readonly total: number
  readonly finding?: Finding
  /** The text of the file that the finding points into. */
  readonly source?: string
  /** Where the exercise begins: `src/perceptron.ts:49`. */
  readonly startAt?: string
  /** Title of the exercise that `n` goes to. */
  readonly next?: string
  readonly hints: readonly string[]
  readonly hintLevel: number
  /** Lines of a run of all tests. */
  readonly all?: readonly string[]
  /** The folder of the lab is not there. */
  readonly isGone?: boolean
  /** Tests run at this moment: what is known is from before. */
  readonly isRunning?: boolean
  /** How many lines are scrolled away. */
  readonly scroll: number
  readonly busy?: string
  readonly note?: string
}
