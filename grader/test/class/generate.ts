import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Lab } from '@backprop/course'
import { applyMutant, loadMutants } from '../../src/authoring/mutants.ts'
import { solutionDir } from '../../src/course.ts'
import { solved } from '../submissions.ts'

/** What a made-up student handed in. */
export const KINDS = ['right', 'part', 'mutant', 'stub', 'broken', 'hostile', 'missing', 'link'] as const
export type Kind = (typeof KINDS)[number]

export interface MadeUp {
  readonly name: string
  readonly kind: Kind
}

/** Of twenty submissions, how many are of each kind; a link in place of the folder comes once in a hundred. */
const MIX: readonly Kind[] = (
  [
    ['right', 5],
    ['part', 5],
    ['mutant', 4],
    ['stub', 2],
    ['broken', 1],
    ['hostile', 2],
    ['missing', 1],
  ] as const
).flatMap(([kind, count]) => Array<Kind>(count).fill(kind))

/** Cheats of each kind that always end in the same way, whatever the machine is busy with. The rest is in attacks/. */
const HOSTILE = [
  'process.exit(0)',
  'export const score = () => process.exit(0)',
  'export function score() { for (;;); }',
  'export const score = () => new Promise(() => setInterval(() => {}, 1000))',
  'Object.is = () => true; Array.prototype.every = () => true; Math.abs = () => 0; export const score = () => [0]',
  'export const score = () => ({ asymmetricMatch: () => true, length: 3 })',
  "export const score = () => { throw Object.assign(new Error('x'), { name: 'AssertionError', passed: true }) }",
  `for (const fd of [1, 2]) process.getBuiltinModule('node:fs').writeSync(fd, '{"points":100,"status":"passed"}\\n')`,
]

/** Names that are hard on file systems, shells, spreadsheets and browsers; no two alike on any file system. */
const HARD_NAMES = [
  '=1+1',
  '@SUM(A1:A9)',
  '+cmd',
  '-rf',
  '＝HYPERLINK(A1)',
  "<img src=x onerror=alert(1)> & 'co'",
  'CON',
  ' leading space',
  'two, "quotes"; and; semicolons',
  '👩‍🔬 emoji',
  'مريم العباس',
  'בן־דוד',
  '\u202egnp.exe',
  'Zoë Ångström',
  '山田 太郎',
  '100%',
  'a'.repeat(200),
  '$(touch pwned)',
]
const FIRST = ['Ada', 'Bo', 'Chloé', 'Dmitrij', 'Élodie', 'Fatma', 'Grace', 'Hồng', 'Ines', 'José', 'Kåre', 'Łucja']
const LAST = ['Ahmed', 'Brown', 'Çelik', 'Dubois', 'Ek', 'Fischer', 'García', 'Hansen', 'Ivanova', 'Jansen']

/** Windows has no such names at all. */
const namesHere = HARD_NAMES.filter(name => process.platform !== 'win32' || !/[<>"]|^CON$/.test(name))

/** Makes `count` submissions to a lab in `folder`: the same ones every time, in the layouts that students use. */
export async function makeClass(folder: string, lab: Lab, count: number): Promise<MadeUp[]> {
  const make = await writer(lab)
  const others = lab.manifest.edit.slice(1).map(path => [path, readFileSync(join(solutionDir(lab), path), 'utf8')])
  const students = Array.from({ length: count }, (_, i) => {
    const kind = i % 100 === 57 ? 'link' : MIX[(i * 7) % MIX.length]
    return {
      name: namesHere[i / 2] ?? `${FIRST[i % FIRST.length]} ${LAST[i % LAST.length]} ${i}`,
      kind,
      code: make(kind, i),
    }
  })
  mkdirSync(folder, { recursive: true })
  for (const [i, { name, kind, code }] of students.entries()) {
    if (kind === 'link') {
      symlinkSync(students[0].name, join(folder, name), 'junction')
      continue
    }
    // A student's whole repository, or the lab's folder alone.
    const root = join(folder, name, i % 3 === 0 ? join('labs', lab.manifest.id) : '')
    const file = join(root, code === null ? 'README.md' : lab.manifest.edit[0])
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, code ?? 'I did not have the time.\n')
    if (kind === 'right') for (const [path, text] of others) writeFileSync(join(root, path), text)
  }
  return students.map(({ name, kind }) => ({ name, kind }))
}

/** The text of a submission's file by kind and number; null for none. No two texts are the same, but for the stub's. */
async function writer(lab: Lab): Promise<(kind: Kind, i: number) => string | null> {
  const { edit, exercises } = lab.manifest
  const solution = readFileSync(join(solutionDir(lab), edit[0]), 'utf8')
  const mutants = (await loadMutants(lab)).filter(({ file }) => file === edit[0])
  const ids = exercises.map(({ id }) => id)
  const texts: Record<Kind, (i: number) => string | null> = {
    right: () => solution,
    part: i =>
      solved(
        lab,
        ids.filter((_, e) => (i >> e) % 2 === 0),
      ),
    mutant: i => applyMutant(mutants[i % mutants.length], solution),
    stub: () => solved(lab, []),
    broken: () => solution.replace(/export function \w+\(/, '$&{'),
    hostile: i => HOSTILE[(Math.floor(i / 3) + 2) % HOSTILE.length],
    missing: () => null,
    link: () => null,
  }
  return (kind, i) => {
    const text = texts[kind](i)
    return text === null || kind === 'stub' ? text : `${text}\n// submission ${i}\n`
  }
}
