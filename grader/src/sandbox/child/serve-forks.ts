/**
 * The fork server: a process that has loaded everything but the student's code, and makes a copy of itself for each test. A
 * copy takes 6 ms of processor time, a new Node 35. What it does before it loads the student's code is done by calling the C
 * library, and needs Node's `node:ffi`.
 */
import { setImmediate as turn } from 'node:timers/promises'
import { decode } from '../wire/decode.ts'
import { encode } from '../wire/encode.ts'
import { read, write } from './pipe.ts'

/** Where orders come from and answers go; a copy has the calls of the grader there. */
const ORDERS = 3
/** The first descriptor that no child has. */
const AFTER_CHILD = 6
/** The first descriptor of the slots, one for each copy. Each copy gets a slot of them, in the order of `CHILD`. */
export const FIRST_OF_SLOTS = 8
/** Descriptors of a copy: what it prints, calls, callbacks, and the device if it has one. */
const CHILD = [[1, 2], [3], [4], [5]] as const

export type Opening = readonly [
  order: 'open',
  slots: number,
  descriptorsEach: number,
  /** How many descriptors a process may have. */
  most: number,
  /** Is installed in each copy; it must not allow new processes. */
  filter: Uint8Array,
]
export type Order =
  Opening | readonly [order: 'fork', slot: number, module: string] | readonly [order: 'reap', pid: number]
/** `pid` is −1 if the system refused a process; `status` is that of waitpid(2). */
export type Report =
  | readonly [report: 'open']
  | readonly [report: 'forked', pid: number]
  | readonly [report: 'reaped', pid: number, status: number]

/** linux/prctl.h, linux/seccomp.h, asm-generic/mman-common.h, asm-generic/fcntl.h */
const [PR_SET_PDEATHSIG, PR_SET_DUMPABLE, PR_SET_SECCOMP] = [1, 4, 22]
const [SIGKILL, SECCOMP_MODE_FILTER, MADV_DOFORK, O_RDWR, F_GETFD] = [9n, 2n, 11, 2, 1]
const [LOWEST_ADDRESS, HIGHEST_ADDRESS] = [0x10000n, 0x7fff_ffff_f000n]
/** The exit code of a copy that could not be confined. */
const NOT_CONFINED = 71

const SIGNATURES = {
  fork: { return: 'i32', arguments: [] },
  getpid: { return: 'i32', arguments: [] },
  getppid: { return: 'i32', arguments: [] },
  waitpid: { return: 'i32', arguments: ['i32', 'pointer', 'i32'] },
  madvise: { return: 'i32', arguments: ['u64', 'u64', 'i32'] },
  open: { return: 'i32', arguments: ['string', 'i32'] },
  fcntl: { return: 'i32', arguments: ['i32', 'i32'] },
  dup2: { return: 'i32', arguments: ['i32', 'i32'] },
  close: { return: 'i32', arguments: ['i32'] },
  prctl: { return: 'i32', arguments: ['i32', 'u64', 'u64', 'u64', 'u64'] },
  getrandom: { return: 'i64', arguments: ['pointer', 'u64', 'u32'] },
  uv_loop_fork: { return: 'i32', arguments: ['u64'] },
} as const
const EXIT = { _exit: { return: 'void', arguments: ['i32'] } } as const

/** Serves until the grader is gone. Returns in each copy, with the module that it should load. */
export async function forkOnDemand(): Promise<string> {
  const ffi = process.getBuiltinModule('node:ffi')
  const { setFlagsFromString } = process.getBuiltinModule('node:v8')
  const { fstatSync } = process.getBuiltinModule('node:fs')
  const { lib, functions: c } = ffi.dlopen(null, SIGNATURES)
  const { _exit } = ffi.dlopen(null, EXIT).functions
  const eventLoop = ffi.getCurrentEventLoop()
  // The submission imports packages from the file that is being loaded now.
  await turn()

  const [, slots, descriptorsEach, most, filter] = decode(read(ORDERS)) as Opening
  const program = Buffer.alloc(16)
  program.writeUInt16LE(filter.length / 8, 0)
  program.writeBigUInt64LE(ffi.getRawPointer(filter), 8)
  const programAt = ffi.getRawPointer(program)
  const [status, seed] = [Buffer.alloc(4), Buffer.alloc(4)]
  const server = c.getpid()

  const afterSlots = FIRST_OF_SLOTS + slots * descriptorsEach
  const slotted = range(FIRST_OF_SLOTS, afterSlots)
  const slotOf = (slot: number) => slotted.slice(slot * descriptorsEach, (slot + 1) * descriptorsEach)
  const nothing = c.open('/dev/null', O_RDWR)
  must(nothing)
  /** Pipes and the like of Node's event loops, with the numbers of their files: copies would share them. */
  const internal = [...range(AFTER_CHILD, FIRST_OF_SLOTS), ...range(afterSlots, most)]
    .filter(descriptor => descriptor !== nothing && c.fcntl(descriptor, F_GETFD) >= 0)
    .map(descriptor => [descriptor, fstatSync(descriptor).ino] as const)

  collectGarbage()
  // Copies have the same user: from now on none of them can look into another one, or into this process.
  must(c.prctl(PR_SET_DUMPABLE, 0n, 0n, 0n, 0n))
  write(ORDERS, encode(['open'] satisfies Report))

  for (;;) {
    const order = decode(read(ORDERS)) as Order
    if (order[0] === 'fork') {
      // V8 keeps its memory from copies, to make forks fast that only start another program. The range has holes, which is
      // an error that changes nothing.
      c.madvise(LOWEST_ADDRESS, HIGHEST_ADDRESS - LOWEST_ADDRESS, MADV_DOFORK)
      const pid = c.fork()
      if (pid === 0) {
        try {
          become(order[1])
        } catch {
          _exit(NOT_CONFINED)
        }
        lib.close() // nothing above can be called from here on
        return order[2]
      }
      // Otherwise the grader would not notice the end of the copy.
      for (const descriptor of slotOf(order[1])) c.close(descriptor)
      write(ORDERS, encode(['forked', pid] satisfies Report))
    } else if (order[0] === 'reap') {
      const pid = c.waitpid(order[1], status, 0)
      write(ORDERS, encode(['reaped', pid, status.readInt32LE()] satisfies Report))
    }
  }

  /** Makes this copy a child like any other: with its own descriptors, event loop and random numbers, and confined. */
  function become(slot: number): void {
    for (const [i, from] of slotOf(slot).entries()) for (const to of CHILD[i]) must(c.dup2(from, to))
    // The server has closed those of earlier slots, and fork(2) may have given their numbers to a pipe of this copy's libuv.
    for (const descriptor of slotted.slice(slot * descriptorsEach)) c.close(descriptor)
    for (const [missing] of CHILD.slice(descriptorsEach)) c.close(missing)
    // Node still writes to some of them. A pipe that fork(2) has made for this copy's libuv may be in the place of another.
    for (const [descriptor, file] of internal) {
      const isThere = c.fcntl(descriptor, F_GETFD) >= 0
      if (isThere && fstatSync(descriptor).ino === file) must(c.dup2(nothing, descriptor))
    }
    must(c.uv_loop_fork(eventLoop))
    // At its end, Node would wait for threads that a copy doesn't have; also when nothing is left to do.
    Object.assign(process, { reallyExit: (code?: number) => _exit(code ?? 0) })
    process.on('beforeExit', () => process.exit())
    must(c.prctl(PR_SET_PDEATHSIG, SIGKILL, 0n, 0n, 0n))
    must(c.getppid() === server ? 0 : -1)
    // `Math.random` is seeded when it is first called; all copies would get the same numbers.
    must(c.getrandom(seed, 4n, 0) === 4n ? 0 : -1)
    setFlagsFromString(`--random-seed=${(seed.readUInt32LE() >>> 1) + 1}`)
    must(c.prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, programAt, 0n, 0n))
    process.permission.drop('ffi')
    must(process.permission.has('ffi') ? -1 : 0)
  }
}

/**
 * So that no more is collected here: V8 would wake its thread for that, and a copy that is made in the moment in which the
 * thread holds a lock would never get it.
 */
function collectGarbage(): void {
  const { setFlagsFromString } = process.getBuiltinModule('node:v8')
  setFlagsFromString('--expose-gc')
  const collect = process.getBuiltinModule('node:vm').runInNewContext('gc') as () => void
  setFlagsFromString('--no-expose-gc')
  collect()
}

const range = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, i) => from + i)

function must(result: number): void {
  if (result < 0) throw new Error('a system call failed')
}
