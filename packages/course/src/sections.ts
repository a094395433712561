import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Lab } from './labs.ts'

/**
 * Where a student reads about each exercise: id → `labs/01-perceptron/README.md, section “1. The score of a batch”`. The
 * heading of its section names the exercise's id; without such a heading there is no entry.
 */
export async function readmeSections({ dir, manifest }: Lab): Promise<ReadonlyMap<string, string>> {
  const text = await readFile(join(dir, 'README.md'), 'utf8').catch(() => '')
  const headings = [...text.matchAll(/^#+ (.*?) — `([a-z0-9-]+)`/gm)]
  return new Map(headings.map(([, title, id]) => [id, `labs/${manifest.id}/README.md, section “${title.trim()}”`]))
}
