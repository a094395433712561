import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { calibrate, tableOf } from '../test/similar/calibration.ts'

/**
 * `pnpm grade:similar [--write]`: how many copies "grade similar" misses and how many independent pairs it names, by
 * threshold. With --write, the table goes into SIMILARITY.md. Takes about a minute.
 */

const PAGE = join(import.meta.dirname, '..', 'SIMILARITY.md')
const MARKS = { start: '<!-- measured: pnpm grade:similar --write -->', end: '<!-- end of measured -->' }

const table = tableOf(await calibrate({ students: 200, copied: 50, classes: 5 }))
console.log(table)
if (process.argv.includes('--write')) {
  const page = await readFile(PAGE, 'utf8')
  const [start, end] = [page.indexOf(MARKS.start) + MARKS.start.length, page.indexOf(MARKS.end)]
  await writeFile(PAGE, `${page.slice(0, start)}\n\n${table}\n\n${page.slice(end)}`)
}
