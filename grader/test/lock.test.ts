import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { COURSE_ROOT } from '../src/course.ts'
import { GRADING, isGone, LOCK, lock, type Owner, thisProcess } from '../src/lock.ts'

let folder: string
const children: ChildProcess[] = []
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'lock ö '))))
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
  rmSync(folder, { recursive: true, force: true })
})

const NOON = new Date('2026-11-02T12:00:00Z')
const lockIt = () => lock(folder, GRADING, () => NOON)

/** Another process that wants the lock, with a temporary folder that no other process has. */
async function other(): Promise<{ child: ChildProcess; said: string }> {
  const program = [
    join(COURSE_ROOT, 'packages/launch/launch.mjs'),
    join(import.meta.dirname, 'class/hold-lock.ts'),
    folder,
  ]
  const env = { ...process.env, TMPDIR: mkdtempSync(join(tmpdir(), 'lock-tmp-')) }
  const child = spawn(process.execPath, program, { env, stdio: ['pipe', 'pipe', 'inherit'] })
  children.push(child)
  const [said] = (await once(child.stdout, 'data')) as [Buffer]
  return { child, said: said.toString() }
}

const leave = (owner: Partial<Owner>) =>
  writeFileSync(
    join(folder, LOCK),
    JSON.stringify({ ...thisProcess(), since: NOON.toISOString(), nonce: 'theirs', ...owner }),
  )

describe('the lock of a folder of reports', () => {
  test('keeps every other process out, wherever its temporary folder is, until it is released', async () => {
    const { child, said } = await other()
    expect(said).toBe('locked\n')
    const second = await other()
    for (const message of [second.said, await lockIt().catch((error: Error) => error.message)])
      expect(message).toMatch(
        new RegExp(
          `^Another run is grading into ".*": process ${child.pid}, since 20.* UTC\\. Wait for it, or give another`,
        ),
      )
    child.stdin?.end()
    await once(child, 'exit')
    ;(await lockIt())()
    expect(readdirSync(folder), 'nothing is left').toEqual([])
  })

  test('of a process that was killed is taken over', async () => {
    const { child } = await other()
    child.kill('SIGKILL')
    await once(child, 'exit')
    ;(await lockIt())()
    expect(readdirSync(folder), 'nothing is left').toEqual([])
  })

  test('goes to one of many who find the same dead one', async () => {
    leave({ pid: 2 ** 22 + 1 })
    const tries = await Promise.allSettled(Array.from({ length: 20 }, () => lockIt()))
    expect(tries.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
  })

  test('that is dead is removed by one run at a time, and a removal that crashed keeps it for a minute', async () => {
    leave({ pid: 2 ** 22 + 1 })
    const guard = join(folder, `${LOCK}-removal`)
    writeFileSync(guard, '')
    const after = (ms: number) => () => new Date(statSync(guard).mtimeMs + ms)
    await expect(lock(folder, GRADING, after(59_000))).rejects.toThrow('Several runs are grading into')
    ;(await lock(folder, GRADING, after(61_000)))()
    expect(readdirSync(folder), 'nothing is left').toEqual([])
  })

  test('of another machine is never removed, and the message says how', async () => {
    leave({ host: 'grading-2\u001b[2J', pid: 77 })
    const file = join(folder, LOCK)
    const before = readFileSync(file, 'utf8')
    const message = await lockIt().catch((error: Error) => error.message)
    expect(message).toContain('process 77 on the host "grading-2')
    expect(message).not.toContain('\u001b')
    expect(message).toContain(`If no such process runs any more, delete the file "${file}" and try again.`)
    expect(readFileSync(file, 'utf8')).toBe(before)
  })

  test('that cannot be read belongs to somebody', async () => {
    for (const text of ['', '{', '{"pid":0}', '[]']) {
      writeFileSync(join(folder, LOCK), text)
      await expect(lockIt()).rejects.toThrow('its lock cannot be read')
    }
  })

  test('that was deleted by hand and taken by another stays theirs', async () => {
    const unlock = await lockIt()
    leave({ host: 'another' })
    unlock()
    expect(existsSync(join(folder, LOCK))).toBe(true)
  })

  describe('a process is gone for certain', () => {
    const here = { ...thisProcess(), boot: 'b', machine: 'm', namespace: 'pid:[4026531836]' }

    test.each<[string, Partial<Owner>, boolean]>([
      ['when it is this one: no', {}, false],
      ['when no process has its number', { pid: 2 ** 22 + 1 }, true],
      [
        'when its number belongs to a process that started at another time',
        { start: '1' },
        process.platform === 'linux',
      ],
      ['when it ran on another host: unknown', { host: 'other', pid: 2 ** 22 + 1 }, false],
      ['when it ran in another container: unknown', { namespace: 'pid:[1]', pid: 2 ** 22 + 1 }, false],
      ['when this machine was started again since', { boot: 'earlier' }, true],
      ['when another machine of that name was started: unknown', { boot: 'earlier', machine: 'other' }, false],
      ['when nothing tells machines apart: unknown', { boot: 'earlier', machine: null }, false],
    ])('%s', (_, owner, gone) => expect(isGone({ ...here, ...owner }, here)).toBe(gone))

    test('when a container was started again: unknown', () => {
      const inside = { ...here, namespace: 'pid:[4026532999]' }
      expect(isGone({ ...inside, boot: 'earlier' }, inside)).toBe(false)
    })
  })
})
