import { EXIT, text, type Command } from '../command.ts'
import { checkLab } from '../course/check.ts'
import { findLabs } from '../course/course.ts'
import { chooseBackend } from '../sandbox/choose-backend.ts'
import { strongestTier } from '../sandbox/tiers/tiers.ts'

export const check: Command = {
  name: 'check',
  help: `Lint the course: stubs score 0, solutions 100 %, mutants lose what they should, ids agree

  pnpm grade check [lab|all] [--no-mutants] [--backend NAME]

  --backend NAME   auto (the default), wasm or plain
  --no-mutants     leave out the slow part, for a quick look while writing a lab`,
  options: { 'no-mutants': { type: 'boolean' }, backend: { type: 'string' } },
  positionals: { min: 0, max: 1 },
  async run({ positionals, values, stdout, stderr, signal }) {
    const tier = await strongestTier()
    const backend = await chooseBackend(text(values, 'backend', 'auto'))
    let complaints = 0
    for (const lab of await findLabs(positionals[0] ?? 'all')) {
      const { id } = lab.manifest
      const say = (line: string) => stderr.write(`${id}: ${line}\n`)
      const found = await checkLab(lab, { tier: tier.id, backend, mutants: values['no-mutants'] !== true, signal, say })
      for (const complaint of found) stdout.write(`✗ ${id}: ${complaint}\n`)
      if (found.length === 0) stdout.write(`✓ ${id}\n`)
      complaints += found.length
    }
    return complaints === 0 ? EXIT.fullMarks : EXIT.pointsLost
  },
}
