import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { safeLine } from '@backprop/safe-text'
import { EXIT, text, type Command } from './command.ts'
import type { Values } from '../context.ts'
import { UsageError } from '../errors.ts'
import { fetchAll, leftBehind } from '../github/fetch.ts'
import type { FetchedSubmission } from '../class/fetched.ts'
import { rosterText } from '../github/roster-text.ts'
import { readRoster } from '../github/roster.ts'
import { demandWritable } from '../writable.ts'

export const fetch: Command = {
  name: 'fetch',
  help: `Bring the students' repositories into one folder, safely

  pnpm grade fetch --roster FILE --out DIR [--jobs N] [--allow-file]

  --roster FILE   CSV with the columns name, repository and, if wanted, branch
  --out DIR       gets a folder for each name, and fetch.json
  --jobs N        how many at a time; default: 4
  --allow-file    take file: addresses too

A repository is an https: address, or owner/repo on GitHub. The token comes from the environment variable
GITHUB_TOKEN; it is written nowhere. What is fetched is the newest commit's files alone: no hooks, links, submodules,
filters or large files. fetch.json says which changed, from which commit to which, and when that was first seen.

Exit codes: 0 all are up to date, 2 some could not be fetched (the others are up to date) or wrong usage.`,
  options: {
    roster: { type: 'string' },
    out: { type: 'string' },
    jobs: { type: 'string' },
    'allow-file': { type: 'boolean' },
  },
  positionals: { min: 0, max: 0 },
  async run({ values, env, stdout, stderr, now, signal }) {
    const out = resolve(needed(values, 'out', 'the folder that the repositories go to'))
    const file = needed(values, 'roster', 'a CSV file with the columns name and repository')
    const server = (env.GITHUB_SERVER_URL ?? 'https://github.com').replace(/\/$/, '')
    const allowFile = values['allow-file'] === true
    const bytes = await readFile(file).catch(() => {
      throw new UsageError(`There is no file "${file}". Give the roster with --roster.`)
    })
    const roster = readRoster(rosterText(bytes), { server, allowFile })
    await demandWritable(out, '--out')
    let done = 0
    const onDone = (submission: FetchedSubmission): void => {
      stderr.write(`${++done}/${roster.length}  ${safeLine(`${submission.name}: ${inWords(submission)}`)}\n`)
    }
    const token = env.GITHUB_TOKEN
    const { submissions } = await fetchAll({
      roster,
      out,
      jobs: jobsOf(values),
      token,
      server,
      allowFile,
      env,
      now,
      signal,
      onDone,
    })
    const gone = await leftBehind(out, roster)
    if (gone.length > 0) stderr.write(`Not in the roster, and left as they are: ${safeLine(gone.join(', '))}\n`)
    const of = (status: FetchedSubmission['status']) => submissions.filter(submission => submission.status === status)
    const failed = of('failed')
    stdout.write(
      `${of('changed').length} changed, ${of('unchanged').length} unchanged, ${of('empty').length} empty, ${failed.length} failed\n`,
    )
    for (const { name, problem } of failed) stdout.write(`✗ ${safeLine(`${name}: ${problem}`)}\n`)
    return failed.length === 0 ? EXIT.fullMarks : EXIT.notGradable
  },
}

function inWords({ status, before, commit, leftOut, problem }: FetchedSubmission): string {
  if (status === 'failed') return `failed: ${problem}`
  if (status === 'empty') return 'nothing pushed yet'
  const at = commit?.slice(0, 10)
  const without = leftOut.count > 0 ? `, ${leftOut.count} left out` : ''
  return status === 'unchanged' ? `unchanged at ${at}` : `${before?.slice(0, 10) ?? 'new'} → ${at}${without}`
}

function needed(values: Values, name: string, what: string): string {
  const given = text(values, name, '')
  if (!given) throw new UsageError(`--${name} is missing: ${what}.\nSee: pnpm grade fetch --help`)
  return given
}

function jobsOf(values: Values): number {
  const jobs = Number(text(values, 'jobs', '4'))
  if (!Number.isInteger(jobs) || jobs < 1 || jobs > 32)
    throw new UsageError(`--jobs takes a whole number from 1 to 32, and got "${String(values.jobs)}".`)
  return jobs
}
