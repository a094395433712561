import { join, relative, resolve } from 'node:path'
import { safeLine } from '@backprop/safe-text'
import { findLabs } from '../course.ts'
import { UsageError } from '../errors.ts'
import { runSimilar } from '../similar/run-similar.ts'
import type { SimilarReport } from '../similar/similar-report.ts'
import { command, EXIT, wholeNumber } from './command.ts'

/** In percent; measured by `pnpm grade:similar`, see grader/SIMILARITY.md. */
export const DEFAULT_THRESHOLD = 50

export const similar = command({
  name: 'similar',
  summary: 'Show which submissions of a class share code that few others have',
  syntax: parser =>
    parser
      .requiredOption('--submissions <dir>', 'a folder for each student, as for "grade class"')
      .requiredOption('--lab <id>', 'id or number of the lab')
      .option('--earlier <dir...>', 'folders of earlier years: compared with this class, not with each other')
      .option(
        '--threshold <percent>',
        'list pairs that are at least this similar',
        wholeNumber(1, 100),
        DEFAULT_THRESHOLD,
      )
      .option('--out <dir>', 'where the page and the tables go', join('reports', 'similar'))
      .addHelpText(
        'after',
        `
Writes similar.html (pairs side by side), similar.csv and similar.json. Nothing is sent anywhere, and no student code runs.
Names, types, comments, formatting and the order of functions make no difference; what students were given is left out,
and code that many in the class have counts little. A high similarity is a reason to look, not a proof:
grader/SIMILARITY.md says how often it misses a copy, how often it names independent work, and where it can't tell.

  pnpm grade similar --submissions ../class/submissions --lab 1
  pnpm grade similar --submissions ../class/submissions --lab 1 --earlier ../2024 ../2025 --threshold 40

Exit codes: 0 the page was written, whatever is on it, 2 wrong usage or fewer than two submissions to compare.`,
      ),
  async run(_, { submissions, lab: name, earlier = [], threshold, out }, context) {
    const [lab, ...others] = await findLabs(name, context.course)
    if (others.length > 0) throw new UsageError('--lab: one lab at a time, such as --lab 1.')
    const folder = resolve(out)
    const report = await runSimilar(
      {
        submissions: resolve(submissions),
        lab,
        earlier: earlier.map(each => resolve(each)),
        threshold: threshold / 100,
        out: folder,
      },
      context,
    )
    context.stdout.write(`${summary(report, join(relative('', folder), 'similar.html'))}\n`)
    return EXIT.fullMarks
  },
})

const MAX_NAMED = 10

function summary(
  { pairs, pairsLeftOut, pairsCompared, identical, leftOut, compared, threshold, usual }: SimilarReport,
  page: string,
): string {
  const percent = (share: number) => `${Math.floor(100 * share)} %`
  const who = ({ name, earlier }: SimilarReport['pairs'][number]['left']) =>
    earlier === null ? name : `${name} (${earlier})`
  const count = pairs.length + pairsLeftOut
  const lines = [
    `${compared} different ${compared === 1 ? 'submission' : 'submissions'} compared, ${leftOut.length} left out.`,
    ...(pairsCompared > 0
      ? [
          `Half of all pairs are at most ${percent(usual.median)} similar, 99 of 100 at most ${percent(usual.top1Percent)}.`,
        ]
      : []),
    ...identical.map(({ files, authors }) => `= ${authors.map(who).join(', ')}: identical ${files.join(', ')}`),
    `${count === 1 ? '1 pair is' : `${count} pairs are`} at least ${percent(threshold)} similar.`,
    ...pairs.slice(0, MAX_NAMED).map(({ left, right, similarity, longest }) => `  ${percent(similarity).padStart(5)}  ${who(left)} – ${who(right)}, longest fragment ${longest} tokens`), // prettier-ignore
    ...(count > MAX_NAMED ? [`  … and ${count - MAX_NAMED} more`] : []),
    'Similar is not copied: look at the code side by side, and ask.',
    `Page: ${page}`,
  ]
  return lines.map(line => safeLine(line)).join('\n')
}
