/**
 * The accuracies of the reference solution, seed by seed, and of the same solution with frozen hidden layers and with
 * shuffled gradients, as the grader itself measures them: the table of design.md.
 *
 *     node packages/launch/launch.mjs solutions/08-autodiff/seeds.ts [from] [to] [variants]
 *
 * The seeds are 1 to 5 unless given; variants are some of the three, as in reference,shuffled.
 */
import { spawn } from 'node:child_process'
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

const ROOT = resolve(import.meta.dirname, '../..')
const [from = '1', to = '5', wanted = ''] = process.argv.slice(2)

/** What to change: a piece of `train`, and its replacement. */
const VARIANTS: Readonly<Record<string, readonly [find: string, replace: string]>> = {
  reference: ['weights = update(weights)', 'weights = update(weights)'],
  'frozen layers': ['weights = update(weights)', 'weights = [...weights.slice(0, 4), ...update(weights).slice(4)]'],
  shuffled: ['backward(loss)', 'backward(loss)\n    for (const weight of weights) weight.grad.reverse()'],
}

/** The part of report.json that this program reads. */
interface Report {
  labs: { exercises: { id: string; tests: { notes?: string[] }[] }[] }[]
}

/** Grades only what training needs; the other exercises count as not handed in. */
async function graded([find, replace]: readonly [string, string], seed: number): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'backprop-seeds-'))
  try {
    for (const file of ['values.ts', 'tensors.ts', 'train.ts'])
      await cp(join(import.meta.dirname, 'src', file), join(folder, 'src', file))
    const text = await readFile(join(folder, 'src/train.ts'), 'utf8')
    if (!text.includes(find)) throw new Error(`The solution no longer has "${find}": fix seeds.ts.`)
    await writeFile(
      join(folder, 'src/train.ts'),
      text.replace(find, () => replace),
    )
    const options = ['--submission', folder, '--seed', String(seed), '--report', folder, '--json']
    const report = JSON.parse(await grade(['08', ...options])) as Report
    const tests = report.labs[0].exercises.find(({ id }) => id === 'train')?.tests ?? []
    const shares = tests.flatMap(test => test.notes ?? []).flatMap(note => /accuracy ([\d.]+)/.exec(note)?.[1] ?? [])
    const mean = shares.reduce((sum, share) => sum + Number(share), 0) / shares.length
    return mean.toFixed(4)
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
row(['seed', ...chosen])
row(['---', ...chosen.map(() => '---')])
for (let seed = Number(from); seed <= Number(to); seed += 1) {
  const cells: string[] = []
  for (const name of chosen) cells.push(await graded(VARIANTS[name], seed))
  row([seed, ...cells])
}
