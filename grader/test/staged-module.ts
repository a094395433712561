import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Backend } from '@backprop/core'
import { afterAll } from 'vitest'
import { drawKeyOfSeed } from '../src/sandbox/draws.ts'
import { boxOf, openSession } from '../src/sandbox/open-session.ts'
import { buildSealed } from '../src/sandbox/sealed.ts'
import type { Session } from '../src/sandbox/session.ts'
import { makeWorkFolder, nodeFor } from '../src/sandbox/tiers/host.ts'
import type { TierId } from '../src/sandbox/tiers/tiers.ts'

type Options = Parameters<typeof openSession>[3]

/**
 * Writes a student's module with this code, which may use tensors of `on`, and returns a function that starts it in its
 * own process. The files are removed after the tests of the file.
 */
export async function stageModule(
  code: string,
  tier: TierId,
  on: Backend,
): Promise<(options?: Partial<Options>) => Promise<Session>> {
  const workFolder = makeWorkFolder()
  afterAll(() => rmSync(workFolder, { recursive: true }))
  const { sealedDir, submissionDir } = boxOf(workFolder, true)
  mkdirSync(submissionDir, { recursive: true })
  writeFileSync(join(submissionDir, 'module.mjs'), code)
  await buildSealed({ mayImport: { '@backprop/core': ['Tensor'] } }, sealedDir)
  const staged = {
    workFolder,
    node: nodeFor(workFolder),
    tier,
    backend: 'plain',
    tensors: true,
    importing: ['module'],
    limits: { loadSeconds: 20, callSeconds: 20, cpuSeconds: 20, wallSeconds: 60, memoryMB: 256 },
    draws: drawKeyOfSeed(1),
  } as const
  return options => openSession(staged, 'module', on, { callSeconds: 20, ...options })
}
