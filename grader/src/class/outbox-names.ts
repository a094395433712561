import { createHash } from 'node:crypto'
import { plainText } from '@backprop/safe-text'

/** Keeps letters, digits and emoji of any script; drops what a file system, a shell or a reader could misread. */
const ODD = /[^\p{L}\p{M}\p{N}\p{Extended_Pictographic}\u200c\u200d _.@+-]/gu
const DEVICE = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i
const TAGGED = /-[0-9a-f]{16}$/
/** File systems allow 255; file names are appended later. */
const MAX_NAME_BYTES = 120

/**
 * Maps each name to a folder name that is safe on Windows, macOS and Linux. A name that had to be changed, or that differs
 * from another only in case or in Unicode composition, gets a tag derived from the name. So no two names share a folder,
 * no student can choose a name that lands in another's folder, and every run gives the same folder names.
 */
export function outboxNames(names: readonly string[]): Map<string, string> {
  const folded = (name: string) =>
    safe(name)
      .normalize('NFKC')
      .replace(/\p{Default_Ignorable_Code_Point}/gu, '')
      .toUpperCase()
      .toLowerCase()
  const count = new Map<string, number>()
  for (const name of names) count.set(folded(name), (count.get(folded(name)) ?? 0) + 1)
  return new Map(
    names.map(name => {
      const plain = safe(name)
      const asIs = plain === name && count.get(folded(name)) === 1 && !TAGGED.test(name)
      return [name, asIs ? plain : `${plain}-${createHash('sha256').update(name).digest('hex').slice(0, 16)}`]
    }),
  )
}

function safe(name: string): string {
  const clean = plainText(name.normalize('NFC'))
    .replace(ODD, '_')
    .replace(/^[ .-]+/, '')
  let short = ''
  for (const character of clean) {
    if (Buffer.byteLength(short + character) > MAX_NAME_BYTES) break
    short += character
  }
  const trimmed = short.replace(/[ .]+$/, '')
  return DEVICE.test(trimmed) ? `_${trimmed}` : trimmed || 'student'
}
