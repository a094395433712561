import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Lab } from '@backprop/course'
import type { Finding } from '../explain/finding.ts'
import { importsOf } from './missing-part.ts'

/**
 * A file that is not saved as UTF-8. The compiler reads nothing in UTF-16; letters of an older encoding it reads as �,
 * which passes every test here, but is refused where the submission is taken in.
 */
export async function otherEncoding(lab: Lab, exercise: string): Promise<Finding | undefined> {
  for (const { file } of await importsOf(lab, exercise)) {
    const bytes = await readFile(join(lab.dir, file)).catch(() => null)
    if (bytes === null || isUtf8(bytes)) continue
    return {
      title: `${file} is not saved as UTF-8`,
      facts: ['Its text is all there, but in another encoding, which the tests or the grader cannot read.'],
      advice: ['In VS Code: click on the encoding at the lower right, "Save with Encoding", and choose UTF-8.'],
    }
  }
  return undefined
}

function isUtf8(bytes: Uint8Array): boolean {
  // Of UTF-16, letters of English have a zero in every other byte. No text in UTF-8 has any.
  if (bytes.includes(0)) return false
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    return true
  } catch {
    return false
  }
}
