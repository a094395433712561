import { command, findExercise } from '../command.ts'
import { writeCurrent } from '../lab/current-exercise.ts'
import { hintsOf } from '../lab/exercise-texts.ts'
import { afterHint, readProgress, writeProgress } from '../lab/lab-progress.ts'
import { styleFor, wrapped } from '../render/terminal-text.ts'

export const hint = command({
  name: 'hint',
  summary: 'the next hint; each says more than the one before',
  syntax: parser =>
    parser.argument('[lab]', 'a number (5) or an id (05-mnist-mlp)').argument('[exercise]', 'its id: score'),
  async run(words, _options, { root, cwd, stdout }) {
    const current = await findExercise({ root, cwd }, words)
    const { lab, exercise } = current
    await writeCurrent(root, current)
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
})
