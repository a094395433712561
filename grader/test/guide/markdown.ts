/** The cells of the table whose first heading is this, row by row, without marks of code. */
export function rowsOfTable(markdown: string, heading: string): string[][] {
  const lines = markdown.split('\n')
  const start = lines.findIndex(line => line.startsWith('|') && cellsOf(line)[0] === heading)
  if (start < 0) throw new Error(`There is no table that begins with "${heading}".`)
  const end = lines.findIndex((line, i) => i > start && !line.startsWith('|'))
  // Below the headings comes a line of dashes.
  return lines.slice(start + 2, end).map(cellsOf)
}

const cellsOf = (line: string): string[] =>
  line
    .split('|')
    .slice(1, -1)
    .map(cell => cell.trim().replaceAll('`', ''))

/** What links may lead to in a text: its headings, as GitHub spells them. */
export const anchorsOf = (markdown: string): string[] =>
  [...markdown.matchAll(/^#+ (.*)$/gm)].map(([, title]) =>
    title
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  )
