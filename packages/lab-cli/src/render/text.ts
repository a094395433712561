import stringWidth from 'string-width'
import wrapAnsi from 'wrap-ansi'

/** Columns between two stops of the tabulator, which a terminal would put in its own places. */
const TAB = 2

/** With spaces for tabs, so that a line is as wide as it is counted, and leaves nothing of what was there before. */
export function withoutTabs(line: string): string {
  if (!line.includes('\t')) return line
  return line.split('\t').reduce((text, part) => `${text}${' '.repeat(TAB - (stringWidth(text) % TAB))}${part}`)
}

/** How many columns a text takes: signs of East Asia and emoji take two, marks that join others none. */
export const widthOf = (text: string): number => stringWidth(withoutTabs(text))

/** At most so many columns of a line, which may have colours; … stands for the rest. */
export function cut(line: string, columns: number): string {
  const text = withoutTabs(line)
  if (stringWidth(text) <= columns) return text
  const [first] = wrapAnsi(text, columns - 1, { hard: true, trim: false, wordWrap: false }).split('\n')
  return `${first}…`
}
