import { markdownBlock, markdownText } from '@backprop/safe-text'
import { commentsOn, finalPoints, stepsInWords } from '../final.ts'
import { explain, headline, inWords, isGrade, isShared, NO_GRADE, sharedCauses, SUITE_NOTE, toLookAt } from '../rows.ts'
import type { Report, ReportLab, ReportTest } from '../schema.ts'
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
      `Submission: ${markdownText(report.submission)}.${environment(report)}`,
    ]
    return `${blocks.filter(Boolean).join('\n\n')}\n`
  },
}

function labBlocks(lab: ReportLab, isPoints: boolean): string[] {
  const points = (part: { points: number; maxPoints: number }) =>
    isPoints ? `${part.points} / ${part.maxPoints}` : '–'
  const table = lab.exercises.map(exercise => {
    const { sign, word } = WORDS[exercise.status]
    const tests = toLookAt(lab, exercise).map(test => `${markdownText(test.concept)}: ${WORDS[test.status].says}`)
    const where = exercise.section !== undefined && exercise.status !== 'passed' ? [markdownText(exercise.section)] : []
    const said = commentsOn(lab, exercise.id).map(markdownText)
    const why = [...tests, ...where, ...said]
    return `| ${sign} ${word} | ${markdownText(exercise.title)} | ${points(exercise)} | ${why.join('<br>')} |`
  })
  const causes = sharedCauses(lab)
  return [
    `### ${markdownText(lab.title)} (${lab.id}): ${points({ points: finalPoints(lab), maxPoints: lab.maxPoints })}`,
    stepsInWords(lab)
      .map(step => `- ${markdownText(step)}`)
      .join('\n'),
    ...commentsOn(lab, null).map(comment => `> ${markdownText(comment)}`),
    ...(lab.problem === null ? [] : [preformatted(lab.problem)]),
    ...causes.map(cause => preformatted(inWords(cause))),
    ['| | exercise | points | look at |', '| :-- | :-- | --: | :-- |', ...table].join('\n'),
    ...lab.exercises.flatMap(({ tests }) => tests.filter(test => !isShared(causes, test)).flatMap(details)),
  ]
}

function details(test: ReportTest): string[] {
  const text = [...(test.message === undefined ? [] : [explain(test)]), ...test.notes].join('\n')
  if (text === '') return []
  return [`<details><summary>${markdownText(test.concept)}</summary>\n\n${preformatted(text)}\n\n</details>`]
}

function environment({ suite, environment: { tier, tierReason, backend } }: Report): string {
  return suite === 'visible'
    ? ''
    : ` Isolation: tier ${tier} (${markdownText(tierReason)}). Backend: ${markdownText(backend)}.`
}

const preformatted = (text: string): string => `<pre>\n${markdownBlock(text)}\n</pre>`
