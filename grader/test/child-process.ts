import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll } from 'vitest'
import { ForkServers } from '../src/sandbox/fork-server.ts'
import type { Promises } from '../src/sandbox/promises.ts'
import { buildSealed } from '../src/sandbox/sealed.ts'
import { Session } from '../src/sandbox/session.ts'
import { makeWorkFolder, nodeFor } from '../src/sandbox/tiers/host.ts'
import { type TierId, TIERS } from '../src/sandbox/tiers/tiers.ts'

interface Settings {
  readonly tier?: TierId
  readonly cpuSeconds?: number
  readonly memoryMB?: number
  /** As a copy of a process that is ready. */
  readonly copied?: boolean
}

/**
 * Sessions with this module in a real process at the other end, in the tier that every machine has unless another one is
 * given; closed after each test.
 */
export function sessionsWith(
  code: string,
  promises?: Promises,
): (callSeconds?: number, settings?: Settings) => Promise<Session> {
  const folder = makeWorkFolder()
  const [sealedDir, submissionDir] = [join(folder, 'sealed'), join(folder, 'submission')]
  const sessions: Session[] = []
  let forks = new ForkServers()
  beforeAll(async () => {
    await buildSealed({ mayImport: {} }, sealedDir)
    mkdirSync(submissionDir)
    writeFileSync(join(submissionDir, 'a.mjs'), code)
  })
  afterEach(async () => {
    await Promise.all(sessions.splice(0).map(session => session.close()))
    await forks.close()
    forks = new ForkServers()
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))
  const copyOf = async (spec: Parameters<ForkServers['fork']>[0]) => {
    const child = await forks.fork(spec, 'a.mjs')
    if (!child) throw new Error('the fork server did not make a process')
    return child
  }
  return async (callSeconds = 5, { tier = 'D', cpuSeconds = 20, memoryMB = 256, copied = false } = {}) => {
    const limits = { loadSeconds: 10, callSeconds, cpuSeconds, memoryMB }
    const node = nodeFor(folder)
    const spec = { node, sealedDir, submissionDir, backend: 'plain', limits } as const
    const child = copied ? await copyOf({ tier, ...spec }) : TIERS[tier].launch({ ...spec, module: 'a.mjs' })
    const session = new Session(child, { limits, byValue: [], promises })
    sessions.push(session)
    await session.ready
    return session
  }
}
