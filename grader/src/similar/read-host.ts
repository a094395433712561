import { type Unit, unitsOf } from './tokens.ts'

/**
 * The process that reads the students' code: a few kilobytes can keep a parser busy for hours, and this process can be
 * killed. It gets the files of one submission after the other, and answers each message with one.
 */

export type Files = Readonly<Record<string, string>>

/** What was read in each file, or why it could not be. */
export type ReadReply = Readonly<Record<string, { readonly units: readonly Unit[] } | { readonly problem: string }>>

process.on('message', (files: Files) => {
  const reply: ReadReply = Object.fromEntries(Object.entries(files).map(([file, text]) => [file, read(text)]))
  process.send?.(reply)
})
process.once('disconnect', () => process.exit(0))

function read(text: string): ReadReply[string] {
  try {
    return { units: unitsOf(text) }
  } catch (error) {
    if (error instanceof RangeError || /^Not enough stack space/.test(String((error as Error).message)))
      return { problem: 'it is nested more deeply than can be read.' }
    if (error instanceof SyntaxError) return { problem: `it is not TypeScript: ${error.message}` }
    throw error
  }
}
