// Control characters, terminal escapes, halves of characters, invisible marks and marks that reorder text.
const UNPRINTABLE = /(?![\t\n])[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/gu
const TERMINAL_ESCAPE = /\u001b\[[0-9;?]*[ -/]*[@-~]/g

// GitHub takes "::command::" at the start of a line for an order, and older runners "##[command]" anywhere in it.
const COMMAND_AT_START = /^([^\S\n]*)::/gm
const HALF_AT_END = /[\ud800-\udbff]$/
const COMMAND_ANYWHERE = /##(?=\w*\[)/g

/** Hostile text made safe to print: no terminal escapes, no reordering marks, no workflow commands, at most 4,000 characters. */
export const printable = (text: string): string =>
  text
    .slice(0, 16_000)
    .replace(TERMINAL_ESCAPE, '')
    .replace(UNPRINTABLE, '?')
    .replace(COMMAND_AT_START, '$1·::')
    .replace(COMMAND_ANYWHERE, '#·#')
    .slice(0, 4000)
    .replace(HALF_AT_END, '')
