import { join, resolve } from 'node:path'
import { Option } from '@commander-js/extra-typings'
import { planShards } from '../class/shards/plan.ts'
import { MOST_SHARDS } from '../class/shards/shard.ts'
import { findListedLabs } from '../course.ts'
import { command, EXIT, wholeNumber } from './command.ts'

export const shards = command({
  name: 'shards',
  summary: 'Say into how many parts to split the grading of a class',
  syntax: parser =>
    parser
      .requiredOption('--submissions <dir>', 'a folder for each student')
      .option('--labs <list>', 'ids or numbers, such as 1,5', 'all')
      .option('--report <dir>', 'where the last run wrote; without one, everything is new', join('reports', 'class'))
      .option('--only <which>', 'failed or changed, as for "class"')
      .addOption(
        new Option('--each <n>', 'how many submissions a machine should get')
          .argParser(wholeNumber(1, 100_000))
          .default(25),
      )
      .addOption(
        new Option('--most <n>', 'how many machines there may be').argParser(wholeNumber(1, MOST_SHARDS)).default(20),
      )
      .addHelpText(
        'after',
        `
Prints the values of --shard as JSON, such as ["1/3","2/3","3/3"], for the matrix of a workflow. Nothing is graded.`,
      ),
  async run(_, { submissions, labs, report, only = null, each, most }, { course, stdout }) {
    const plan = await planShards({
      submissions: resolve(submissions),
      reports: resolve(report),
      labs: await findListedLabs(labs, course),
      ...{ only, each, most },
    })
    stdout.write(`${JSON.stringify(plan)}\n`)
    return EXIT.fullMarks
  },
})
