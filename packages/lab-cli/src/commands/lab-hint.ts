import { type Command, findExercise } from '../command.ts'
import { writeCurrent } from '../lab/current-exercise.ts'
import { hintsOf } from '../lab/exercise-texts.ts'
import { afterHint, readProgress, writeProgress } from '../lab/lab-progress.ts'
import { styleFor, wrapped } from '../render/terminal-text.ts'

export const hint: Command = {
  usage: 'hint [lab] [exercise]',
  summary: 'the next hint; each time you ask, it says more',
  positionals: { min: 0, max: 2 },
  async run({ root, cwd, positionals, stdout }) {
    const spot = await findExercise({ root, cwd }, positionals)
    const { lab, exercise } = spot
    await writeCurrent(root, spot)
    const hints = await hintsOf(lab, exercise)
    const style = styleFor(stdout)
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
    const text = wrapped(hints[level - 1], style.columns, 2)
    const head = style.paint('bold', `${title}  hint ${level} of ${hints.length}`)
    stdout.write(
      `${[head, '', ...text, '', more, ...(trouble ? ['', ...wrapped(trouble, style.columns)] : [])].join('\n')}\n`,
    )
    return 0
  },
}
