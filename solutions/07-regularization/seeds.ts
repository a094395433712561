/**
 * The accuracies of the reference solution, seed by seed, and of the same without dropout, without early stopping and
 * without both, as the grader itself measures them: the table of design.md.
 *
 *     node packages/launch/launch.mjs solutions/07-regularization/seeds.ts [backend] [seeds]
 *
 * backend is wasm (the default) or plain, seeds how many: 6 unless given.
 */
import { spawn } from 'node:child_process'
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

const ROOT = resolve(import.meta.dirname, '../..')
const [backend = 'wasm', count = '6'] = process.argv.slice(2)

/** What to take away, by the ids of mutants. */
const VARIANTS = {
  plain: ['beat-no-dropout', 'beat-no-early-stopping'],
  'early stopping': ['beat-no-dropout'],
  dropout: ['beat-no-early-stopping'],
  both: [],
}

/** The parts of report.json and of mutants.json that are read here. */
interface Report {
  labs: { exercises: { id: string; tests: { ms: number; notes?: string[] }[] }[] }[]
}
interface Mutant {
  id: string
  find: string
  replace: string
}

const mutants = JSON.parse(await readFile(join(import.meta.dirname, 'mutants.json'), 'utf8')) as Mutant[]

/** The reference solution without what these mutants take away. */
async function answer(without: readonly string[]): Promise<string> {
  const text = await readFile(join(import.meta.dirname, 'src/beat-overfitting.ts'), 'utf8')
  return mutants
    .filter(({ id }) => without.includes(id))
    .reduce((changed, { find, replace }) => changed.replace(find, () => replace), text)
}

/** Grades the one exercise that trains; the others count as not handed in. */
async function graded(without: readonly string[], seed: number): Promise<{ accuracy: string; ms: number }> {
  const folder = await mkdtemp(join(tmpdir(), 'backprop-seeds-'))
  try {
    await cp(join(import.meta.dirname, 'src/network.ts'), join(folder, 'src/network.ts'))
    await writeFile(join(folder, 'src/beat-overfitting.ts'), await answer(without))
    const options = ['--submission', folder, '--backend', backend, '--seed', String(seed), '--report', folder, '--json']
    const report = JSON.parse(await grade(['07', ...options])) as Report
    const tests = report.labs[0].exercises.find(({ id }) => id === 'beat-overfitting')?.tests ?? []
    const notes = tests.flatMap(test => test.notes ?? []).join()
    return {
      accuracy: /accuracy ([\d.]+)/.exec(notes)?.[1] ?? 'none',
      ms: tests.reduce((sum, test) => sum + test.ms, 0),
    }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

function grade(args: readonly string[]): Promise<string> {
  const launch = [join(ROOT, 'packages/launch/launch.mjs'), join(ROOT, 'grader/src/main.ts')]
  const child = spawn(process.execPath, [...launch, ...args], { cwd: ROOT, stdio: ['ignore', 'pipe', 'inherit'] })
  let printed = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => (printed += text))
  return new Promise((done, fail) => {
    child.on('error', fail)
    child.on('close', () => done(printed))
  })
}

const row = (cells: readonly (string | number)[]) => console.log(`| ${cells.join(' | ')} |`)
row(['seed', ...Object.keys(VARIANTS), 'time of "both"', 'backend'])
row(['seed', ...Object.keys(VARIANTS), 'time', 'backend'].map(() => '---'))
for (let seed = 1; seed <= Number(count); seed += 1) {
  const cells: string[] = []
  let last = 0
  for (const without of Object.values(VARIANTS)) {
    const { accuracy, ms } = await graded(without, seed)
    cells.push(accuracy)
    last = ms
  }
  row([seed, ...cells, `${(last / 1000).toFixed(0)} s`, backend])
}
