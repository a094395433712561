import { EXIT, type Command } from '../command.ts'
import { mnistStatus } from '../course/datasets.ts'
import { BACKENDS } from '../sandbox/backends.ts'
import { tryBackend } from '../sandbox/choose-backend.ts'
import { osName } from '../sandbox/tiers/host.ts'
import { TIER_IDS, TIERS, tryTier } from '../sandbox/tiers/tiers.ts'

export const doctor: Command = {
  name: 'doctor',
  help: `Show which isolation tiers, backends and data sets this machine has, with reason and cure

  pnpm grade doctor

Every tier is really tried. Exit code 0 when labs can be graded in tier A or B, 1 when only in a weaker one.`,
  options: {},
  positionals: { min: 0, max: 0 },
  async run({ stdout }) {
    const say = (line = '') => stdout.write(`${line}\n`)
    say(`Node ${process.version} on ${osName()} (${process.platform} ${process.arch})`)
    say('\nIsolation, strongest first')
    let strong = false
    for (const id of TIER_IDS) {
      const { title, cure } = TIERS[id]
      const { available, reason } = await tryTier(id)
      strong ||= available && (id === 'A' || id === 'B')
      say(`  ${available ? '✓' : '✗'} ${id}  ${title}`)
      say(`       ${reason}`)
      if (!available) say(`       cure: ${cure}`)
    }
    say('\nBackends')
    for (const name of BACKENDS) {
      const { available, reason } = await tryBackend(name)
      say(`  ${available ? '✓' : '✗'} ${name.padEnd(6)} ${reason}`)
    }
    say('\nData sets')
    const { available, reason } = await mnistStatus()
    say(`  ${available ? '✓' : '✗'} mnist  ${reason}`)
    return strong ? EXIT.fullMarks : EXIT.pointsLost
  },
}
