import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { listLabs } from '@backprop/course'
import { UsageError } from '../errors.ts'
import { copyOfTemplate, titleOf, writeFiles } from './template.ts'

/** Makes a lab with one exercise and a quiz of one question. Returns the paths that were written, new files first. */
export async function newLab(id: string, root: string): Promise<string[]> {
  if (!/^\d\d-[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(id))
    throw new UsageError(`A lab's name must be two digits and words, such as 08-attention; got "${id}".`)
  const same = (await listLabs(root)).find(each => each.slice(0, 2) === id.slice(0, 2))
  if (same) throw new UsageError(`The number ${id.slice(0, 2)} belongs to ${same}. Choose another number.`)
  const readme = await readFile(join(root, 'README.md'), 'utf8')
  const created = await copyOfTemplate({ lab: id, exercise: 'mean' })
  return writeFiles(root, created, new Map([['README.md', withRow(readme, id)]]))
}

/** The README of the course with a row for the lab in its table, padded like the others. */
function withRow(readme: string, id: string): string {
  const table = /(?:^\|.*\n)+(?=\n|$)/gm
  return readme.replace(table, rows => {
    if (!rows.includes('](labs/')) return rows
    const cells = rows.trimEnd().split('\n').map(cellsOf)
    const added = [`[${id}](labs/${id}/README.md)`, titleOf(id.slice(3)).toLowerCase()]
    const all = [...cells, added].sort(([a], [b]) => (isLab(a) && isLab(b) ? a.localeCompare(b) : 0))
    const widths = added.map((_, j) => Math.max(...all.map(row => (isRule(row[j]) ? 3 : row[j].length))))
    const line = (row: string[]) =>
      `| ${row.map((cell, j) => (isRule(cell) ? '-'.repeat(widths[j]) : cell.padEnd(widths[j]))).join(' | ')} |\n`
    return all.map(line).join('')
  })
}

const cellsOf = (row: string): string[] =>
  row
    .split('|')
    .slice(1, -1)
    .map(cell => cell.trim())
const isLab = (cell: string): boolean => cell.startsWith('[')
const isRule = (cell: string): boolean => /^-+$/.test(cell)
