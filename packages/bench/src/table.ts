/** Rows as aligned columns: the first and the last column on the left, numbers between them on the right. */
export function table(rows: readonly string[][]): string {
  const widths = rows[0].map((_, column) => Math.max(...rows.map(row => row[column].length)))
  const last = widths.length - 1
  return rows
    .map(row => {
      const cells = row.map((cell, i) => (i === 0 || i === last ? cell.padEnd(widths[i]) : cell.padStart(widths[i])))
      return `  ${cells.join('  ').trimEnd()}`
    })
    .join('\n')
}
