import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { safeLine } from '@backprop/safe-text'
import type { FetchedSubmission } from '../class/fetched.ts'
import type { Context } from '../context.ts'
import { findLabs } from '../course.ts'
import { UsageError } from '../errors.ts'
import { Api } from '../github/api.ts'
import { fetchAll, leftBehind } from '../github/fetch.ts'
import { pushesFrom } from '../github/pushes.ts'
import { readRoster } from '../roster/roster.ts'
import { rosterText } from '../roster/roster-text.ts'
import { parseDeadline } from '../term/deadline.ts'
import { demandWritable } from '../writable.ts'
import { command, EXIT, wholeNumber } from './command.ts'

export const fetch = command({
  name: 'fetch',
  summary: "Bring the students' repositories into one folder, safely",
  syntax: parser =>
    parser
      .requiredOption('--roster <file>', 'CSV with the columns name, repository and, if you like, branch')
      .requiredOption('--out <dir>', 'gets a folder for each name, and fetch.json')
      .option('--jobs <n>', 'how many at a time', wholeNumber(1, 32), 4)
      .option('--before <time>', 'take what was there then, with its zone: 2026-11-30T23:59[Europe/Berlin]')
      .option('--allow-file', 'accept file: addresses too')
      .addHelpText(
        'after',
        `
A repository is an https: address, or owner/repo on GitHub. The token comes from the environment variable
GITHUB_TOKEN; it is written nowhere. Fetches only the files of the newest commit: no hooks, links, submodules, filters
or large files. fetch.json says which repositories changed, from which commit to which, and when that was first seen.
With --before, it takes the last commit that an earlier fetch saw by then, or that GitHub says was pushed by then. The dates
in commits don't count: students can set them.
Exit codes: 0 all are up to date, 2 some could not be fetched (the others are up to date) or wrong usage.`,
      ),
  async run(
    _,
    { roster: file, jobs, before, allowFile = false, ...options },
    { course, env, stdout, stderr, now, signal },
  ) {
    const out = resolve(options.out)
    const server = (env.GITHUB_SERVER_URL ?? 'https://github.com').replace(/\/$/, '')
    const bytes = await readFile(file).catch(() => {
      throw new UsageError(`There is no file "${file}". Give the roster with --roster.`)
    })
    const roster = readRoster(rosterText(bytes), { server, allowFile })
    const deadline = before === undefined ? null : parseDeadline(before)
    await demandWritable(out, '--out')
    let done = 0
    const onDone = (submission: FetchedSubmission): void => {
      stderr.write(`${++done}/${roster.length}  ${safeLine(`${submission.name}: ${inWords(submission)}`)}\n`)
    }
    const token = env.GITHUB_TOKEN
    const { submissions } = await fetchAll({
      roster,
      out,
      jobs,
      token,
      server,
      allowFile,
      env,
      now,
      signal,
      onDone,
      before: deadline?.at,
      labs: await findLabs('all', course),
      pushesOf: pushesSource(server, { env, now, signal }),
    })
    const gone = await leftBehind(out, roster)
    if (gone.length > 0) stderr.write(`Not in the roster, and unchanged: ${safeLine(gone.join(', '))}\n`)
    const of = (status: FetchedSubmission['status']) => submissions.filter(submission => submission.status === status)
    const failed = of('failed')
    stdout.write(
      `${of('changed').length} changed, ${of('unchanged').length} unchanged, ${of('empty').length} empty, ${failed.length} failed\n`,
    )
    for (const { name, problem } of of('empty'))
      if (problem !== null) stdout.write(`! ${safeLine(`${name}: ${problem}`)}\n`)
    for (const { name, problem } of failed) stdout.write(`✗ ${safeLine(`${name}: ${problem}`)}\n`)
    return failed.length === 0 ? EXIT.fullMarks : EXIT.notGradable
  },
})

/** Of GitHub, whose API answers what the token may read; of no other server. */
function pushesSource(server: string, { env, now, signal }: Pick<Context, 'env' | 'now' | 'signal'>) {
  const own = server === 'https://github.com' ? 'https://api.github.com' : undefined
  const url = (env.GITHUB_API_URL ?? own)?.replace(/\/$/, '')
  if (url === undefined || !env.GITHUB_TOKEN) return undefined
  return pushesFrom(new Api({ url, token: env.GITHUB_TOKEN, now, signal }), server)
}

function inWords({ status, before, commit, leftOut, problem }: FetchedSubmission): string {
  if (status === 'failed') return `failed: ${problem}`
  if (status === 'empty') return problem ?? 'nothing pushed yet'
  const at = commit?.slice(0, 10)
  const without = leftOut.count > 0 ? `, ${leftOut.count} left out` : ''
  return status === 'unchanged' ? `unchanged at ${at}` : `${before?.slice(0, 10) ?? 'new'} → ${at}${without}`
}
