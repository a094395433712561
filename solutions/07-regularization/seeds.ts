/**
 * The accuracies of the reference solution, seed by seed, and of the same solution without dropout, without early
 * stopping and without both, as the grader itself measures them: the table of design.md.
 *
 *     node packages/launch/launch.mjs solutions/07-regularization/seeds.ts [backend] [from] [to] [variants]
 *
 * backend is wasm (the default) or plain; the seeds are 1 to 5 unless given; variants are some of the four, as in
 * both,dropout. To see what the methods of cheap/ reach without training:
 *
 *     node packages/launch/launch.mjs solutions/07-regularization/seeds.ts wasm 1 5 class-means,least-squares
 */
import { spawn } from 'node:child_process'
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

const ROOT = resolve(import.meta.dirname, '../..')
const [backend = 'wasm', from = '1', to = '5', wanted = ''] = process.argv.slice(2)

/** What to take away: a piece of the solution, and its replacement. */
const DROPOUT = ['network.epoch(training, maskOf(rng))', 'network.epoch(training)'] as const
const STOPPING = ['if (losses.validation < best.loss) best = {', 'best = {'] as const
const VARIANTS = { plain: [DROPOUT, STOPPING], 'early stopping': [DROPOUT], dropout: [STOPPING], both: [] }
const CHEAP = ['class-means', 'least-squares']

/** The part of report.json that this program reads. */
interface Report {
  labs: { exercises: { id: string; tests: { ms: number; notes?: string[] }[] }[] }[]
}

type Edits = readonly (readonly [find: string, replace: string])[]

/** The reference solution after these edits, or a whole file of cheap/. */
async function answer(edits: Edits | string): Promise<string> {
  if (typeof edits === 'string') return readFile(join(import.meta.dirname, 'cheap', `${edits}.ts`), 'utf8')
  let text = await readFile(join(import.meta.dirname, 'src/beat-overfitting.ts'), 'utf8')
  for (const [find, replace] of edits) {
    if (!text.includes(find)) throw new Error(`The solution no longer has "${find}": fix seeds.ts.`)
    text = text.replace(find, () => replace)
  }
  return text
}

/** Grades only the exercise that trains; the others count as not handed in. */
async function graded(edits: Edits | string, seed: number): Promise<{ accuracy: string; ms: number }> {
  const folder = await mkdtemp(join(tmpdir(), 'backprop-seeds-'))
  try {
    await cp(join(import.meta.dirname, 'src/network.ts'), join(folder, 'src/network.ts'))
    await writeFile(join(folder, 'src/beat-overfitting.ts'), await answer(edits))
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
  const launch = [join(ROOT, 'packages/launch/launch.mjs'), join(ROOT, 'grader/src/pnpm-grade.ts')]
  const child = spawn(process.execPath, [...launch, ...args], { cwd: ROOT, stdio: ['ignore', 'pipe', 'inherit'] })
  let printed = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => (printed += text))
  return new Promise((done, fail) => {
    child.on('error', fail)
    child.on('close', () => done(printed))
  })
}

const row = (cells: readonly (string | number)[]) => console.log(`| ${cells.join(' | ')} |`)
const chosen = wanted === '' ? Object.keys(VARIANTS) : wanted.split(',')
const variants: [name: string, edits: Edits | string][] = [
  ...Object.entries(VARIANTS).filter(([name]) => chosen.includes(name)),
  ...CHEAP.filter(name => chosen.includes(name)).map((name): [string, string] => [name, name]),
]
const head = ['seed', ...variants.map(([name]) => name), 'time of the last', 'backend']
row(head)
row(head.map(() => '---'))
for (let seed = Number(from); seed <= Number(to); seed += 1) {
  const cells: string[] = []
  let last = 0
  for (const [, edits] of variants) {
    const { accuracy, ms } = await graded(edits, seed)
    cells.push(accuracy)
    last = ms
  }
  row([seed, ...cells, `${(last / 1000).toFixed(0)} s`, backend])
}
