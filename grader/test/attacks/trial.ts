import { mkdirSync, writeFileSync } from 'node:fs'
import { mkdir, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { compile } from '@backprop/course/submission'
import { outcomeOf } from '../../src/pipeline/score/outcome.ts'
import { ForkServers } from '../../src/sandbox/fork-server.ts'
import { buildSealed } from '../../src/sandbox/sealed.ts'
import { Session } from '../../src/sandbox/session.ts'
import { isRoot, makeWorkFolder, nodeFor } from '../../src/sandbox/tiers/host.ts'
import { type TierId, TIERS } from '../../src/sandbox/tiers/tiers.ts'
import { Arena, type Effect } from './arena.ts'
import { type Attack, completed } from './attack.ts'

/** How one attack went when its function was called once in one tier, without a suite around it. */
export interface Trial {
  /** What a test would have got, that asked for nothing but an answer. */
  readonly status: ReturnType<typeof outcomeOf>['status']
  readonly effects: readonly Effect[]
  /** All that it said. */
  readonly output: string
}

export const LIMITS = { loadSeconds: 3, callSeconds: 2, cpuSeconds: 10, memoryMB: 128 }

/** How its process is made: by starting Node, or as suites do it where they can, by copying one that is ready. */
export type Made = 'started' | 'copied'

/** Runs an attack in a tier, calls `score` once, and looks at what is left. */
export async function tryOut(attack: Attack, tier: TierId, made: Made = 'started'): Promise<Trial> {
  await using arena = await Arena.open()
  const folder = makeWorkFolder()
  const forks = new ForkServers()
  try {
    await stage(attack, arena, folder)
    const call = () => callOnce(tier, folder, made === 'copied' ? forks : undefined)
    const first = await call()
    const last = attack.twice ? await call() : first
    const seen = () => arena.effects(last.output)
    const { effect, through, sameUser, settleMs = 0 } = attack
    const getsThrough = through?.includes(tier) && !(sameUser && isRoot())
    if (effect && getsThrough) await until(() => seen().includes(effect))
    else await sleep(settleMs)
    return { ...last, effects: seen() }
  } finally {
    await forks.close()
    await rm(folder, { recursive: true, force: true })
  }
}

/** How long an attack that gets through may take on a busy machine until its effect is there. */
const LONGEST_WAIT_MS = 60_000

/** Waits for something, or for too long. */
async function until(isThere: () => boolean): Promise<void> {
  for (const end = performance.now() + LONGEST_WAIT_MS; !isThere() && performance.now() < end;) await sleep(50)
}

async function stage(attack: Attack, arena: Arena, folder: string): Promise<void> {
  await buildSealed({ mayImport: {} }, join(folder, 'sealed'))
  await mkdir(join(folder, 'submission'))
  const files = { 'src/neuron.ts': arena.arm(completed(attack)) }
  const compiled = await compile({ files, edit: Object.keys(files), mayImport: {} })
  for (const problem of Object.values(compiled.problems)) throw new Error(`${attack.id} does not compile: ${problem}`)
  for (const [name, code] of Object.entries(compiled.modules)) writeFileSync(join(folder, 'submission', name), code)
}

async function callOnce(tier: TierId, folder: string, forks?: ForkServers): Promise<Pick<Trial, 'status' | 'output'>> {
  const [sealedDir, submissionDir] = [join(folder, 'sealed'), join(folder, 'submission')]
  const module = 'neuron.mjs'
  const node = nodeFor(folder)
  // Where nothing else confines it, memory is no reason for an attack to fail.
  const limits = { ...LIMITS, memoryMB: tier === 'D' ? 1024 : LIMITS.memoryMB }
  const spec = { node, sealedDir, submissionDir, backend: 'plain', limits } as const
  const child = forks ? await forks.fork({ tier, ...spec }, module) : TIERS[tier].launch({ ...spec, module })
  if (!child) throw new Error('the fork server did not make a process')
  const session = new Session(child, { limits: LIMITS, byValue: [] })
  const failures: { name: string; message: string; stack: string; kind?: string }[] = []
  try {
    await session.ready
    await session.remote<{ score(X: number[][], w: number[], b: number): unknown }>().score([[1, 2]], [3, -2], 1)
  } catch (error) {
    const { name, message, stack = '', kind } = error as Error & { kind?: string }
    failures.push({ name, message, stack, kind })
  } finally {
    await session.close()
  }
  const state = failures.length === 0 ? 'passed' : 'failed'
  const { status } = outcomeOf({ exercise: '', name: '', state, ms: 0, failures, notes: [], output: session.output })
  return { status, output: [session.output, ...failures.map(({ message }) => message)].join('\n') }
}

const NO_ANSWERS = 'export const quiz = () => ({})\n'

/** The folder of a submission with the attack's files in it. */
export function handIn(attack: Attack, arena: Arena): string {
  const folder = join(arena.folder, 'submission')
  // Where its only file is refused, nothing has to be run.
  const others: Record<string, string> = attack.refused ? {} : { 'src/quiz.ts': NO_ANSWERS }
  const files = { 'src/neuron.ts': completed(attack), ...others, ...attack.files }
  for (const [file, text] of Object.entries(files)) {
    const path = join(folder, arena.arm(file))
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, arena.arm(text))
  }
  attack.arrange?.(folder, arena)
  return folder
}

/** Tiers that promise that nothing gets out. */
export const isConfined = (tier: TierId): boolean => tier === 'A' || tier === 'B'

/** Whether an attack can be tried without a suite, which refuses files, and without other files. */
export const needsNoSuite = (attack: Attack): boolean =>
  !attack.refused && !attack.files && !attack.arrange && !cannotRun(attack)

export const cannotRun = ({ needs }: Attack): boolean => needs === 'linux' && process.platform !== 'linux'
