import { Option } from '@commander-js/extra-typings'
import { checkLab, fixLab } from '../authoring/check.ts'
import { checkTrials } from '../authoring/check-trials.ts'
import { MUTANT_RUNS } from '../authoring/mutants.ts'
import { findListedLabs } from '../course.ts'
import { chooseBackend } from '../sandbox/choose-backend.ts'
import { slownessOf } from '../sandbox/speed.ts'
import { strongestTier } from '../sandbox/try-tier.ts'
import { command, EXIT, wholeNumber } from './command.ts'

export const check = command({
  name: 'check',
  summary: 'Check the course: stubs score 0, solutions 100 %, mutants lose what they should, ids and headings agree',
  syntax: parser =>
    parser
      .argument('[labs...]', 'ids, numbers or "all"', ['all'])
      .option('--fix', "first write what can be derived: stubs, and numbers and points in the README's headings")
      .addOption(
        new Option('--mutants <which>', 'which mutants must lose what they should; see below')
          .choices(MUTANT_RUNS)
          .default('all' as const),
      )
      .option(
        '--seeds <n>',
        'run the solution with N seeds, and try answers made by rule: trivial ones must earn nothing, and mistakes must be noticed; 0 leaves this out (default: 3, or 20 with --only)',
        wholeNumber(0, 10_000),
      )
      .addOption(new Option('--only <part>', 'do only what --seeds does').choices(['answers']))
      .option('--backend <name>', 'auto, or a name that "pnpm grade doctor" lists', 'auto')
      .addHelpText(
        'after',
        `
Mutants:
  all    run all hidden tests on each mutant, which must lose what it should and nothing else
  own    run only the exercises that it should lose: quicker
  quick  like all, but in one process without the wall, and without the tests that train: seconds
  none   leave mutants out, for a quick look while you write a lab`,
      ),
  async run([names], { fix, mutants, only, seeds = only ? 20 : 3, ...options }, { course, stdout, stderr, signal }) {
    const tier = await strongestTier()
    const backend = await chooseBackend(options.backend)
    let complaints = 0
    for (const lab of await findListedLabs(names.join(','), course)) {
      const { id } = lab.manifest
      if (fix) for (const file of await fixLab(lab)) stdout.write(`✎ ${file} written\n`)
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
})
