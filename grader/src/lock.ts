import { randomBytes } from 'node:crypto'
import { readFileSync, readlinkSync, rmSync } from 'node:fs'
import { readFile, rm, stat } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { createWhole } from '@backprop/files'
import { safeLine } from '@backprop/safe-text'
import { z } from 'zod'
import { UsageError } from './errors.ts'

/**
 * Lets only one run at a time write into a folder of reports, or of submissions. The lock is a file in that folder, so
 * that it is seen wherever the folder is visible: another terminal, a container, another machine on a network disk. It
 * names its owner. A run that died leaves it behind; it is taken over only if its process is certainly gone.
 */

export const LOCK = '.lock'

const Owner = z.object({
  host: z.string(),
  pid: z.int().positive(),
  since: z.iso.datetime(),
  /** When the process started, in the kernel's clock; a reused process id has a different start. */
  start: z.string().nullable(),
  boot: z.string().nullable(),
  /** The namespace of the process id, which is meaningless outside it. */
  namespace: z.string().nullable(),
  machine: z.string().nullable(),
  /** Distinguishes this lock from others of the same process. */
  nonce: z.string(),
})
export type Owner = z.infer<typeof Owner>
/** An owner that has no lock yet. */
type Process = Omit<Owner, 'since'>

/** What a folder is locked for. */
export interface LockPurpose {
  readonly doing: string
  /** The option that names the folder. */
  readonly option: string
}
export const GRADING: LockPurpose = { doing: 'grading into', option: '--report' }
export const FETCHING: LockPurpose = { doing: 'fetching into', option: '--out' }
export const COLLECTING: LockPurpose = { doing: 'collecting into', option: '--out' }
export const UPDATING: LockPurpose = { doing: 'writing updates into', option: '--out' }

/** Locks a folder. Resolves to a function that unlocks it; rejects with `UsageError` if another run has the lock. */
export async function lock(folder: string, purpose: LockPurpose, now: () => Date): Promise<() => void> {
  const file = join(folder, LOCK)
  const mine = { ...thisProcess(), since: now().toISOString() }
  for (let attempt = 0; attempt < 5; attempt++) {
    if (await createWhole(file, `${JSON.stringify(mine)}\n`)) return () => release(file, mine)
    const owner = await readOwner(file)
    if (owner === 'gone') continue
    if (owner === 'unreadable' || !isGone(owner, mine)) throw new UsageError(taken(folder, owner, mine, purpose))
    await removeStale(file, owner, now)
  }
  throw new UsageError(
    `Several runs are ${purpose.doing} "${folder}" at once. Try again, or give another folder with ${purpose.option}.`,
  )
}

/** Rejects with `UsageError` if another run has locked a folder that is only read here. */
export async function refuseLocked(folder: string, purpose: LockPurpose): Promise<void> {
  const here = thisProcess()
  const owner = await readOwner(join(folder, LOCK))
  if (owner === 'gone' || (owner !== 'unreadable' && isGone(owner, here))) return
  throw new UsageError(taken(folder, owner, here, purpose))
}

function release(file: string, { nonce }: Owner): void {
  // If the lock was deleted by hand, another run may have it now.
  if (parse(readText(file) ?? '')?.nonce === nonce) rmSync(file, { force: true })
}

/** On a disk without hard links, a new file is incomplete for a moment. */
async function readOwner(file: string): Promise<Owner | 'gone' | 'unreadable'> {
  for (let attempt = 0; attempt < 5; attempt++) {
    const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) =>
      error.code === 'ENOENT' ? null : '',
    )
    if (text === null) return 'gone'
    const owner = parse(text)
    if (owner) return owner
    await sleep(100)
  }
  return 'unreadable'
}

function parse(text: string): Owner | undefined {
  try {
    return Owner.safeParse(JSON.parse(text)).data
  } catch {
    return undefined
  }
}

/** Of two runs that find the same stale lock, only one may remove it: the other could remove the next lock. */
async function removeStale(file: string, { nonce }: Owner, now: () => Date): Promise<void> {
  const guard = `${file}-removal`
  if (!(await createWhole(guard, ''))) {
    await sleep(200)
    // Removing takes a moment; a guard that is older was left by a crash.
    const made = await stat(guard).catch(() => null)
    if (made && now().getTime() - made.mtimeMs > 60_000) await rm(guard, { force: true })
    return
  }
  try {
    const owner = await readOwner(file)
    if (typeof owner === 'object' && owner.nonce === nonce) await rm(file, { force: true })
  } finally {
    await rm(guard, { force: true })
  }
}

/** Whether the process of a lock is certainly gone. */
export function isGone(owner: Process, here: Process): boolean {
  if (owner.host !== here.host) return false
  if (owner.boot !== here.boot)
    // The same machine after a restart; inside a container, neither name identifies the machine.
    return owner.machine !== null && owner.machine === here.machine && isOutermost(owner) && isOutermost(here)
  if (owner.namespace !== here.namespace) return false
  if (!isRunning(owner.pid)) return true
  const { state, start } = statusOf(owner.pid) ?? {}
  // A process that has ended keeps its number until its parent asks, which in a container may be never.
  if (state === 'Z' || state === 'X') return true
  return owner.start !== null && start !== undefined && owner.start !== start
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH'
  }
}

/** Linux always gives the first process namespace this number. */
const isOutermost = ({ namespace }: Process) => namespace === 'pid:[4026531836]'

/** What identifies this process in a lock. Only Linux provides everything; elsewhere the process id must do. */
export const thisProcess = (): Process => ({
  host: hostname(),
  pid: process.pid,
  start: statusOf(process.pid)?.start ?? null,
  boot: readText('/proc/sys/kernel/random/boot_id')?.trim() ?? null,
  namespace: linkOf('/proc/self/ns/pid'),
  machine: readText('/etc/machine-id')?.trim() || null,
  nonce: randomBytes(8).toString('hex'),
})

/** Fields 3 and 22 of its status; the program name before them may contain spaces and brackets. */
function statusOf(pid: number): { readonly state: string; readonly start: string } | null {
  const status = readText(`/proc/${pid}/stat`)
  if (status === null) return null
  const fields = status.slice(status.lastIndexOf(')') + 2).split(' ')
  return { state: fields[0], start: fields[19] }
}

function readText(file: string): string | null {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return null
  }
}

function linkOf(file: string): string | null {
  try {
    return readlinkSync(file)
  } catch {
    return null
  }
}

function taken(folder: string, owner: Owner | 'unreadable', here: Process, { doing, option }: LockPurpose): string {
  const advice = `Wait for it, or give another folder with ${option}.`
  const byHand = `If no such process runs any more, delete the file "${join(folder, LOCK)}" and try again.`
  if (owner === 'unreadable')
    return `Another run seems to be ${doing} "${folder}", but its lock cannot be read. ${advice} ${byHand}`
  const { host, pid, since, boot, namespace } = owner
  const isHere = host === here.host && boot === here.boot && namespace === here.namespace
  const where = isHere ? `process ${pid}` : `process ${pid} on the host "${safeLine(host)}"`
  const when = `since ${since.slice(0, 16).replace('T', ' ')} UTC`
  return `Another run is ${doing} "${folder}": ${where}, ${when}. ${advice} ${byHand}`
}
