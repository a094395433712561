/**
 * What the reference solution reaches, seed by seed, and what it reaches without its defences, as the grader itself
 * measures them: the tables of design.md.
 *
 *     node packages/launch/launch.mjs solutions/11-limits/seeds.ts [backend] [from] [to] [variants]
 *
 * backend is wasm (the default) or plain; the seeds are 1 to 5 unless given; variants are some of the names below, as in
 * reference,plain.
 */
import { spawn } from 'node:child_process'
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

const ROOT = resolve(import.meta.dirname, '../..')
const [backend = 'wasm', from = '1', to = '5', wanted = ''] = process.argv.slice(2)

/** A change to the solution: in which file, what, and to what. */
type Edit = readonly [file: string, find: string, replace: string]

/** What to take away. */
const VARIANTS: Readonly<Record<string, readonly Edit[]>> = {
  reference: [],
  'one step': [['defence.ts', 'steps: 3 }', 'steps: 1 }']],
  plain: [
    ['defence.ts', '{ ...options, batchSize: 32', '{ ...options, epsilon: 0, batchSize: 32'],
    ['bias.ts', '{ ...options, weights })', 'options)'],
    ['privacy.ts', 'Math.min(6, options.maxEpochs), weightDecay: 1e-3', 'options.maxEpochs'],
  ],
}

/** What the notes of a report say, in the order of the columns. */
const COLUMNS: readonly (readonly [title: string, pattern: RegExp])[] = [
  ['clean', /held-out images, clean ([\d.]+)/],
  ['one step', /after one step ([\d.]+)/],
  ['ten steps', /after ten ([\d.]+)/],
  ['worst group', /worst ([\d.]+)/],
  ['reads', /reads ([\d.]+)/],
  ['AUC', /reads [\d.]+, AUC ([\d.]+)/],
  ['our network, fgsm', /your fgsm ([\d.]+)/],
  ['pgd', /your pgd ([\d.]+)/],
  ['targets', /targets hit ([\d.]+)/],
  ['found by slope', /times input in ([\d.]+)/],
  ['by occlusion', /occlusion in ([\d.]+)/],
  ['our leak', /500 images: AUC ([\d.]+)/],
]

/** The part of report.json that this program reads. */
interface Report {
  labs: { exercises: { id: string; tests: { ms: number; notes?: string[] }[] }[] }[]
}

/** Grades the solution after these edits. */
async function graded(edits: readonly Edit[], seed: number): Promise<{ cells: string[]; seconds: number }> {
  const folder = await mkdtemp(join(tmpdir(), 'backprop-seeds-'))
  try {
    await cp(join(import.meta.dirname, 'src'), join(folder, 'src'), { recursive: true })
    for (const [file, find, replace] of edits) {
      const path = join(folder, 'src', file)
      const text = await readFile(path, 'utf8')
      if (!text.includes(find)) throw new Error(`The solution no longer has "${find}": fix seeds.ts.`)
      await writeFile(
        path,
        text.replace(find, () => replace),
      )
    }
    const options = ['--submission', folder, '--backend', backend, '--seed', String(seed), '--report', folder, '--json']
    const report = JSON.parse(await grade(['11', ...options])) as Report
    const tests = report.labs[0].exercises.flatMap(exercise => exercise.tests)
    const notes = tests.flatMap(test => test.notes ?? []).join('\n')
    return {
      cells: COLUMNS.map(([, pattern]) => pattern.exec(notes)?.[1] ?? 'none'),
      seconds: tests.reduce((sum, test) => sum + test.ms, 0) / 1000,
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
const head = ['seed', 'variant', ...COLUMNS.map(([title]) => title), 'time']
row(head)
row(head.map(() => '---'))
for (let seed = Number(from); seed <= Number(to); seed += 1)
  for (const name of chosen) {
    const { cells, seconds } = await graded(VARIANTS[name] ?? [], seed)
    row([seed, name, ...cells, `${seconds.toFixed(0)} s`])
  }
