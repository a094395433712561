import type { Command } from './command.ts'
import { doctor } from './commands/doctor.ts'
import { hint } from './commands/hint.ts'
import { list } from './commands/list.ts'
import { plot } from './commands/plot.ts'
import { reset } from './commands/reset.ts'
import { show } from './commands/show.ts'
import { submit } from './commands/submit.ts'

/** What may stand after `pnpm lab`, in the order of its help. */
export const COMMANDS: Readonly<Record<string, Command>> = {
  list,
  hint,
  plot,
  reset,
  show,
  doctor,
  submit,
}

/** Other names, which the texts of the labs use. */
export const ALIASES: Readonly<Record<string, string>> = { play: 'plot' }
