import { join, resolve } from 'node:path'
import { isDiskGone } from '@backprop/files'
import { Option } from '@commander-js/extra-typings'
import { runClass } from '../class/run-class.ts'
import { parseShard } from '../class/shards/shard.ts'
import { DATABASE } from '../context.ts'
import { findLabs, findListedLabs } from '../course.ts'
import { openWorkers } from '../queue/open-workers.ts'
import { readRosterFile } from '../roster/people.ts'
import { workerKey } from '../signing/keys.ts'
import { openTerm } from '../term/open-term.ts'
import { tellOutcome } from './class-outcome.ts'
import {
  ACCEPT_MISSING,
  BACKEND,
  command,
  JOBS,
  OVERRIDES,
  SEED,
  TERM,
  WEAK_ISOLATION,
  wholeNumber,
} from './command.ts'

/** How many students wait for workers at a time. */
const WAITING = 300

const ONLY = `grade only some:
  failed   students without a score through a fault of the grader
  changed  students whose files, or whose tests, have changed since their last report
  NAME     the student with this folder`

export const gradeClass = command({
  name: 'class',
  summary: 'Grade a folder of submissions, one folder per student',
  syntax: parser =>
    parser
      .requiredOption(
        '--submissions <dir>',
        "a folder for each student: a clone of the repository, or one lab's folder",
      )
      .option('--labs <list>', 'ids or numbers, such as 1,5', 'all')
      .addOption(
        new Option(
          '--jobs <n>',
          `how many to grade at the same time (default: half of the CPUs; ${WAITING} with workers, which have their own)`,
        ).argParser(wholeNumber(1, 1000)),
      )
      .option('--report <dir>', 'where everything goes', join('reports', 'class'))
      .option('--roster <file>', 'CSV with the column name and any others, which come back in class.csv and class.json')
      .addOption(ACCEPT_MISSING)
      .addOption(TERM)
      .addOption(OVERRIDES)
      .option('--resume', 'continue the run in that folder that was stopped or killed')
      .option('--only <which>', ONLY)
      .addOption(
        new Option(
          '--shard <i/n>',
          'grade only the i-th of n parts, on a separate machine; "grade merge" joins them',
        ).argParser(parseShard),
      )
      .addOption(BACKEND)
      .addOption(SEED)
      .addOption(
        new Option(
          '--database <url>',
          `have "pnpm grade worker" on other machines grade, with wasm unless --backend says otherwise: postgres://USER@HOST/DATABASE (default: ${DATABASE})`,
        ),
      )
      .option('--official', 'refuse to grade where isolation is weak (below tier B)')
      .addOption(WEAK_ISOLATION)
      .option('--json', 'print only class.json, on stdout')
      .addHelpText(
        'after',
        `
In the report folder: class.html, class.csv and class.json; students/NAME with a report that can be sent to the student;
logs for the instructor alone; a journal and a cache. What has not changed is not graded again, whatever the options.
A lab may be in folders that wrap it, or in an archive, if there is exactly one place where its files are.

  pnpm grade class --submissions ../class/submissions --labs 1
  pnpm grade class --submissions ../class/submissions --labs 1 --roster roster.csv --accept-missing
  pnpm grade class --submissions ../class/submissions --database postgres://teacher@db.example/grader

Exit codes: 0 full marks for all, 1 points lost, 2 a student has no score through a fault of the grader, files of a student
were not found, or wrong usage.`,
      ),
  async run(
    _,
    {
      submissions,
      labs,
      report: folder,
      roster,
      term,
      overrides,
      acceptMissing = false,
      only = null,
      resume = false,
      backend = 'auto',
      database: url,
      jobs,
      json,
      ...rest
    },
    context,
  ) {
    const { course, stderr, signal, env } = context
    const reports = resolve(folder)
    const address = url ?? env[DATABASE]
    const options = {
      ...rest,
      jobs: jobs ?? (address === undefined ? JOBS : WAITING),
      submissions: resolve(submissions),
      labs: await findListedLabs(labs, course),
      reports,
      roster: roster === undefined ? undefined : await readRosterFile(roster),
      term: await openTerm({ term, overrides }, course, await findLabs('all', course)),
      only,
      resume,
      backend,
    }
    const say = (line: string) => stderr.write(`${line}\n`)
    const trusted = await workerKey(env, 'public')
    const workers = address === undefined ? undefined : await openWorkers(address, { labs: options.labs, trusted, say })
    try {
      const outcome = await runClass({ ...options, workers }, context)
      const isPart = options.shard !== undefined
      return tellOutcome(outcome, { reports, only, isPart, acceptMissing, json: json === true }, context)
    } catch (error) {
      if (signal.aborted || isDiskGone(error))
        say('What is graded is kept: continue with the same command and --resume.')
      if (signal.aborted && workers) say('Workers go on with the jobs of this class that are in the queue.')
      throw error
    } finally {
      await workers?.close()
    }
  },
})
