import type { Done } from './apply.ts'
import type { Release } from './release.ts'

/** What an update did, or would do, for the person who ran it. */
export function summarize(done: readonly Done[], { version }: Release, from: string, dryRun: boolean): string {
  const lines = done.map(line)
  const total = `${done.length} ${done.length === 1 ? 'file' : 'files'}, course ${from} → ${version}.`
  if (done.length === 0) return `Nothing to do: this is already course ${version}.\n`
  const end = dryRun ? `${total} Nothing was changed: this was a dry run.` : `${total} Nothing was committed.`
  return `${lines.join('\n')}\n\n${end}\n`
}

/** One file, in one line. */
export function line({ step, beside }: Done): string {
  const other = beside?.slice(beside.lastIndexOf('/') + 1)
  switch (step.do) {
    case 'add':
      return `  added    ${step.path}`
    case 'update':
      return `  updated  ${step.path}`
    case 'replace':
      return `  updated  ${step.path}  (it had been changed: that version is ${other})`
    case 'put beside':
      return `  kept     ${step.path}  (the student's; the course's new version is ${other})`
    case 'remove':
      return `  removed  ${step.path}`
    case 'leave':
      return `  kept     ${step.path}  (no longer part of the course, but changed)`
  }
}
