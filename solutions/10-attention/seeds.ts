/**
 * The shares of the reference solution and of weaker networks, seed by seed, as the grader itself measures them: the
 * tables of design.md.
 *
 *     node packages/launch/launch.mjs solutions/10-attention/seeds.ts [backend] [from] [to] [variants]
 *
 * backend is wasm (the default) or plain; the seeds are 1 to 5 unless given; variants are `reference`, the default, and
 * the ids in cheap/edits.json, as in reference,one-block
 */
import { spawn } from 'node:child_process'
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

const ROOT = resolve(import.meta.dirname, '../..')
const [backend = 'wasm', from = '1', to = '5', wanted = 'reference'] = process.argv.slice(2)

interface Variant {
  id: string
  edits: [find: string, replace: string][]
}

/** The part of report.json that this program reads. */
interface Report {
  labs: { exercises: { id: string; tests: { ms: number; notes?: string[] }[] }[] }[]
}

async function answer(id: string): Promise<string> {
  const variants = JSON.parse(await readFile(join(import.meta.dirname, 'cheap/edits.json'), 'utf8')) as Variant[]
  const variant = [{ id: 'reference', edits: [] }, ...variants].find(each => each.id === id)
  if (!variant) throw new Error(`No variant "${id}": reference, ${variants.map(each => each.id).join(', ')}.`)
  let text = await readFile(join(import.meta.dirname, 'src/network.ts'), 'utf8')
  for (const [find, replace] of variant.edits) {
    if (!text.includes(find)) throw new Error(`The solution no longer has "${find}": fix cheap/edits.json.`)
    text = text.replace(find, () => replace)
  }
  return text
}

/** Grades the files that training needs; the others count as not handed in. */
async function graded(id: string, seed: number): Promise<{ note: string; seconds: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'backprop-seeds-'))
  try {
    for (const file of ['tokens', 'attention', 'positions', 'heads', 'block'])
      await cp(join(import.meta.dirname, 'src', `${file}.ts`), join(folder, 'src', `${file}.ts`))
    await writeFile(join(folder, 'src/network.ts'), await answer(id))
    const options = ['--submission', folder, '--backend', backend, '--seed', String(seed), '--report', folder, '--json']
    const report = JSON.parse(await grade(['10', ...options])) as Report
    const tests = report.labs[0].exercises.find(exercise => exercise.id === 'masked-words')?.tests ?? []
    const notes = tests.flatMap(test => test.notes ?? [])
    const shares = notes.map(note => (note.match(/0\.\d{4}|1\.0{4}/g) ?? []).join(' and '))
    return { note: shares.join('; '), seconds: (tests.reduce((sum, { ms }) => sum + ms, 0) / 1000).toFixed(0) }
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
const head = ['network', 'seed', 'backend', 'guessed and looked at the right noun', 'seconds']
row(head)
row(head.map(() => '---'))
for (const id of wanted.split(','))
  for (let seed = Number(from); seed <= Number(to); seed += 1) {
    const { note, seconds } = await graded(id, seed)
    row([id, seed, backend, note, seconds])
  }
