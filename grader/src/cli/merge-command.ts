import { join, resolve } from 'node:path'
import { mergeShards } from '../class/shards/merge.ts'
import { findLabs } from '../course.ts'
import { readRosterFile } from '../roster/people.ts'
import { openTerm } from '../term/open-term.ts'
import { tellOutcome } from './class-outcome.ts'
import { ACCEPT_MISSING, command, OVERRIDES, TERM } from './command.ts'

export const merge = command({
  name: 'merge',
  summary: 'Join the parts of a class that several machines have graded',
  syntax: parser =>
    parser
      .argument('<parts...>', 'the report folders of all parts: what "grade class --shard" wrote')
      .requiredOption('--submissions <dir>', 'the submissions that the parts graded')
      .option('--report <dir>', 'where everything goes', join('reports', 'class'))
      .option('--roster <file>', 'as for "class" (default: that of the parts)')
      .addOption(ACCEPT_MISSING)
      .addOption(TERM)
      .addOption(OVERRIDES)
      .option('--json', 'print only class.json, on stdout')
      .addHelpText(
        'after',
        `
The result is what one machine would have written: reports, tables, journal and cache, so that the next run goes on from
there. Nothing is graded again. All parts must be of the same run: same labs, tests, grader, options and keys.

  pnpm grade class --submissions ../class/submissions --shard 1/2 --report part-1     # on one machine
  pnpm grade class --submissions ../class/submissions --shard 2/2 --report part-2     # on another
  pnpm grade merge part-1 part-2 --submissions ../class/submissions --report report

Exit codes: those of "pnpm grade class".`,
      ),
  async run([parts], { submissions, report, roster, term, overrides, acceptMissing = false, json }, context) {
    const reports = resolve(report)
    const course = await findLabs('all', context.course)
    const outcome = await mergeShards(
      {
        parts: parts.map(part => resolve(part)),
        submissions: resolve(submissions),
        reports,
        course,
        roster: roster === undefined ? undefined : await readRosterFile(roster),
        term: await openTerm({ term, overrides }, context.course, course),
      },
      context,
    )
    const telling = { reports, only: outcome.only, isPart: false, acceptMissing, json: json === true }
    return tellOutcome(outcome, telling, context)
  },
})
