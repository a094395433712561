import { spawn } from 'node:child_process'
import { availableParallelism } from 'node:os'
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest'
import { deadline, Waiting, waitingOf } from '../src/sandbox/deadline.ts'

describe('a bound on the time of a process', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())

  /** The second in which a bound of 2 s ends, where the process has waited as `waited` says at each second. */
  function endOf(waited: (second: number) => number): number | null {
    let ended: number | null = null
    let second = 0
    const cancel = deadline(2, new Waiting(() => waited(second)), () => (ended ??= second))
    while (ended === null && second < 100) {
      second++
      vi.advanceTimersByTime(1000)
    }
    cancel()
    return ended
  }

  test.each<[string, (second: number) => number, number]>([
    ['a process that never waits has that time', () => 0, 2],
    ['what it waited before does not count', () => 50, 2],
    ['what it waits meanwhile is added', second => Math.min(second, 3), 5],
    ['half of the time waited: twice the time', second => second / 2, 4],
    ['a process that always waits is not waited for without end', second => second, 20],
  ])('%s', (_, waited, end) => expect(endOf(waited)).toBe(end))

  test('is called off', () => {
    const onEnd = vi.fn()
    deadline(2, new Waiting(() => 0), onEnd)()
    vi.advanceTimersByTime(10_000)
    expect(onEnd).not.toHaveBeenCalled()
  })
})

test.skipIf(process.platform !== 'linux')(
  'Linux tells how long a process waited for a processor, its children included',
  async () => {
    // Longer than the test, and with an end for a test that is killed.
    const loop = 'const end = Date.now() + 60_000; while (Date.now() < end);'
    const spin = () => spawn(process.execPath, ['-e', loop])
    const parent = spawn('/bin/sh', ['-c', '"$0" -e "$1"; true', process.execPath, loop], { detached: true })
    const crowd = Array.from({ length: 2 * availableParallelism() }, spin)
    onTestFinished(() => {
      for (const child of crowd) child.kill('SIGKILL')
      if (parent.pid) process.kill(-parent.pid, 'SIGKILL')
    })
    const waited = () => waitingOf(parent.pid).now() - waitingOf(undefined).now()
    await expect.poll(waited, { timeout: 50_000 }).toBeGreaterThan(0.01)
  },
)
