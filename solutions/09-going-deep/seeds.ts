/**
 * The accuracies of the reference solution, seed by seed, as the grader itself measures them: the table of design.md.
 *
 *     node packages/launch/launch.mjs solutions/09-going-deep/seeds.ts [backend] [from] [to]
 *
 * backend is wasm (the default) or plain; the seeds are 1 to 5 unless given.
 */
import { spawn } from 'node:child_process'
import { cp, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

const ROOT = resolve(import.meta.dirname, '../..')
const [backend = 'wasm', from = '1', to = '5'] = process.argv.slice(2)
const NETWORKS = ['3 layers with skips', '3 layers without skips', '30 layers with skips', '30 layers without skips']

/** What the hidden test notes of a network. */
const NOTE = /accuracy ([\d.]+).*?, ([\d.]+) without its deep layers; least moved ([\d.]+), least said ([\d.]+)/

/** The part of report.json that this program reads. */
interface Report {
  labs: { exercises: { id: string; points: number; tests: { ms: number; notes?: string[] }[] }[] }[]
}

/** Grades only the exercise that trains; the others count as not handed in. */
async function graded(seed: number) {
  const folder = await mkdtemp(join(tmpdir(), 'backprop-seeds-'))
  try {
    for (const file of ['src/network.ts', 'src/deep.ts']) await cp(join(import.meta.dirname, file), join(folder, file))
    const options = ['--submission', folder, '--backend', backend, '--seed', String(seed), '--report', folder, '--json']
    const report = JSON.parse(await grade(['09', ...options])) as Report
    const exercise = report.labs[0].exercises.find(({ id }) => id === 'depth')
    const tests = exercise?.tests ?? []
    const notes = tests.flatMap(test => test.notes ?? [])
    const found = NETWORKS.map(name => {
      const note = notes.find(text => text.startsWith(`${name}:`)) ?? ''
      const [, accuracy, shallow, moved, said] = NOTE.exec(note) ?? []
      return accuracy ? `${accuracy} (${shallow}, ${moved}, ${said})` : 'none'
    })
    const seconds = tests.reduce((sum, { ms }) => sum + ms, 0) / 1000
    return [...found, exercise?.points ?? 0, `${seconds.toFixed(0)} s`]
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
const head = ['seed', ...NETWORKS, 'points', 'time', 'backend']
row(head)
row(head.map(() => '---'))
for (let seed = Number(from); seed <= Number(to); seed += 1) row([seed, ...(await graded(seed)), backend])
