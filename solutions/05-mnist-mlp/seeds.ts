import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { parseArgs, promisify } from 'node:util'
import { wasm } from '@backprop/backend-wasm'
import { loadMnist } from '@backprop/datasets/node'
import { courseRun, NETWORKS } from './course-run.ts'

/**
 * Measures the reference solution over seeds, for the tables of design.md:
 *
 *   node packages/launch/launch.mjs solutions/05-mnist-mlp/seeds.ts                   the run of the lecture
 *   node packages/launch/launch.mjs solutions/05-mnist-mlp/seeds.ts --graded wasm     as the hidden tests grade it
 *
 *   --seeds N   how many; 8 unless given
 */

const ROOT = join(import.meta.dirname, '../..')
const { values } = parseArgs({ options: { graded: { type: 'string' }, seeds: { type: 'string', default: '8' } } })
const seeds = Array.from({ length: Number(values.seeds) }, (_, i) => i + 1)

const row = (...cells: (string | number)[]) => console.log(`| ${cells.join(' | ')} |`)

function header(...cells: string[]): void {
  row(...cells)
  row(...cells.map(() => '---'))
}

async function lecture(): Promise<void> {
  const on = await wasm()
  const mnist = await loadMnist()
  header('network', 'seed', 'loss of each epoch', 'test accuracy', 'time', 'backend')
  for (const name of Object.keys(NETWORKS) as (keyof typeof NETWORKS)[])
    for (const seed of seeds) {
      const start = performance.now()
      const { history, accuracy } = await courseRun(name, mnist, { on, seed })
      const losses = history.map(({ loss }) => loss.toFixed(3)).join(', ')
      row(name, seed, losses, accuracy.toFixed(4), seconds(performance.now() - start), on.name)
    }
}

/** Grades the reference solution, and reads the accuracy off the note of the hidden test. */
async function graded(backend: string): Promise<void> {
  header('seed', 'accuracy', 'time of the whole suite', 'backend')
  for (const seed of seeds) {
    const start = performance.now()
    const command = ['packages/launch/launch.mjs', 'grader/src/main.ts', '05', '--submission', import.meta.dirname]
    const options = ['--backend', backend, '--seed', String(seed), '--json']
    const { stdout } = await promisify(execFile)(process.execPath, [...command, ...options], { cwd: ROOT })
    const accuracy = /accuracy (0[.]\d+)/.exec(stdout)?.[1] ?? '?'
    row(seed, accuracy, seconds(performance.now() - start), backend)
  }
}

const seconds = (ms: number): string => `${(ms / 1000).toFixed(0)} s`

if (values.graded === undefined) await lecture()
else await graded(values.graded)
