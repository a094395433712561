import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Lab } from '@backprop/course'
import { SuiteHosts } from '@backprop/test-runner'
import { type OperatorMutant, operatorMutants } from '../authoring/operator-mutants.ts'
import type { Context } from '../context.ts'
import { findLabs, solutionDir } from '../course.ts'
import { UsageError } from '../errors.ts'
import { gradeLab, type GradeOptions } from '../pipeline/grade-lab.ts'
import { prepareLab } from '../pipeline/prepare-lab.ts'
import { chooseBackend } from '../sandbox/choose-backend.ts'
import { strongestTier } from '../sandbox/try-tier.ts'
import { command, EXIT, wholeNumber } from './command.ts'

type Placed = OperatorMutant & { readonly file: string }

export const mutate = command({
  name: 'mutate',
  summary: 'Change each operator, number and statement of a solution, and see whether the hidden suite notices',
  syntax: parser =>
    parser
      .argument('<lab>')
      .option('--exercise <id>', 'only changes to the answer of this exercise')
      .option('--every <n>', 'only every n-th change, for a quick look', wholeNumber(1, 10_000), 1)
      .option('--backend <name>', 'auto, or a name that "pnpm grade doctor" lists', 'auto')
      .addHelpText(
        'after',
        `
Prints the share of the changes that cost points, and each one that does not: a missing test, or a change that changes
nothing. This takes minutes, because the exercise's hidden tests run once for each change.
Exit codes: 0 at least 95 % cost points, 1 fewer do.`,
      ),
  async run([name], { exercise, every, backend }, context) {
    const { course, stdout, stderr } = context
    const [lab] = await findLabs(name, course)
    const mutants = await mutantsOf(lab)
    const chosen = mutants.filter(mutant => !exercise || mutant.exercise === exercise).filter((_, i) => i % every === 0)
    if (chosen.length === 0) {
      const ids = [...new Set(mutants.map(mutant => mutant.exercise))].join(', ')
      throw new UsageError(`There is nothing to change in the answer of "${exercise}". There is in those of: ${ids}.`)
    }
    const suites = new SuiteHosts(1)
    const tools = {
      prepared: await prepareLab(lab),
      suites,
      tier: (await strongestTier()).id,
      backend: await chooseBackend(backend),
    }
    const count = { noticed: 0, survives: 0, 'does not compile': 0 }
    try {
      for (const [i, mutant] of chosen.entries()) {
        const what = `${mutant.file}:${mutant.line} ${mutant.exercise}: ${inOneLine(mutant.before)} → ${inOneLine(mutant.after)}`
        stderr.write(`${i + 1} of ${chosen.length}: ${what}\n`)
        const fate = await fateOf(lab, mutant, tools, context)
        count[fate]++
        if (fate !== 'noticed') stdout.write(`${fate}: ${what}\n`)
      }
    } finally {
      await suites.close()
    }
    const all = count.noticed + count.survives
    const share = count.noticed / Math.max(1, all)
    stdout.write(`${lab.manifest.id}: ${count.noticed} of ${all} changes cost points, ${(100 * share).toFixed(1)} %\n`)
    return share >= 0.95 ? EXIT.fullMarks : EXIT.pointsLost
  },
})

async function mutantsOf(lab: Lab): Promise<Placed[]> {
  const found: Placed[] = []
  for (const file of lab.manifest.edit) {
    const solution = await readFile(join(solutionDir(lab), file), 'utf8')
    found.push(...operatorMutants(solution).map(mutant => ({ ...mutant, file })))
  }
  return found
}

async function fateOf(
  lab: Lab,
  { file, text, exercise }: Placed,
  tools: Pick<GradeOptions, 'prepared' | 'suites' | 'tier' | 'backend'>,
  { signal }: Pick<Context, 'signal'>,
): Promise<'noticed' | 'survives' | 'does not compile'> {
  const submission = await mkdtemp(join(tmpdir(), 'backprop-mutant-'))
  try {
    await cp(join(solutionDir(lab), 'src'), join(submission, 'src'), { recursive: true })
    await writeFile(join(submission, file), text)
    const { exercises, problem } = await gradeLab({ lab, submission, ...tools, only: { exercise }, signal })
    if (problem !== null) return 'does not compile'
    return exercises.some(({ id, points, maxPoints }) => id === exercise && points < maxPoints) ? 'noticed' : 'survives'
  } finally {
    await rm(submission, { recursive: true, force: true })
  }
}

const inOneLine = (source: string): string => {
  const line = source.replace(/\s+/g, ' ')
  return line.length > 60 ? `${line.slice(0, 57)}…` : line || '(nothing)'
}
