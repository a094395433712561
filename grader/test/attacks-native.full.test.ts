import { execFileSync } from 'node:child_process'
import { chmodSync, readFileSync } from 'node:fs'
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { describe, expect, test } from 'vitest'
import { isRoot, makeWorkFolder, which } from '../src/sandbox/tiers/host.ts'
import { seccompProgram } from '../src/sandbox/tiers/seccomp.ts'
import { type TierId, TIERS } from '../src/sandbox/tiers/tiers.ts'
import { tryTier } from '../src/sandbox/try-tier.ts'
import { Arena } from './attacks/arena.ts'
import type { Attack } from './attacks/attack.ts'
import { LIMITS, tryOut } from './attacks/trial.ts'

/**
 * Tiers A and B without Node's part in them: a compiled program in the place of Node, and a compiled library that a
 * submission brings along. Needs a C compiler; where there is none these tests are skipped.
 */

const compiler = process.platform === 'linux' ? which('cc') : null
const SOURCE = join(import.meta.dirname, 'attacks/native.c')
const available = new Map<TierId, boolean>()
for (const id of ['A', 'B', 'C', 'D'] as const) available.set(id, (await tryTier(id)).available)
/** The program copies itself, and confines the copy by the same filter as every student's process. */
const COPIED = ['-DCONFINED', '-DCOPIED', `-DFILTER=${[...seccompProgram()].join()}`]
const cannot = (tier: TierId) => !compiler || !available.get(tier)

function compileNative(arena: Arena, output: string, options: readonly string[]): string {
  const places = { SECRET: '@@HIDDEN@@/accuracy.test.ts', MARKS: '@@MARKS@@', SOCKET: '@@MARKS@@/socket' }
  const macros = Object.entries(places).map(([name, value]) => `-D${name}="${arena.arm(value)}"`)
  execFileSync('cc', ['-pthread', ...options, ...macros, `-DPORT=${arena.arm('@@PORT@@')}`, '-o', output, SOURCE])
  chmodSync(output, 0o755)
  return output
}

/** The doors that the program found open. With `forks`, its tier is that of a process that copies itself. */
async function openDoors(
  tier: TierId,
  options: readonly string[],
  forks?: number,
): Promise<{ open: string[]; tried: number }> {
  await using arena = await Arena.open()
  const folder = makeWorkFolder()
  try {
    const node = compileNative(arena, join(folder, 'native'), options)
    const [sealedDir, submissionDir] = [join(folder, 'sealed'), join(folder, 'submission')]
    await Promise.all([mkdir(sealedDir), mkdir(submissionDir)])
    const child = TIERS[tier].launch({
      node,
      sealedDir,
      submissionDir,
      module: 'x',
      backend: 'plain',
      limits: LIMITS,
      forks,
    })
    const lines = (await text(child.stdout!)).trim().split('\n')
    const open = lines.filter(line => line.endsWith(' open')).map(line => line.split(' ')[0])
    return { open, tried: lines.length }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** A submission that carries a shared library in its text, writes it somewhere, and loads it. */
async function addon(): Promise<Attack> {
  await using arena = await Arena.open()
  const library = readFileSync(compileNative(arena, join(arena.marks, 'x.so'), ['-shared', '-fPIC', '-s', '-DLIBRARY']))
  const lines = library.toString('base64').match(/.{1,1000}/g) ?? []
  return {
    id: 'native-addon',
    idea: 'V-11',
    title: 'loads a native library that it brought along',
    code: `const library = Buffer.from([\n${lines.map(line => `'${line}',`).join('\n')}\n].join(''), 'base64')
for (const folder of ['/tmp', '@@MARKS@@', '.']) safe(() => { const path = folder + '/@@NAME@@.node'; builtin('node:fs').writeFileSync(path, library); try { process.dlopen({ exports: {} }, path) } finally { builtin('node:fs').unlinkSync(path) } })`,
  }
}

describe('native code', () => {
  test.skipIf(cannot('D'))('control: in tier D every harmless door is open', async () => {
    const { open } = await openDoors('D', [])
    const harmless = ['thread', 'read', 'write', 'list', 'link', 'fork', 'clone', 'tcp', 'unix-socket', 'socketpair']
    const newer = ['own-descriptor', 'watch', 'files', 'memory-of-requests']
    expect(open).toEqual(expect.arrayContaining([...harmless, ...newer, 'memory-file', 'shared-memory', 'shell']))
  })

  test.skipIf(cannot('A'))('tier A leaves it threads', async () => {
    expect(await openDoors('A', ['-DCONFINED'])).toEqual({ open: ['thread'], tried: 40 })
  })

  test.skipIf(cannot('B'))('tier B leaves it threads, and the knowledge which files there are', async () => {
    expect(await openDoors('B', ['-DCONFINED'])).toEqual({ open: ['thread', 'see-that-it-exists'], tried: 40 })
  })

  test.skipIf(cannot('A'))('a copy of a process in tier A has no more, and cannot reach the other one', async () => {
    expect(await openDoors('A', COPIED, 3)).toEqual({ open: ['thread'], tried: 44 })
  })

  test.skipIf(cannot('B'))('a copy of a process in tier B has no more, and cannot reach the other one', async () => {
    expect(await openDoors('B', COPIED, 3)).toEqual({ open: ['thread', 'see-that-it-exists'], tried: 44 })
  })

  test.skipIf(cannot('D'))('control: a library that a submission brings along is loaded in tier D', async () => {
    expect((await tryOut(await addon(), 'D')).effects).toContain('secret')
  })

  test.each(['A', 'B', 'C'] as const)(
    'a library that a submission brings along is not loaded in tier %s',
    async tier => {
      if (cannot(tier)) return
      expect((await tryOut(await addon(), tier)).effects).toEqual([])
    },
  )

  test.skipIf(process.platform !== 'linux' || !isRoot())('run by root, no tier runs student code as root', async () => {
    for (const tier of ['A', 'B', 'C', 'D'] as const) {
      if (!available.get(tier)) continue
      const attack = {
        id: 'whoami',
        idea: '',
        title: '',
        code: 'console.log(process.getuid(), process.getgid(), process.getgroups().join())',
      }
      expect((await tryOut(attack, tier)).output.trim()).toBe('65534 65534 65534')
    }
  })
})
