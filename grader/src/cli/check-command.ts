import { EXIT, text, type Command } from './command.ts'
import { checkTrials } from '../authoring/check-trials.ts'
import { checkLab, fixLab } from '../authoring/check.ts'
import { MUTANT_RUNS, type MutantOptions } from '../authoring/mutants.ts'
import { findLabs } from '../course.ts'
import { UsageError } from '../errors.ts'
import { chooseBackend } from '../sandbox/choose-backend.ts'
import { slownessOf } from '../sandbox/speed.ts'
import { strongestTier } from '../sandbox/try-tier.ts'

export const check: Command = {
  name: 'check',
  help: `Check the course: stubs score 0, solutions 100 %, mutants lose what they should, ids and headings agree

  pnpm grade check [lab|all] [--fix] [--mutants WHICH] [--seeds N] [--only answers] [--backend NAME]

  --fix            first write what can be derived: stubs, and numbers and points in the README's headings
  --mutants all    run all hidden tests on each mutant, which must lose what it should and nothing else (the default)
  --mutants own    run only the exercises that it should lose: quicker
  --mutants quick  like all, but in one process without the wall, and without the tests that train: seconds
  --mutants none   leave mutants out, for a quick look while you write a lab
  --seeds N        run the solution with N seeds (default 3), and try answers made by rule: trivial ones must earn
                   nothing, and mistakes must be noticed; 0 leaves this out
  --only answers   do only what --seeds does, with 20 seeds unless --seeds says otherwise
  --backend NAME   auto (the default) or a name that pnpm grade doctor lists`,
  options: {
    fix: { type: 'boolean' },
    mutants: { type: 'string' },
    seeds: { type: 'string' },
    only: { type: 'string' },
    backend: { type: 'string' },
  },
  positionals: { min: 0, max: 1 },
  async run({ positionals, values, course, stdout, stderr, signal }) {
    const tier = await strongestTier()
    const backend = await chooseBackend(text(values, 'backend', 'auto'))
    const mutants = mutantRuns(text(values, 'mutants', 'all'))
    const only = onlyAnswers(text(values, 'only', ''))
    const seeds = seedCount(text(values, 'seeds', only ? '20' : '3'))
    let complaints = 0
    for (const lab of await findLabs(positionals[0] ?? 'all', course)) {
      const { id } = lab.manifest
      if (values.fix === true) for (const file of await fixLab(lab)) stdout.write(`✎ ${file} written\n`)
      const say = (line: string) => stderr.write(`${id}: ${line}\n`)
      const found = only
        ? await checkTrials(lab, { seeds, signal, say })
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

function mutantRuns(asked: string): MutantOptions['mutants'] {
  const found = MUTANT_RUNS.find(name => name === asked)
  if (!found) throw new UsageError(`--mutants: expected ${MUTANT_RUNS.join(', ')}, got "${asked}".`)
  return found
}

function onlyAnswers(asked: string): boolean {
  if (asked === '' || asked === 'answers') return asked === 'answers'
  throw new UsageError(`--only: expected answers, got "${asked}".`)
}

function seedCount(asked: string): number {
  const count = Number(asked)
  if (Number.isInteger(count) && count >= 0 && count <= 10_000) return count
  throw new UsageError(`--seeds: expected a whole number from 0 to 10000, got "${asked}".`)
}
