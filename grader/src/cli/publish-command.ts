import { resolve } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { safeLine } from '@backprop/safe-text'
import { markPublished, readClass, releasedLabs } from '../class/read-class.ts'
import { findLabs } from '../course.ts'
import { UsageError } from '../errors.ts'
import { publishAll, type Published } from '../github/publish.ts'
import { openTermFile } from '../term/open-term.ts'
import { command, EXIT, TERM } from './command.ts'

export const publish = command({
  name: 'publish',
  summary: 'Show each student their result beside their commit on GitHub',
  syntax: parser =>
    parser
      .requiredOption('--class <dir>', 'where "grade class" wrote its reports')
      .requiredOption('--fetched <dir>', 'where "grade fetch" put the submissions that were graded')
      .option(
        '--api <url>',
        "GitHub's API (default: the environment variable GITHUB_API_URL, or https://api.github.com)",
      )
      .addOption(TERM)
      .addHelpText(
        'after',
        `
Posts a check run for each lab, named "Backprop Labs: 01-perceptron", with the points and the feedback. Posting again
updates what is there, and leaves other labs and other check runs alone. For a lab without a score (the grader failed, or
the commit has not been graded yet) it posts that this isn't the student's fault, and lists the reason here. If there is
a term.yaml, only the labs that it marks as released are posted. The token comes from the environment variable
GITHUB_TOKEN: it must belong to a GitHub App with the permission "Checks: write".
Exit codes: 0 everything was posted or skipped, 2 something could not be posted, or wrong usage.`,
      ),
  async run(_, options, { course, env, stdout, stderr, now, signal }) {
    const [reports, fetched] = [resolve(options.class), resolve(options.fetched)]
    const url = (options.api ?? env.GITHUB_API_URL ?? 'https://api.github.com').replace(/\/$/, '')
    if (!URL.canParse(url)) throw new UsageError(`--api: expected an address, got "${url}".`)
    const token = env.GITHUB_TOKEN
    if (!token) throw new UsageError('GITHUB_TOKEN is not set: it must hold the token that posts the check runs.')
    const labs = await findLabs('all', course)
    // A run that was killed before its end has reports, but no table yet.
    const report = await readClass(reports).catch(() => null)
    const released = releasedLabs(report, await openTermFile(options.term, course, labs))
    const results = await publishAll({
      ...{ reports, fetched, labs, released, url, token, now, signal },
      server: (env.GITHUB_SERVER_URL ?? 'https://github.com').replace(/\/$/, ''),
      sleep: seconds => setTimeout(seconds * 1000, undefined, { signal }),
      onDone: ({ name, status, reason }) =>
        stderr.write(`${safeLine(`${name}: ${status}${reason && `: ${reason}`}`)}\n`),
    })
    if (results.some(({ status }) => status !== 'skipped' && status !== 'failed')) await markPublished(reports)
    const of = (status: Published['status']) => results.filter(result => result.status === status)
    const failed = of('failed')
    const noted = results.filter(({ status, reason }) => status !== 'failed' && reason !== '')
    const counts = (['posted', 'updated', 'unchanged'] as const).map(status => `${of(status).length} ${status}`)
    stdout.write(`${counts.join(', ')}, ${of('skipped').length} skipped, ${failed.length} failed\n`)
    for (const { name, reason } of noted) stdout.write(`· ${safeLine(`${name}: ${reason}`)}\n`)
    for (const { name, reason } of failed) stdout.write(`✗ ${safeLine(`${name}: ${reason}`)}\n`)
    return failed.length === 0 ? EXIT.fullMarks : EXIT.notGradable
  },
})
