import { UsageError } from '../errors.ts'

/**
 * The text of a table as spreadsheets and editors save it: UTF-8 or UTF-16, with or without a byte order mark. Throws
 * UsageError with the line if it is anything else: another encoding would silently garble names. `what` begins its sentences.
 */
export function rosterText(bytes: Uint8Array, what = 'The roster'): string {
  const [first, second, third, fourth] = bytes
  if (WORKBOOKS.some(begin => begin.every((byte, i) => bytes[i] === byte)))
    throw new UsageError(`${what} is a workbook of a spreadsheet, not CSV: ${FIX}`)
  if (first === 0xff && second === 0xfe && third === 0 && fourth === 0)
    throw new UsageError(`${what} is saved as UTF-32: ${FIX}`)
  if (first === 0xff && second === 0xfe) return decode('utf-16le', bytes, what)
  if (first === 0xfe && second === 0xff) return decode('utf-16be', bytes, what)
  // Every name of a column is ASCII, so without a mark every second byte of UTF-16 is 0.
  if (first === 0 && second !== 0) return decode('utf-16be', bytes, what)
  if (second === 0 && first !== 0) return decode('utf-16le', bytes, what)
  return decode('utf-8', bytes, what)
}

/** How .xlsx and .ods (which are ZIP archives) and .xls begin. */
const WORKBOOKS = [
  [0x50, 0x4b, 0x03, 0x04],
  [0xd0, 0xcf, 0x11, 0xe0],
]
const FIX = 'save it as "CSV UTF-8".'

function decode(encoding: 'utf-8' | 'utf-16le' | 'utf-16be', bytes: Uint8Array, what: string): string {
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes)
  } catch {
    if (encoding !== 'utf-8') throw new UsageError(`${what} is damaged UTF-16: ${FIX}`)
    throw new UsageError(notUtf8(bytes, what))
  }
}

/** Names the first line that is not UTF-8, decoded as Windows-1252 so that you recognize it. */
function notUtf8(bytes: Uint8Array, what: string): string {
  const lines = new TextDecoder('windows-1252').decode(bytes).split(/\r\n?|\n/)
  // In Windows-1252 each byte is one character, so the lines are found again in the bytes.
  let start = 0
  for (const [i, line] of lines.entries()) {
    const own = bytes.subarray(start, start + line.length)
    if (!isUtf8(own))
      return `${what} is not UTF-8; line ${i + 1} may mean "${line.slice(0, 80)}", in Windows-1252: ${FIX}`
    const isPair = bytes[start + line.length] === 0x0d && bytes[start + line.length + 1] === 0x0a
    start += line.length + (isPair ? 2 : 1)
  }
  return `${what} is not UTF-8: ${FIX}`
}

function isUtf8(bytes: Uint8Array): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    return true
  } catch {
    return false
  }
}
