import { gridPoints } from '../data/columns.ts'
import type { Functions } from '../engine/functions.ts'
import { outputsAt } from './measures.ts'
import type { FromWorker } from './protocol.ts'
import { Run } from './run.ts'

/** How often the runs are shown while they train. */
const SHOWN = 20

/**
 * Trains several runs on the same points that differ in their weights and order. Yields a message now and then, and null
 * after every epoch of a run so that other work gets its turn.
 */
export function* trainSeeds(
  { setup, split }: Run,
  functions: Functions,
  { count, epochs, grid }: { readonly count: number; readonly epochs: number; readonly grid: number },
): Generator<FromWorker | null, void> {
  const slash = setup.seed.lastIndexOf('/')
  const base = slash > 0 ? setup.seed.slice(0, slash) : setup.seed
  const runs = Array.from(
    { length: count },
    (_, k) => new Run({ ...setup, seed: `${base}/${k + 1}` }, split, functions),
  )
  const every = Math.max(1, Math.floor(epochs / SHOWN))
  for (let epoch = 0; epoch <= epochs; epoch += 1) {
    if (epoch > 0 && split.train.target.length > 0)
      for (const run of runs) {
        while (!run.advance());
        yield null
      }
    if (epoch % every === 0 || epoch === epochs) yield { kind: 'seeds', epoch, runs: runs.map(run => shown(run, grid)) }
  }
}

const shown = (run: Run, grid: number) => ({
  seed: run.setup.seed,
  output: outputsAt(run, run.chunksAt(gridPoints(grid))),
  loss: run.loss(run.testChunks),
})
