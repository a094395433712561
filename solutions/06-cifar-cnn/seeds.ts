/**
 * The accuracies of the reference solution and of weaker networks, seed by seed, as the grader itself measures them:
 * the tables of design.md.
 *
 *     node packages/launch/launch.mjs solutions/06-cifar-cnn/seeds.ts [backend] [seeds] [networks]
 *
 * backend is wasm (the default) or plain; seeds is the number of seeds, 6 unless given; networks are some of these
 * four: reference,lenet
 */
import { spawn } from 'node:child_process'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

const ROOT = resolve(import.meta.dirname, '../..')
const [backend = 'wasm', count = '6', wanted = 'reference'] = process.argv.slice(2)

/** Where the solution makes its network, and the networks to replace it with. */
const MADE = 'export function network(init: Init): Module {'
const NETWORKS: Record<string, string> = {
  reference: '',
  lenet: 'lenet(init)',
  dense:
    'sequential(flatten, new Linear(3072, 90, init), relu, new Linear(90, 64, init), relu, new Linear(64, 10, init))',
  'no-hidden-layers': 'sequential(flatten, new Linear(3072, 10, init))',
}

/** The part of report.json that this program reads. */
interface Report {
  labs: { exercises: { id: string; tests: { ms: number; notes?: string[] }[] }[] }[]
}

/** The reference solution with this network in `fit`. */
async function answer(network: string): Promise<string> {
  if (!Object.hasOwn(NETWORKS, network))
    throw new Error(`No network "${network}": ${Object.keys(NETWORKS).join(', ')}.`)
  const text = await readFile(join(import.meta.dirname, 'src/network.ts'), 'utf8')
  if (!text.includes(MADE)) throw new Error(`The solution no longer has "${MADE}": fix seeds.ts.`)
  // The rest of the function is never reached.
  return text.replace(MADE, () => `${MADE}\n${NETWORKS[network] && `  return ${NETWORKS[network]}\n`}`)
}

/** Grades only the file that trains; the others count as not handed in, so that only `accuracy` takes long. */
async function graded(network: string, seed: number): Promise<{ accuracy: string; seconds: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'backprop-seeds-'))
  try {
    await mkdir(join(folder, 'src'))
    await writeFile(join(folder, 'src/network.ts'), await answer(network))
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
const head = ['network', 'seed', 'backend', 'accuracy', 'seconds']
row(head)
row(head.map(() => '---'))
for (const network of wanted.split(','))
  for (let seed = 1; seed <= Number(count); seed += 1) {
    const { accuracy, seconds } = await graded(network, seed)
    row([network, seed, backend, accuracy, seconds])
  }
