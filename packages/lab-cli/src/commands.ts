import type { Command } from './command.ts'
import { debug } from './commands/debug.ts'
import { doctor } from './commands/doctor.ts'
import { hint } from './commands/hint.ts'
import { list } from './commands/list.ts'
import { plot } from './commands/plot.ts'
import { quiz } from './commands/quiz.ts'
import { reset } from './commands/reset.ts'
import { show } from './commands/show.ts'
import { submit } from './commands/submit.ts'
import { tryOut } from './commands/try.ts'

/** What may stand after `pnpm lab`, in the order of its help. */
export const COMMANDS: Readonly<Record<string, Command>> = {
  list,
  hint,
  try: tryOut,
  plot,
  reset,
  show,
  quiz,
  debug,
  doctor,
  submit,
}

/** Other names, which the texts of the labs use. */
export const ALIASES: Readonly<Record<string, string>> = { play: 'plot' }
