import { resolve } from 'node:path'
import { safeLine } from '@backprop/safe-text'
import type { Context } from '../context.ts'
import type { CourseFile } from '../release/course-file.ts'
import type { Release } from '../release/release.ts'
import { line } from '../release/summary.ts'
import { type RepositoryUpdate, updateClass } from '../release/update-class.ts'
import { demandWritable } from '../writable.ts'
import { EXIT } from './command.ts'

export interface ReleaseClassOptions {
  readonly fetched: string
  readonly out: string
  readonly push?: boolean
  readonly dryRun?: boolean
  readonly allowFile?: boolean
}

/** `grade release --update --fetched`: updates for all repositories of a class, and a table of what happened to each. */
export async function releaseToClass(
  { fetched, push = false, dryRun = false, allowFile = false, ...options }: ReleaseClassOptions,
  releaseFor: (before: CourseFile) => Promise<Release>,
  { env, stdout, stderr, now, signal }: Context,
): Promise<number> {
  const out = resolve(options.out)
  if (!dryRun) await demandWritable(out, '--out')
  const server = (env.GITHUB_SERVER_URL ?? 'https://github.com').replace(/\/$/, '')
  const updates = await updateClass({
    ...{ fetched: resolve(fetched), out, push, dryRun, allowFile, env, server, token: env.GITHUB_TOKEN },
    ...{ now, signal, releaseFor: once(releaseFor) },
    onDone: ({ name, status }) => void stderr.write(`${safeLine(`${name}: ${status}`)}\n`),
  })
  stdout.write(table(updates, { push, dryRun, out: options.out }))
  return updates.some(({ status }) => status === 'failed') ? EXIT.notGradable : EXIT.fullMarks
}

/** A class has few kinds of repositories, and each release takes seconds to make. */
function once(releaseFor: (before: CourseFile) => Promise<Release>): (before: CourseFile) => Promise<Release> {
  const made = new Map<string, Promise<Release>>()
  return before => {
    const quizzes = Object.keys(before.files).filter(path => path.endsWith('/quiz.json'))
    const key = JSON.stringify([before.labs, quizzes])
    const release = made.get(key) ?? releaseFor(before)
    made.set(key, release)
    return release
  }
}

function table(
  updates: readonly RepositoryUpdate[],
  { push, dryRun, out }: { readonly push: boolean; readonly dryRun: boolean; readonly out: string },
): string {
  const width = Math.max(...updates.map(({ name }) => name.length))
  const of = (wanted: RepositoryUpdate['status']) => updates.filter(({ status }) => status === wanted)
  const counts = `${of('updated').length} updated, ${of('up to date').length} up to date, ${of('failed').length} failed.`
  const next = dryRun
    ? 'Nothing was written: this was a dry run.'
    : `Patches: ${out}. ${push ? 'No branch of a student was changed.' : 'Nothing was pushed: --push does that.'}`
  const lines = [
    ...updates.flatMap(update => [`${update.name.padEnd(width)}  ${inWords(update)}`, ...conflicts(update)]),
    `${counts} ${next}`,
  ]
  return lines.map(text => `${safeLine(text)}\n`).join('')
}

function inWords({ status, done, branch, problem }: RepositoryUpdate): string {
  if (status === 'failed') return `✗ ${problem}`
  if (status === 'up to date') return status
  const files = `${done.length} ${done.length === 1 ? 'file' : 'files'}`
  return `${files}${branch === null ? '' : `, branch ${branch}`}`
}

/** The files that the student and the course have both changed. */
const conflicts = ({ done }: RepositoryUpdate): string[] =>
  done.filter(({ step, beside }) => beside !== undefined || step.do === 'leave').map(line)
