import { join } from 'node:path'
import { toTerminal } from '../src/index.ts'
import { saveSvg, terminalOptions } from '../src/node.ts'
import { chart } from './chart.ts'

/** Rebuilds the picture of the README and shows the same chart here. */

await saveSvg(join(import.meta.dirname, 'chart.svg'), chart)
console.log(toTerminal(chart, terminalOptions(process.stdout)))
