import { join } from 'node:path'
import type { Lab } from '@backprop/course'
import { proveWritable } from '@backprop/files'
import { COURSE_ROOT, findLabs, solutionDir } from '../course.ts'
import { gradeCourse } from '../pipeline/grade-submission.ts'
import { drawsFor } from '../pipeline/seed-key.ts'
import { renderTable } from '../report/terminal.ts'
import { writeReport } from '../report/write-report.ts'
import { command, EXIT } from './command.ts'

export const start = command({
  name: 'start',
  summary: 'Grade every reference solution, print the table, write the report',
  syntax: parser =>
    parser.addHelpText(
      'after',
      '\nAlso: pnpm start. The report goes to reports/solutions/. Ctrl-C stops it and leaves nothing behind.',
    ),
  async run(_, __, context) {
    const { stdout, stderr, now } = context
    const labs = await findLabs('all')
    const out = join(COURSE_ROOT, 'reports', 'solutions')
    await proveWritable(out)
    const begun = now()
    stderr.write(`Grading the reference solutions of ${labs.length} labs. Ctrl-C stops.\n`)
    const options = {
      labs,
      submissionOf: (lab: Lab) => solutionDir(lab),
      name: 'reference solutions',
      backend: 'auto',
      draws: await drawsFor({}, context),
    }
    const { report, labs: graded } = await gradeCourse(options, context)
    await writeReport(out, report, graded)
    const took = ((now().getTime() - begun.getTime()) / 1000).toFixed(1)
    stdout.write(`${renderTable(report, stdout)}\nReport: ${join(out, 'report.html')}  (${took} s)\n`)
    return report.points === report.maxPoints ? EXIT.fullMarks : EXIT.pointsLost
  },
})
