import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Chart, toSvg, toTerminal } from '../src/index.ts'
import { digitCharts } from './digits.ts'
import { landscapeCharts } from './landscapes.ts'
import { looks } from './looks.ts'
import { toyCharts } from './toys.ts'

/** Writes every kind of chart, made of real data, to a folder that git ignores: SVG files, text, and a page of all. */

const OUT = join(import.meta.dirname, '../.cache/gallery')

const charts: Record<string, Chart> = {
  ...looks(),
  ...landscapeCharts(),
  ...(await toyCharts()),
  ...(await digitCharts()),
}
await mkdir(OUT, { recursive: true })
const page: string[] = []
for (const [name, chart] of Object.entries(charts)) {
  const svg = toSvg(chart)
  await writeFile(join(OUT, `${name}.svg`), svg)
  const said = {
    plain: toTerminal(chart),
    ascii: toTerminal(chart, { unicode: false }),
    colour: toTerminal(chart, { colour: true }),
  }
  for (const [kind, text] of Object.entries(said)) await writeFile(join(OUT, `${name}.${kind}.txt`), `${text}\n`)
  page.push(`<h2>${name}: ${svg.length} bytes</h2>`)
  for (const theme of ['light', 'dark'] as const) page.push(`<div class="${theme}">${toSvg(chart, { theme })}</div>`)
}
await writeFile(
  join(OUT, 'index.html'),
  `<!doctype html><meta charset="utf-8"><title>Gallery</title>${page.join('\n')}\n`,
)
console.log(`${Object.keys(charts).length} charts are in ${OUT}`)
