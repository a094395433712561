import type { Report, ReportLab, ReportTest } from '../schema.ts'
import { explain, headline, isGrade, NO_GRADE, SUITE_NOTE, toLookAt } from '../rows.ts'
import { WORDS } from '../status.ts'
import type { Exporter } from './exporter.ts'

/** A page for `$GITHUB_STEP_SUMMARY`, a comment or a check run. */
export const markdown: Exporter = {
  id: 'markdown',
  about: 'the summary of a GitHub job',
  file: 'summary.md',
  mediaType: 'text/markdown',
  render(report) {
    const isPoints = isGrade(report)
    const blocks = [
      `## ${isPoints ? headline(report) : 'Not graded'}`,
      isPoints ? SUITE_NOTE[report.suite] : NO_GRADE,
      ...report.labs.flatMap(lab => labBlocks(lab, isPoints)),
      `Submission: ${inline(report.submission)}.${environment(report)}`,
    ]
    return `${blocks.filter(Boolean).join('\n\n')}\n`
  },
}

function labBlocks(lab: ReportLab, isPoints: boolean): string[] {
  const points = (part: { points: number; maxPoints: number }) =>
    isPoints ? `${part.points} / ${part.maxPoints}` : '–'
  const table = lab.exercises.map(exercise => {
    const { sign, word } = WORDS[exercise.status]
    const why = toLookAt(lab, exercise).map(test => `${inline(test.concept)}: ${WORDS[test.status].says}`)
    return `| ${sign} ${word} | ${inline(exercise.title)} | ${points(exercise)} | ${why.join('<br>')} |`
  })
  return [
    `### ${inline(lab.title)} (${lab.id}): ${points(lab)}`,
    ...(lab.problem === null ? [] : [preformatted(lab.problem)]),
    ['| | exercise | points | look at |', '| :-- | :-- | --: | :-- |', ...table].join('\n'),
    ...lab.exercises.flatMap(({ tests }) => tests.flatMap(details)),
  ]
}

function details(test: ReportTest): string[] {
  const text = [...(test.message === undefined ? [] : [explain(test)]), ...test.notes].join('\n')
  if (text === '') return []
  return [`<details><summary>${inline(test.concept)}</summary>\n\n${preformatted(text)}\n\n</details>`]
}

function environment({ suite, environment: { tier, tierReason, backend } }: Report): string {
  return suite === 'visible' ? '' : ` Isolation: tier ${tier} (${inline(tierReason)}). Backend: ${inline(backend)}.`
}

/** Text that stays text: each character to which Markdown, HTML or a workflow's runner gives a meaning, as a reference. */
const escape = (text: string): string =>
  text.replace(/[!"#$&'*+:<=>@[\\\]^_`{|}~]/g, character => `&#${character.charCodeAt(0)};`)

/**
 * Text within a line. Some programs make links, mentions and emoji even of references, so an invisible space parts
 * those. What has a meaning only at the start of a line is left as it is.
 */
function inline(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim()
  return escape(line.replace(/www(?=\.)|[:@#](?=\S)/gi, '$&\u200b')) || '–'
}

const preformatted = (text: string): string => `<pre>\n${escape(text)}\n</pre>`
