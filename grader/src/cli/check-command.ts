import { EXIT, text, type Command } from './command.ts'
import { checkAnswers } from '../authoring/check-answers.ts'
import { checkLab, MUTANT_RUNS, type CheckOptions } from '../authoring/check.ts'
import { findLabs } from '../course.ts'
import { UsageError } from '../errors.ts'
import { chooseBackend } from '../sandbox/choose-backend.ts'
import { slownessOf } from '../sandbox/speed.ts'
import { strongestTier } from '../sandbox/try-tier.ts'

export const check: Command = {
  name: 'check',
  help: `Lint the course: stubs score 0, solutions 100 %, mutants lose what they should, ids agree

  pnpm grade check [lab|all] [--mutants WHICH] [--seeds N] [--only answers] [--backend NAME]

  --backend NAME   auto (the default) or a name that pnpm grade doctor lists
  --mutants all    each mutant loses what it should and nothing else (the default)
  --mutants own    run only the exercises that it should lose: quicker
  --mutants quick  like all, but in one process without the wall and without the tests that train: seconds
  --mutants none   leave mutants out, for a quick look while writing a lab
  --seeds N        the solution passes with N seeds (3 unless given), what costs no work earns nothing, and
                   mistakes made by rule are noticed; 0 leaves this out
  --only answers   nothing but that, with 20 seeds unless --seeds says otherwise`,
  options: {
    mutants: { type: 'string' },
    seeds: { type: 'string' },
    only: { type: 'string' },
    backend: { type: 'string' },
  },
  positionals: { min: 0, max: 1 },
  async run({ positionals, values, stdout, stderr, signal }) {
    const tier = await strongestTier()
    const backend = await chooseBackend(text(values, 'backend', 'auto'))
    const mutants = mutantRuns(text(values, 'mutants', 'all'))
    const only = onlyAnswers(text(values, 'only', ''))
    const seeds = seedCount(text(values, 'seeds', only ? '20' : '3'))
    let complaints = 0
    for (const lab of await findLabs(positionals[0] ?? 'all')) {
      const { id } = lab.manifest
      const say = (line: string) => stderr.write(`${id}: ${line}\n`)
      const found = only
        ? await checkAnswers(lab, { seeds, signal, say })
        : await checkLab(lab, {
            tier: tier.id,
            backend,
            slowness: await slownessOf(backend),
            mutants,
            seeds,
            signal,
            say,
          })
      for (const complaint of found) stdout.write(`✗ ${id}: ${complaint}\n`)
      if (found.length === 0) stdout.write(`✓ ${id}\n`)
      complaints += found.length
    }
    return complaints === 0 ? EXIT.fullMarks : EXIT.pointsLost
  },
}

function mutantRuns(asked: string): CheckOptions['mutants'] {
  const found = MUTANT_RUNS.find(name => name === asked)
  if (!found) throw new UsageError(`--mutants takes ${MUTANT_RUNS.join(', ')}, and got "${asked}".`)
  return found
}

function onlyAnswers(asked: string): boolean {
  if (asked === '' || asked === 'answers') return asked === 'answers'
  throw new UsageError(`--only takes answers, and got "${asked}".`)
}

function seedCount(asked: string): number {
  const count = Number(asked)
  if (Number.isInteger(count) && count >= 0 && count <= 10_000) return count
  throw new UsageError(`--seeds takes a whole number from 0 to 10000, and got "${asked}".`)
}
