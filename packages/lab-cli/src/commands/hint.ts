import { spotOf, type Command } from '../command.ts'
import { writeHere } from '../lab/here.ts'
import { hintsOf } from '../lab/hints.ts'
import { afterHint, readProgress, writeProgress } from '../lab/progress.ts'
import { lookOf, wrapped } from '../render/look.ts'

export const hint: Command = {
  usage: 'hint [lab] [exercise]',
  summary: 'the next hint; each time you ask, it says more',
  positionals: { min: 0, max: 2 },
  async run({ root, cwd, positionals, stdout }) {
    const spot = await spotOf({ root, cwd }, positionals)
    const { lab, exercise } = spot
    await writeHere(root, spot)
    const hints = await hintsOf(lab, exercise)
    const look = lookOf(stdout)
    const title = `${lab.manifest.id}  ${exercise}`
    if (hints.length === 0) {
      stdout.write(`${title}\nThere are no hints for this exercise.\n`)
      return 0
    }
    const progress = await readProgress(lab)
    const level = Math.min(hints.length, (progress.hints[exercise] ?? 0) + 1)
    const trouble = await writeProgress(lab, afterHint(progress, exercise, level))
    const more =
      level < hints.length ? 'Try again first. The same command shows the next hint.' : 'That is the last hint.'
    const text = wrapped(hints[level - 1], look.columns, 2)
    const head = look.paint('bold', `${title}  hint ${level} of ${hints.length}`)
    stdout.write(
      `${[head, '', ...text, '', more, ...(trouble ? ['', ...wrapped(trouble, look.columns)] : [])].join('\n')}\n`,
    )
    return 0
  },
}
