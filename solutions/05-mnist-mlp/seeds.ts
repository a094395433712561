import { execFile } from 'node:child_process'
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { wasm } from '@backprop/backend-wasm'
import { loadMnist } from '@backprop/datasets/node'
import { courseRun, NETWORKS } from './course-run.ts'

/**
 * Measures the reference solution over seeds, for the tables of design.md:
 *
 *   node packages/launch/launch.mjs solutions/05-mnist-mlp/seeds.ts                   the run of the lecture
 *   node packages/launch/launch.mjs solutions/05-mnist-mlp/seeds.ts --graded wasm     as the hidden tests grade it
 *
 *   --seeds N      the number of seeds; 8 unless given
 *   --mutant ID    with --graded: one of the wrong answers in mutants.json
 */

const ROOT = join(import.meta.dirname, '../..')
const { values } = parseArgs({
  options: { graded: { type: 'string' }, mutant: { type: 'string' }, seeds: { type: 'string', default: '8' } },
})
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

/** Grades the solution, or a wrong one, and reads the accuracy from the note of the hidden test. */
async function graded(backend: string, mutant: string | undefined): Promise<void> {
  const submission = await mkdtemp(join(tmpdir(), 'backprop-seeds-'))
  try {
    await cp(join(import.meta.dirname, 'src'), join(submission, 'src'), { recursive: true })
    if (mutant !== undefined) await makeWrong(submission, mutant)
    header('seed', 'accuracy', 'time of the whole suite', 'backend')
    for (const seed of seeds) {
      const start = performance.now()
      const report = await grade(['--submission', submission, '--backend', backend, '--seed', String(seed), '--json'])
      const accuracy = /accuracy (0[.]\d+)/.exec(report)?.[1] ?? '?'
      row(seed, accuracy, seconds(performance.now() - start), backend)
    }
  } finally {
    await rm(submission, { recursive: true })
  }
}

async function makeWrong(submission: string, id: string): Promise<void> {
  const text = await readFile(join(import.meta.dirname, 'mutants.json'), 'utf8')
  const mutants = JSON.parse(text) as { id: string; file: string; find: string; replace: string }[] // `grade check` proves it
  const mutant = mutants.find(one => one.id === id)
  if (!mutant) throw new Error(`There is no mutant "${id}" in mutants.json.`)
  const file = join(submission, mutant.file)
  const solution = await readFile(file, 'utf8')
  // Without its change, the mutant would be the reference.
  if (!solution.includes(mutant.find)) throw new Error(`The text of mutant "${id}" is no longer in ${mutant.file}.`)
  await writeFile(
    file,
    solution.replace(mutant.find, () => mutant.replace),
  )
}

/** The grader's output; losing points is not an error here. */
function grade(options: string[]): Promise<string> {
  const command = ['packages/launch/launch.mjs', 'grader/src/pnpm-grade.ts', '05', ...options]
  return new Promise((resolve, reject) =>
    execFile(process.execPath, command, { cwd: ROOT }, (error, stdout, stderr) =>
      stdout === '' ? reject(new Error(stderr, { cause: error })) : resolve(stdout),
    ),
  )
}

const seconds = (ms: number): string => `${(ms / 1000).toFixed(0)} s`

if (values.graded === undefined) await lecture()
else await graded(values.graded, values.mutant)
