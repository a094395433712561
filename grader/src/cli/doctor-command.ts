import { datasetStatuses } from '../pipeline/datasets.ts'
import { STRONG } from '../pipeline/machine.ts'
import { seedKeyStatus } from '../pipeline/seed-key.ts'
import { trySpeed, trySuite } from '../pipeline/self-test.ts'
import { tryBackend } from '../sandbox/choose-backend.ts'
import { BACKENDS } from '../sandbox/device/backends.ts'
import { fixFor, lookAround, type Surroundings } from '../sandbox/tiers/fixes.ts'
import { osName } from '../sandbox/tiers/host.ts'
import { TIER_IDS, TIERS } from '../sandbox/tiers/tiers.ts'
import { type TierStatus, tryTier } from '../sandbox/try-tier.ts'
import { command, EXIT } from './command.ts'

export const doctor = command({
  name: 'doctor',
  summary: 'Show what works on this machine, and how to install what is missing',
  syntax: parser =>
    parser.addHelpText(
      'after',
      '\nTries every tier, and grades one reference solution.\n' +
        'Exit codes: 0 labs can be graded in tier A or B, 1 only in a weaker tier or not at all.',
    ),
  async run(_, __, { stdout, stderr, env }) {
    const tiers: TierStatus[] = []
    for (const id of TIER_IDS) tiers.push(await tryTier(id))
    const backends = await Promise.all(BACKENDS.map(tryBackend))
    const datasets = await datasetStatuses(text => stderr.write(`${text}\n`))
    const used = tiers.find(tier => tier.available)
    const suites = used ? [await trySuite(used.id)] : []
    const fastest = backends.find(({ name, available }) => available && name !== 'tfjs-node')
    if (fastest) suites.push(await trySpeed(fastest.name))
    const machine = `Node ${process.version} on ${osName()} (${process.platform} ${process.arch})`
    const keys = [await seedKeyStatus(env)]
    const here = lookAround()
    stdout.write(renderFindings({ machine, tiers, backends, datasets, keys, suites, here }))
    return isStrong(tiers) && suites.every(({ available }) => available) ? EXIT.fullMarks : EXIT.pointsLost
  },
})

interface Part {
  readonly name: string
  readonly available: boolean
  /** Why it isn't available, or what it is. */
  readonly reason: string
  /** How to fix it, unless the reason says so. */
  readonly fix?: string
}

export interface Findings {
  readonly machine: string
  readonly tiers: readonly TierStatus[]
  readonly backends: readonly Part[]
  readonly datasets: readonly Part[]
  /** The key that hidden tests draw their values from. */
  readonly keys: readonly Part[]
  /** Reference solutions that were graded as a trial. */
  readonly suites: readonly Part[]
  readonly here: Surroundings
}

/** The whole text of `pnpm grade doctor`. */
export function renderFindings({ machine, tiers, backends, datasets, keys, suites, here }: Findings): string {
  const lines = [
    machine,
    '\nIsolation, strongest first',
    ...tiers.flatMap(tier => renderTier(tier, here)),
    `  ${verdict(tiers)}`,
    '\nBackends',
    ...renderParts(backends),
    '\nData sets',
    ...renderParts(datasets),
    '\nDraws',
    ...renderParts(keys),
    '\nTrial run',
    ...renderParts(suites),
  ]
  return `${lines.join('\n')}\n`
}

const sign = (available: boolean) => (available ? '✓' : '✗')

function renderTier({ id, available, reason }: TierStatus, here: Surroundings): string[] {
  const fix = available ? [] : fixFor(id, here).map((line, i) => `       ${i === 0 ? 'fix:' : '    '} ${line}`)
  return [`  ${sign(available)} ${id}  ${TIERS[id].title}`, `       ${reason}`, ...fix]
}

/** Lines shown of one reason: the first lines of an error say what it is. */
const REASON_LINES = 6

function renderParts(parts: readonly Part[]): string[] {
  const width = Math.max(8, ...parts.map(({ name }) => name.length))
  const indent = ' '.repeat(width + 5)
  return parts.flatMap(({ name, available, reason, fix }) => {
    const [first, ...more] = reason.trim().split('\n').slice(0, REASON_LINES)
    const lines = [`  ${sign(available)} ${name.padEnd(width)} ${first}`, ...more.map(line => indent + line)]
    return available || !fix ? lines : [...lines, `${indent}fix: ${fix}`]
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
