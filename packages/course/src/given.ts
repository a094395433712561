import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Lab } from './labs.ts'

/**
 * Files of a lab's `src` that students import and do not edit, by name: `src/data.ts`. What is graded always takes them
 * from the course, whatever a submission holds in their place.
 */
export async function givenFiles({ dir, manifest }: Lab): Promise<Map<string, string>> {
  const names = await readdir(join(dir, 'src'), { recursive: true }).catch((): string[] => [])
  const files = names.map(name => `src/${name.replaceAll('\\', '/')}`)
  const given = files.filter(file => file.endsWith('.ts') && !manifest.edit.includes(file)).sort()
  return new Map(await Promise.all(given.map(async file => [file, await readFile(join(dir, file), 'utf8')] as const)))
}
