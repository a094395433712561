import { safeJson } from '@backprop/safe-text'
import { stepsInWords } from '../final.ts'
import { explain, headline, isGrade, NO_GRADE, rows, SUITE_NOTE } from '../rows.ts'
import type { Exporter } from './exporter.ts'

/** `results.json` of a Gradescope autograder. All text is declared as plain, so that none of it is taken for markup. */
export const gradescope: Exporter = {
  id: 'gradescope',
  about: 'Gradescope autograder',
  file: 'gradescope/results.json',
  mediaType: 'application/json',
  render(report) {
    const about = { output_format: 'text', stdout_visibility: 'hidden' }
    // Without a score and tests Gradescope says that the autograder failed, and offers to run it again.
    if (!isGrade(report)) return safeJson({ ...about, output: NO_GRADE })
    const problems = report.labs.flatMap(lab => (lab.problem === null ? [] : [`${lab.id}: ${lab.problem}`]))
    const all = rows(report)
    const results = {
      ...about,
      score: report.finalPoints ?? report.points,
      execution_time: all.reduce((sum, { test }) => sum + test.ms, 0) / 1000,
      output: [headline(report), SUITE_NOTE[report.suite], ...report.labs.flatMap(stepsInWords), ...problems]
        .filter(Boolean)
        .join('\n'),
      test_output_format: 'text',
      test_name_format: 'text',
      visibility: 'visible',
      extra_data: { suite: report.suite, tier: report.environment.tier, ...report.provenance },
      tests: all.map(({ id, name, number, lab, test }) => ({
        name,
        number,
        score: test.points,
        max_score: test.maxPoints,
        status: test.status === 'passed' ? 'passed' : 'failed',
        output: [explain(test), ...test.notes].filter(Boolean).join('\n'),
        tags: [lab.id],
        extra_data: { id, status: test.status },
      })),
    }
    return safeJson(results)
  },
}
