import type { LabManifest } from '../manifest.ts'
import type { Submission } from './take-in.ts'

/** What is wrong with the files of a submission, a line for each thing, in the lab's order; null where nothing is. */
export function problemsOf(
  { edit }: Pick<LabManifest, 'edit'>,
  { refused, missing }: Pick<Submission, 'refused' | 'missing'>,
  uncompiled: ReadonlyMap<string, string> = new Map(),
): string | null {
  const all = edit.flatMap(file => missing.get(file) ?? refused.get(file) ?? uncompiled.get(file) ?? [])
  const lines = new Set(all.flatMap(text => text.split('\n')))
  return lines.size === 0 ? null : [...lines].join('\n')
}
