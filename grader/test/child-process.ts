import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll } from 'vitest'
import type { Promises } from '../src/sandbox/promises.ts'
import { buildSealed } from '../src/sandbox/sealed.ts'
import { Session } from '../src/sandbox/session.ts'
import { makeWorkFolder, nodeFor } from '../src/sandbox/tiers/host.ts'
import { type TierId, TIERS } from '../src/sandbox/tiers/tiers.ts'

interface Settings {
  readonly tier?: TierId
  readonly cpuSeconds?: number
  readonly memoryMB?: number
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
  beforeAll(async () => {
    await buildSealed({ mayImport: {} }, sealedDir)
    mkdirSync(submissionDir)
    writeFileSync(join(submissionDir, 'a.mjs'), code)
  })
  afterEach(() => Promise.all(sessions.splice(0).map(session => session.close())))
  afterAll(() => rmSync(folder, { recursive: true, force: true }))
  return async (callSeconds = 5, { tier = 'D', cpuSeconds = 20, memoryMB = 256 } = {}) => {
    const limits = { loadSeconds: 10, callSeconds, cpuSeconds, memoryMB }
    const node = nodeFor(folder)
    const child = TIERS[tier].launch({ node, sealedDir, submissionDir, module: 'a.mjs', backend: 'plain', limits })
    const session = new Session(child, { limits, byValue: [], promises })
    sessions.push(session)
    await session.ready
    return session
  }
}
