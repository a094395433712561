const UTF_8 = 'utf-8'
/** Byte order marks, as Notepad and PowerShell write them. */
const MARKS = [
  { bytes: [0xff, 0xfe], encoding: 'utf-16le' },
  { bytes: [0xfe, 0xff], encoding: 'utf-16be' },
] as const

/** The text of a file in UTF-8, or in UTF-16 with a byte order mark, without that mark; null for anything else. */
export function decodeText(bytes: Uint8Array): string | null {
  const mark = MARKS.find(each => each.bytes.every((byte, i) => bytes[i] === byte))
  try {
    return new TextDecoder(mark?.encoding ?? UTF_8, { fatal: true }).decode(bytes)
  } catch {
    return null
  }
}
