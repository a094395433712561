import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { SuiteHosts } from '@backprop/test-runner'
import { InvalidArgumentError } from '@commander-js/extra-typings'
import { type Edit, editsOf, loadSeedTable, REFERENCE, type SeedTable, writeVariant } from '../authoring/variants.ts'
import { findLabs } from '../course.ts'
import { GraderFault } from '../errors.ts'
import { type GradedLab, gradeLab, type GradeOptions } from '../pipeline/grade-lab.ts'
import { chooseMachine } from '../pipeline/machine.ts'
import { prepareLab } from '../pipeline/prepare-lab.ts'
import { BACKEND, command, EXIT } from './command.ts'

const MOST_SEEDS = 1000

/** `7`, or `1-5`. */
function seedRange(text: string): readonly number[] {
  const [, first, last = first] = /^(\d{1,9})(?:-(\d{1,9}))?$/.exec(text) ?? []
  const count = Number(last) - Number(first) + 1
  if (!(count >= 1 && count <= MOST_SEEDS))
    throw new InvalidArgumentError(`Expected a seed such as 7, or at most ${MOST_SEEDS} of them such as 1-5.`)
  return Array.from({ length: count }, (_, i) => Number(first) + i)
}

export const seeds = command({
  name: 'seeds',
  summary: 'Measure what training reaches in a lab, seed by seed, with the solution and with weaker variants of it',
  syntax: parser =>
    parser
      .argument('<lab>')
      .option('--seeds <range>', 'such as 7 or 1-5', seedRange, seedRange('1-5'))
      .option('--variants <list>', 'names in seeds.json, or ids of mutants', REFERENCE)
      .addOption(BACKEND)
      .addHelpText(
        'after',
        `
Prints a table in Markdown for the lab's design.md, with the numbers that the hidden tests note about each training, so
that a pass mark has a reason. What is measured is in solutions/NN-name/seeds.json.

  pnpm grade seeds 06 --seeds 1-6
  pnpm grade seeds 06 --variants reference,lenet --backend plain

Exit codes: 0 all were graded, 2 one of them could not be.`,
      ),
  async run([name], { seeds, variants, backend = 'auto' }, { course, stdout, stderr, signal }) {
    const [lab] = await findLabs(name, course)
    const table = await loadSeedTable(lab)
    const chosen = new Map<string, readonly Edit[]>()
    for (const variant of variants.split(',')) chosen.set(variant, await editsOf(variant, table, lab))
    const machine = await chooseMachine({ backend, labs: [lab] })
    const row = (cells: readonly (string | number)[]) => stdout.write(`| ${cells.join(' | ')} |\n`)
    const head = ['seed', 'variant', ...Object.keys(table.columns), 'points', 'time', 'backend']
    const suites = new SuiteHosts(1)
    const only = table.exercise === undefined ? undefined : { exercise: table.exercise }
    const { tier, slowness } = machine
    const tools = { lab, prepared: await prepareLab(lab), suites, only, tier: tier.id, slowness, signal }
    let done = 0
    try {
      row(head)
      row(head.map(() => '---'))
      for (const seed of seeds)
        for (const [variant, edits] of chosen) {
          stderr.write(`${++done} of ${seeds.length * chosen.size}: ${variant}, seed ${seed}\n`)
          const graded = await gradeVariant(edits, { ...tools, backend: machine.backend, draws: { seed } })
          row([seed, variant, ...cellsOf(graded, table), machine.backend])
        }
    } finally {
      await suites.close()
    }
    return EXIT.fullMarks
  },
})

async function gradeVariant(edits: readonly Edit[], tools: Omit<GradeOptions, 'submission'>): Promise<GradedLab> {
  const submission = await mkdtemp(join(tmpdir(), 'backprop-seeds-'))
  try {
    await writeVariant(tools.lab, edits, submission)
    const graded = await gradeLab({ ...tools, submission })
    if (graded.problem !== null) throw new GraderFault(`it could not be run: ${graded.problem}`)
    return graded
  } finally {
    await rm(submission, { recursive: true, force: true })
  }
}

/** The numbers of one row: those in the notes, the points, and the time that the tests took. */
function cellsOf({ exercises }: GradedLab, { exercise, columns }: SeedTable): string[] {
  const graded = exercises.filter(({ id }) => exercise === undefined || id === exercise)
  const tests = graded.flatMap(each => each.tests)
  const notes = tests.flatMap(test => test.notes ?? []).join('\n')
  const found = Object.values(columns).map(pattern =>
    [...notes.matchAll(new RegExp(pattern, 'g'))].map(([, ...numbers]) => numbers.join(' / ')).join(', '),
  )
  const total = (of: 'points' | 'maxPoints') => graded.reduce((sum, each) => sum + each[of], 0)
  const ms = tests.reduce((sum, test) => sum + test.ms, 0)
  return [...found, `${total('points')} of ${total('maxPoints')}`, `${(ms / 1000).toFixed(0)} s`]
}
