/**
 * The accuracies of the reference solution, seed by seed, as the grader itself measures them: the table of design.md.
 *
 *     node packages/launch/launch.mjs solutions/06-cifar-cnn/seeds.ts [backend] [seeds]
 *
 * backend is wasm (the default) or plain, seeds how many: 6 unless given.
 */
import { spawn } from 'node:child_process'
import { cp, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

const ROOT = resolve(import.meta.dirname, '../..')
const [backend = 'wasm', count = '6'] = process.argv.slice(2)

/** The part of report.json that is read here. */
interface Report {
  labs: { exercises: { id: string; tests: { ms: number; notes?: string[] }[] }[] }[]
}

/** Grades the one file that trains; the others count as not handed in, so that only `accuracy` takes long. */
async function graded(seed: number): Promise<{ accuracy: string; seconds: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'backprop-seeds-'))
  try {
    await cp(join(import.meta.dirname, 'src/network.ts'), join(folder, 'src/network.ts'))
    const options = ['--submission', folder, '--backend', backend, '--seed', String(seed), '--report', folder, '--json']
    const report = JSON.parse(await grade(['06', ...options])) as Report
    const tests = report.labs[0].exercises.find(({ id }) => id === 'accuracy')?.tests ?? []
    const notes = tests.flatMap(test => test.notes ?? []).join()
    const ms = tests.reduce((sum, test) => sum + test.ms, 0)
    return { accuracy: /accuracy ([\d.]+)/.exec(notes)?.[1] ?? 'none', seconds: (ms / 1000).toFixed(0) }
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

console.log(`| seed | backend | accuracy | seconds |\n| ---- | ------- | -------- | ------- |`)
for (let seed = 1; seed <= Number(count); seed += 1) {
  const { accuracy, seconds } = await graded(seed)
  console.log(`| ${String(seed).padEnd(4)} | ${backend.padEnd(7)} | ${accuracy.padEnd(8)} | ${seconds.padEnd(7)} |`)
}
