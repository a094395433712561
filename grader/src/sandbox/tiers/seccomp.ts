import { GraderFault } from '../../errors.ts'

/**
 * A seccomp-BPF program, assembled by hand so that no library is needed. What is not named is allowed; what is named
 * fails with EPERM; foreign system-call ABIs kill. Loaded right before `execve`, so that one stays allowed.
 * Sources: linux/filter.h, linux/seccomp.h; numbers from the kernel's syscall tables.
 */

const [LOAD, JUMP_EQUAL, JUMP_AT_LEAST, JUMP_IF_SET, RETURN] = [0x20, 0x15, 0x35, 0x45, 0x06]
const [ALLOW, KILL] = [0x7fff0000, 0x80000000]
const errno = (code: number) => 0x00050000 | code
const [EPERM, ENOSYS] = [1, 38]
const [OFFSET_NUMBER, OFFSET_ARCH, OFFSET_ARG0, OFFSET_ARG1] = [0, 4, 16, 24]

interface Architecture {
  readonly audit: number
  readonly column: 0 | 1
}
const ARCHITECTURES: Readonly<Record<string, Architecture>> = {
  x64: { audit: 0xc000003e, column: 0 },
  arm64: { audit: 0xc00000b7, column: 1 },
}

// Each system call by its number on [x64, arm64]; -1 where it does not exist.
type Numbers = readonly (readonly [x64: number, arm64: number])[]
const DENIED: Record<string, Numbers> = {
  'network: socket connect bind listen accept accept4 socketpair': [
    [41, 198],
    [42, 203],
    [49, 200],
    [50, 201],
    [43, 202],
    [288, 242],
    [53, 199],
  ],
  'processes: fork vfork': [
    [57, -1],
    [58, -1],
  ],
  'signals: kill tkill rt_sigqueueinfo rt_tgsigqueueinfo pidfd_send_signal': [
    [62, 129],
    [200, 130],
    [129, 138],
    [297, 240],
    [424, 424],
  ],
  'other processes: ptrace process_vm_readv process_vm_writev kcmp pidfd_getfd pidfd_open': [
    [101, 117],
    [310, 270],
    [311, 271],
    [312, 272],
    [438, 438],
    [434, 434],
  ],
  'mounts and namespaces: mount umount2 pivot_root chroot unshare setns open_tree move_mount fsopen fsconfig fsmount fspick mount_setattr':
    [
      [165, 40],
      [166, 39],
      [155, 41],
      [161, 51],
      [272, 97],
      [308, 268],
      [428, 428],
      [429, 429],
      [430, 430],
      [431, 431],
      [432, 432],
      [433, 433],
      [442, 442],
    ],
  'kernel surface: bpf perf_event_open userfaultfd io_uring_setup io_uring_enter io_uring_register personality': [
    [321, 280],
    [298, 241],
    [323, 282],
    [425, 425],
    [426, 426],
    [427, 427],
    [135, 92],
  ],
  'keys, log, modules, power: keyctl add_key request_key syslog quotactl acct init_module finit_module delete_module kexec_load reboot swapon swapoff':
    [
      [250, 219],
      [248, 217],
      [249, 218],
      [103, 116],
      [179, 60],
      [163, 89],
      [175, 105],
      [313, 273],
      [176, 106],
      [246, 104],
      [169, 142],
      [167, 224],
      [168, 225],
    ],
  'files by handle, anonymous files: open_by_handle_at name_to_handle_at memfd_create memfd_secret': [
    [304, 265],
    [303, 264],
    [319, 279],
    [447, 447],
  ],
  'System V and POSIX IPC: shmget shmat msgget semget mq_open': [
    [29, 194],
    [30, 196],
    [68, 186],
    [64, 190],
    [240, 180],
  ],
  'limits and watchers: setrlimit vmsplice fanotify_init landlock_create_ruleset': [
    [160, 164],
    [278, 75],
    [300, 262],
    [444, 444],
  ],
}
/** "Not implemented" makes the C library fall back to the older call, whose flags can be judged. */
const CLONE3: Numbers = [[435, 435]]
const CLONE = [56, 220] as const
const IOCTL = [16, 29] as const
const CLONE_THREAD = 0x00010000
/** Terminal ioctls that type into the user's terminal: TIOCSTI, TIOCLINUX. */
const TYPING_IOCTLS = [0x5412, 0x541c] as const

/** The program for this processor, ready for `bwrap --seccomp FD` or `prctl(PR_SET_SECCOMP)`. */
export function seccompProgram(arch: string = process.arch): Buffer {
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
  // clone() may make threads, never processes.
  add(JUMP_EQUAL, 0, 4, CLONE[column])
  add(LOAD, 0, 0, OFFSET_ARG0)
  add(JUMP_IF_SET, 1, 0, CLONE_THREAD)
  add(RETURN, 0, 0, errno(EPERM))
  add(RETURN, 0, 0, ALLOW)
  add(JUMP_EQUAL, 0, 5, IOCTL[column])
  add(LOAD, 0, 0, OFFSET_ARG1)
  add(JUMP_EQUAL, 1, 0, TYPING_IOCTLS[0])
  add(JUMP_EQUAL, 0, 1, TYPING_IOCTLS[1])
  add(RETURN, 0, 0, errno(EPERM))
  add(RETURN, 0, 0, ALLOW)
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
