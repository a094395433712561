import { resolve } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { safeLine } from '@backprop/safe-text'
import { EXIT, text, type Command } from './command.ts'
import { findLabs } from '../course.ts'
import { UsageError } from '../errors.ts'
import { publishAll, type Published } from '../github/publish.ts'

export const publish: Command = {
  name: 'publish',
  help: `Show each student their result beside their commit on GitHub

  pnpm grade publish --class DIR --fetched DIR [--api URL]

  --class DIR     where "grade class" wrote its reports
  --fetched DIR   where "grade fetch" put the submissions that were graded
  --api URL       GitHub's API; default: the environment variable GITHUB_API_URL, or https://api.github.com

Posts a check run for each lab, named "Backprop Labs: 01-perceptron", with the points and the feedback. To post again
is to change what is there; other labs, and check runs of others, are left alone.
What could not be graded through our fault is listed and not posted. The token comes from the environment variable
GITHUB_TOKEN: it must be of a GitHub App with the permission "Checks: write".

Exit codes: 0 all that may be posted is posted, 2 some could not be posted or wrong usage.`,
  options: { class: { type: 'string' }, fetched: { type: 'string' }, api: { type: 'string' } },
  positionals: { min: 0, max: 0 },
  async run({ values, course, env, stdout, stderr, now, signal }) {
    const folder = (name: 'class' | 'fetched'): string => {
      const given = text(values, name, '')
      if (!given) throw new UsageError(`--${name} is missing.\nSee: pnpm grade publish --help`)
      return resolve(given)
    }
    const [reports, fetched] = [folder('class'), folder('fetched')]
    const url = text(values, 'api', env.GITHUB_API_URL ?? 'https://api.github.com').replace(/\/$/, '')
    if (!URL.canParse(url)) throw new UsageError(`--api takes an address, and got "${url}".`)
    const token = env.GITHUB_TOKEN
    if (!token) throw new UsageError('GITHUB_TOKEN is not set: it must hold the token that posts the check runs.')
    const results = await publishAll({
      ...{ reports, fetched, labs: await findLabs('all', course), url, token, now, signal },
      server: (env.GITHUB_SERVER_URL ?? 'https://github.com').replace(/\/$/, ''),
      sleep: seconds => setTimeout(seconds * 1000, undefined, { signal }),
      onDone: ({ name, status, reason }) =>
        stderr.write(`${safeLine(`${name}: ${status}${reason && `: ${reason}`}`)}\n`),
    })
    const of = (status: Published['status']) => results.filter(result => result.status === status)
    const [skipped, failed] = [of('skipped'), of('failed')]
    const counts = (['posted', 'updated', 'unchanged'] as const).map(status => `${of(status).length} ${status}`)
    stdout.write(`${counts.join(', ')}, ${skipped.length} skipped, ${failed.length} failed\n`)
    for (const { name, reason } of skipped) stdout.write(`· ${safeLine(`${name}: ${reason}`)}\n`)
    for (const { name, reason } of failed) stdout.write(`✗ ${safeLine(`${name}: ${reason}`)}\n`)
    return failed.length === 0 ? EXIT.fullMarks : EXIT.notGradable
  },
}
