import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { plain } from '@backprop/core'
import { GraderFault } from '../errors.ts'
import { buildSealed } from './sealed.ts'
import { Session } from './session.ts'
import { makeWorkFolder, nodeFor } from './tiers/host.ts'
import { type Probe, TIER_IDS, type TierId, TIERS } from './tiers/tiers.ts'
import { ourClasses } from './wire/values.ts'

export interface TierStatus {
  readonly id: TierId
  readonly available: boolean
  /** Why it isn't available, or what the trial showed. */
  readonly reason: string
}

const PROBE_MODULE = `
const closed = attempt => { try { return attempt() } catch { return true } }
const builtin = name => process.getBuiltinModule(name)
export async function probe(outside) {
  const files = closed(() => { builtin('node:fs').readFileSync(outside); return false })
  const processes = closed(() => builtin('node:child_process').spawnSync(process.execPath, ['-e', '0']).status !== 0)
  // Nothing listens on port 1: a refused connection means that the attempt got out.
  const network = await fetch('http://127.0.0.1:1/').then(() => false, error => error.cause?.code !== 'ECONNREFUSED')
  return { files, processes, network }
}`

/** Tries a tier by starting a child in it that tries to break out. */
export async function tryTier(id: TierId): Promise<TierStatus> {
  const { platforms, closes, launch } = TIERS[id]
  if (platforms !== 'all' && !platforms.includes(process.platform))
    return { id, available: false, reason: `needs ${platforms.join(' or ')}, and this is ${process.platform}` }
  const work = makeWorkFolder()
  try {
    const [sealedDir, submissionDir, outside] = ['sealed', 'submission', 'outside.txt'].map(name => join(work, name))
    await Promise.all([
      buildSealed({ mayImport: {} }, sealedDir),
      mkdir(submissionDir),
      writeFile(outside, 'not yours'),
    ])
    await writeFile(join(submissionDir, 'probe.mjs'), PROBE_MODULE)
    const limits = { cpuSeconds: 10, memoryMB: 256, loadSeconds: 10, callSeconds: 5 }
    const child = launch({
      node: nodeFor(work),
      sealedDir,
      submissionDir,
      module: 'probe.mjs',
      backend: 'plain',
      limits,
    })
    const session = new Session(child, { limits, byValue: ourClasses(plain()) })
    try {
      await session.ready
      const found = await session.remote<{ probe(file: string): Promise<Probe> }>().probe(outside)
      const open = closes.filter(door => found[door] !== true)
      if (open.length > 0) return { id, available: false, reason: `starts, but leaves open: ${open.join(', ')}` }
      return { id, available: true, reason: 'tried: it starts, and closes what it should' }
    } finally {
      await session.close()
    }
  } catch (error) {
    return { id, available: false, reason: (error as Error).message.trim().split('\n')[0] }
  } finally {
    await rm(work, { recursive: true, force: true })
  }
}

export interface ChosenTier {
  readonly id: TierId
  /** Why this one: for A, that it works; otherwise, why each stronger one does not. */
  readonly reason: string
}

/** The strongest tier that works here. */
export async function strongestTier(): Promise<ChosenTier> {
  const missed: string[] = []
  for (const id of TIER_IDS) {
    const { available, reason } = await tryTier(id)
    if (available) return { id, reason: missed.length === 0 ? reason : missed.join('; ') }
    missed.push(`tier ${id}: ${reason}`)
  }
  throw new GraderFault(`no sandbox tier works here: ${missed.join('; ')}.`)
}
