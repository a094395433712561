import { describe, expect, test } from 'vitest'
import { load } from '../src/pipeline/suite/load.ts'
import { type DeathKind, SandboxDied, StudentError } from '../src/sandbox/wire/sandbox-errors.ts'

/** What happens to a module that is opened so often, each time with the next of these ends. */
function opens(...ends: readonly (DeathKind | 'threw' | 'loaded')[]) {
  let count = 0
  const open = () => {
    const end = ends[count++]
    if (end === 'loaded') return Promise.resolve(end)
    return Promise.reject(end === 'threw' ? new StudentError('Error', 'no', '') : new SandboxDied(end, end))
  }
  return { open, count: () => count }
}

describe('loading a module', () => {
  test.each(['timeout', 'cpu', 'memory'] as const)('a %s that does not come twice costs nothing', async kind => {
    const { open } = opens(kind, 'loaded')
    expect(await load(`once ${kind}`, open)).toBe('loaded')
  })

  test.each(['timeout', 'cpu', 'memory'] as const)('a %s that comes twice is not waited for again', async kind => {
    const { open, count } = opens(kind, kind)
    for (let i = 0; i < 3; i++) await expect(load(`twice ${kind}`, open)).rejects.toThrow(kind)
    expect(count()).toBe(2)
  })

  test.each(['exit', 'threw', 'protocol'] as const)('one that ends by "%s" is not tried again', async kind => {
    const { open, count } = opens(kind)
    for (let i = 0; i < 3; i++) await expect(load(`certain ${kind}`, open)).rejects.toThrow()
    expect(count()).toBe(1)
  })

  test.each(['launch', 'device'] as const)('what is our fault ("%s") is tried for each test', async kind => {
    const { open } = opens(kind, 'loaded')
    await expect(load(`ours ${kind}`, open)).rejects.toThrow(kind)
    expect(await load(`ours ${kind}`, open)).toBe('loaded')
  })
})
