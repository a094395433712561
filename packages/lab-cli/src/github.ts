import { randomUUID } from 'node:crypto'
import { relative, resolve } from 'node:path'
import type { VisibleFailure } from '@backprop/visible-tests'

/** What the log of a GitHub job takes for commands: https://docs.github.com/actions/reference/workflow-commands */

/** GitHub shows no more of a step. */
const MOST_ANNOTATIONS = 10

/** Text of any origin, for a log whose runner obeys lines in it: nothing inside is a command. */
export function fenced(text: string): string {
  const token = randomUUID()
  return `::stop-commands::${token}\n${text.trimEnd()}\n::${token}::\n`
}

/** Failures in the lab in a folder, each as an error at its line; GitHub takes paths to be relative to `workspace`. */
export function annotations(folder: string, failures: readonly VisibleFailure[], workspace: string): string[] {
  return failures.map(({ title, message, place }) => {
    const file = place && relative(workspace, resolve(folder, place.file)).replaceAll('\\', '/')
    const properties = Object.entries({ file, line: place?.line, title }).filter(([, value]) => value !== undefined)
    const written = properties.map(([name, value]) => `${name}=${property(String(value))}`)
    return `::error ${written.join(',')}::${data(message)}\n`
  })
}

/** As many as GitHub shows; the last one says how many are left out. */
export function firstOf(lines: readonly string[]): string[] {
  if (lines.length <= MOST_ANNOTATIONS) return [...lines]
  const left = lines.length - MOST_ANNOTATIONS + 1
  return [...lines.slice(0, MOST_ANNOTATIONS - 1), `::error::and ${left} more: see the log of this step\n`]
}

const data = (text: string) => text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A')
const property = (text: string) => data(text).replaceAll(':', '%3A').replaceAll(',', '%2C')
