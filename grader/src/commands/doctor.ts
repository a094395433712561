import { EXIT, type Command } from '../command.ts'
import { datasetStatuses } from '../course/datasets.ts'
import { STRONG } from '../machine.ts'
import { BACKENDS } from '../sandbox/backends.ts'
import { tryBackend } from '../sandbox/choose-backend.ts'
import { cureFor, lookAround, type Surroundings } from '../sandbox/tiers/cures.ts'
import { osName } from '../sandbox/tiers/host.ts'
import { TIER_IDS, TIERS, tryTier, type TierStatus } from '../sandbox/tiers/tiers.ts'

export const doctor: Command = {
  name: 'doctor',
  help: `Show which isolation tiers, backends and data sets this machine has, with reason and cure

  pnpm grade doctor

Every tier is really tried. Exit code 0 when labs can be graded in tier A or B, 1 when only in a weaker one.`,
  options: {},
  positionals: { min: 0, max: 0 },
  async run({ stdout, stderr }) {
    const tiers: TierStatus[] = []
    for (const id of TIER_IDS) tiers.push(await tryTier(id))
    const backends = await Promise.all(BACKENDS.map(tryBackend))
    const datasets = await datasetStatuses(text => stderr.write(`${text}\n`))
    const machine = `Node ${process.version} on ${osName()} (${process.platform} ${process.arch})`
    const here = lookAround()
    stdout.write(renderFindings({ machine, tiers, backends, datasets, here }))
    return isStrong(tiers) ? EXIT.fullMarks : EXIT.pointsLost
  },
}

interface Part {
  readonly name: string
  readonly available: boolean
  /** Why not, or what it is. */
  readonly reason: string
  /** Where it is not in the reason. */
  readonly cure?: string
}

export interface Findings {
  readonly machine: string
  readonly tiers: readonly TierStatus[]
  readonly backends: readonly Part[]
  readonly datasets: readonly Part[]
  readonly here: Surroundings
}

/** The whole text of `pnpm grade doctor`. */
export function renderFindings({ machine, tiers, backends, datasets, here }: Findings): string {
  const lines = [
    machine,
    '\nIsolation, strongest first',
    ...tiers.flatMap(tier => renderTier(tier, here)),
    `  ${verdict(tiers)}`,
    '\nBackends',
    ...renderParts(backends),
    '\nData sets',
    ...renderParts(datasets),
  ]
  return `${lines.join('\n')}\n`
}

const sign = (available: boolean) => (available ? '✓' : '✗')

function renderTier({ id, available, reason }: TierStatus, here: Surroundings): string[] {
  const cure = available ? [] : cureFor(id, here).map((line, i) => `       ${i === 0 ? 'cure:' : '     '} ${line}`)
  return [`  ${sign(available)} ${id}  ${TIERS[id].title}`, `       ${reason}`, ...cure]
}

function renderParts(parts: readonly Part[]): string[] {
  const width = Math.max(8, ...parts.map(({ name }) => name.length))
  return parts.flatMap(({ name, available, reason, cure }) => {
    const line = `  ${sign(available)} ${name.padEnd(width)} ${reason}`
    return available || !cure ? [line] : [line, `${' '.repeat(width + 5)}cure: ${cure}`]
  })
}

const isStrong = (tiers: readonly TierStatus[]) => tiers.some(({ id, available }) => available && STRONG.includes(id))

function verdict(tiers: readonly TierStatus[]): string {
  const used = tiers.find(tier => tier.available)?.id
  if (!used) return 'Nothing can be graded here.'
  return isStrong(tiers)
    ? `Labs are graded in tier ${used}, which is good enough for official grades.`
    : `Labs are graded in tier ${used}: feedback only. Official grades need tier A or B.`
}
