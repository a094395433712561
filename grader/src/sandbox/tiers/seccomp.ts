import { GraderFault } from '../../errors.ts'
import { CLONE, CLONE_NEW, CLONE_THREAD, CLONE3, DENIED, ONLY_ONESELF, REFUSED_ARGUMENTS } from './system-calls.ts'

/**
 * A seccomp-BPF program, assembled by hand so that no library is needed. Unlisted calls are allowed; listed calls
 * fail with EPERM; foreign system-call ABIs kill. Loaded right before `execve`, which therefore stays allowed.
 * Sources: linux/filter.h, linux/seccomp.h.
 */

const [LOAD, JUMP_EQUAL, JUMP_AT_LEAST, JUMP_IF_SET, RETURN] = [0x20, 0x15, 0x35, 0x45, 0x06]
const [ALLOW, KILL] = [0x7fff0000, 0x80000000]
const errno = (code: number) => 0x00050000 | code
const [EPERM, ENOSYS] = [1, 38]
const [OFFSET_NUMBER, OFFSET_ARCH] = [0, 4]
/** The lower half of an argument; process ids and flags fit into it. */
const offsetOf = (argument: number) => 16 + 8 * argument

interface Architecture {
  readonly audit: number
  readonly column: 0 | 1
}
const ARCHITECTURES: Readonly<Record<string, Architecture>> = {
  x64: { audit: 0xc000003e, column: 0 },
  arm64: { audit: 0xc00000b7, column: 1 },
}

const programs = new Map<boolean, Buffer>()

/**
 * The program for this processor, ready for `bwrap --seccomp FD` or `prctl(PR_SET_SECCOMP)`.
 * @param mayFork allow new processes: for a fork server, each copy of which then installs the program that does not
 */
export function seccompProgram({ mayFork = false } = {}): Buffer {
  const program = programs.get(mayFork) ?? assemble(process.arch, mayFork)
  programs.set(mayFork, program)
  return program
}

function assemble(arch: string, mayFork: boolean): Buffer {
  const architecture = ARCHITECTURES[arch]
  if (!architecture) throw new GraderFault(`there is no system-call filter for the processor "${arch}".`)
  const { audit, column } = architecture
  const program: [code: number, ifTrue: number, ifFalse: number, k: number][] = []
  const add = (code: number, ifTrue: number, ifFalse: number, k: number) =>
    program.push([code, ifTrue, ifFalse, k >>> 0])

  add(LOAD, 0, 0, OFFSET_ARCH)
  add(JUMP_EQUAL, 1, 0, audit)
  add(RETURN, 0, 0, KILL)
  add(LOAD, 0, 0, OFFSET_NUMBER)
  if (arch === 'x64') {
    add(JUMP_AT_LEAST, 0, 1, 0x40000000) // the x32 ABI has other numbers
    add(RETURN, 0, 0, KILL)
  }
  for (const [numbers, action] of [
    [Object.values(DENIED).flat(), errno(EPERM)],
    [CLONE3, errno(ENOSYS)],
  ] as const) {
    for (const number of numbers.map(row => row[column]).filter(n => n >= 0)) {
      add(JUMP_EQUAL, 0, 1, number)
      add(RETURN, 0, 0, action)
    }
  }
  for (const [x64, arm64, argument] of Object.values(ONLY_ONESELF).flat()) {
    add(JUMP_EQUAL, 0, 4, column === 0 ? x64 : arm64)
    add(LOAD, 0, 0, offsetOf(argument))
    add(JUMP_EQUAL, 1, 0, 0)
    add(RETURN, 0, 0, errno(EPERM))
    add(LOAD, 0, 0, OFFSET_NUMBER)
  }
  // clone() may make threads, never processes; that of a fork server may make both, but no namespaces.
  add(JUMP_EQUAL, 0, 4, CLONE[column])
  add(LOAD, 0, 0, offsetOf(0))
  if (mayFork) add(JUMP_IF_SET, 0, 1, CLONE_NEW)
  else add(JUMP_IF_SET, 1, 0, CLONE_THREAD)
  add(RETURN, 0, 0, errno(EPERM))
  add(RETURN, 0, 0, ALLOW)
  for (const { call, argument, bits = 0, values = [] } of Object.values(REFUSED_ARGUMENTS)) {
    add(JUMP_EQUAL, 0, 2 + 2 * values.length + 2, call[column])
    add(LOAD, 0, 0, offsetOf(argument))
    for (const value of values) {
      add(JUMP_EQUAL, 0, 1, value)
      add(RETURN, 0, 0, errno(EPERM))
    }
    add(JUMP_IF_SET, 0, 1, bits)
    add(RETURN, 0, 0, errno(EPERM))
    add(RETURN, 0, 0, ALLOW)
  }
  add(RETURN, 0, 0, ALLOW)

  const bytes = Buffer.alloc(program.length * 8)
  for (const [i, [code, ifTrue, ifFalse, k]] of program.entries()) {
    bytes.writeUInt16LE(code, i * 8)
    bytes.writeUInt8(ifTrue, i * 8 + 2)
    bytes.writeUInt8(ifFalse, i * 8 + 3)
    bytes.writeUInt32LE(k, i * 8 + 4)
  }
  return bytes
}
