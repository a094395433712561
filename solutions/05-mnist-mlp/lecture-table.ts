import { parseArgs } from 'node:util'
import { wasm } from '@backprop/backend-wasm'
import { loadMnist } from '@backprop/datasets/node'
import { courseRun, NETWORKS } from './course-run.ts'

/**
 * Repeats the run of the lecture over seeds, for the table of design.md:
 *
 *   node packages/launch/launch.mjs solutions/05-mnist-mlp/lecture-table.ts
 *
 *   --seeds N      the number of seeds; 8 unless given
 */

const { values } = parseArgs({ options: { seeds: { type: 'string', default: '8' } } })
const row = (...cells: (string | number)[]) => console.log(`| ${cells.join(' | ')} |`)

const on = await wasm()
const mnist = await loadMnist()
const head = ['network', 'seed', 'loss of each epoch', 'test accuracy', 'time', 'backend']
row(...head)
row(...head.map(() => '---'))
for (const name of Object.keys(NETWORKS) as (keyof typeof NETWORKS)[])
  for (let seed = 1; seed <= Number(values.seeds); seed += 1) {
    const start = performance.now()
    const { history, accuracy } = await courseRun(name, mnist, { on, seed })
    const losses = history.map(({ loss }) => loss.toFixed(3)).join(', ')
    row(name, seed, losses, accuracy.toFixed(4), `${((performance.now() - start) / 1000).toFixed(0)} s`, on.name)
  }
