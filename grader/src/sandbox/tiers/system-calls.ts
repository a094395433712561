/**
 * System calls that a student's process has no use for, each by its number on [x64, arm64]; -1 where it does not exist.
 * Sources: the kernel's arch/x86/entry/syscalls/syscall_64.tbl and include/uapi/asm-generic/unistd.h.
 */
type Numbers = readonly (readonly [x64: number, arm64: number])[]
/** These always fail. */
export const DENIED: Record<string, Numbers> = {
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
  // Before Linux 6.12, Landlock does not keep signals in. Without tgkill, abort() ends a process by another signal.
  'signals: kill tkill tgkill rt_sigqueueinfo rt_tgsigqueueinfo pidfd_send_signal': [
    [62, 129],
    [200, 130],
    [234, 131],
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
  'limits: setrlimit vmsplice landlock_create_ruleset': [
    [160, 164],
    [278, 75],
    [444, 444],
  ],
  // They reveal when others read and write files that can't be opened.
  'watchers of files: inotify_init inotify_init1 inotify_add_watch fanotify_init': [
    [253, -1],
    [294, 26],
    [254, 27],
    [300, 262],
  ],
  'memory that no limit counts: io_setup remap_file_pages': [
    [206, 0],
    [216, 234],
  ],
  // Landlock does not cover it before Linux 6.2.
  'contents of files: truncate': [[76, 45]],
  // Landlock does not cover these, and the grader may run as the same user.
  'modes, owners, times and attributes of files: chmod fchmod fchmodat fchmodat2 chown fchown lchown fchownat utime utimes futimesat utimensat setxattr lsetxattr fsetxattr setxattrat removexattr lremovexattr fremovexattr removexattrat':
    [
      [90, -1],
      [91, 52],
      [268, 53],
      [452, 452],
      [92, -1],
      [93, 55],
      [94, -1],
      [260, 54],
      [132, -1],
      [235, -1],
      [261, -1],
      [280, 88],
      [188, 5],
      [189, 6],
      [190, 7],
      [463, 463],
      [197, 14],
      [198, 15],
      [199, 16],
      [466, 466],
    ],
  'sessions, device files, input and output priority: setsid mknod mknodat ioprio_set': [
    [112, 157],
    [133, -1],
    [259, 33],
    [251, 30],
  ],
}
/** These act on any process of the same user; the argument that names it must be 0, which means the caller. */
export const ONLY_ONESELF: Record<string, readonly (readonly [x64: number, arm64: number, argument: number])[]> = {
  'limits: prlimit64': [[302, 261, 0]],
  // A process can lower its own priority, which another one could read: a message from test to test.
  'priority, only of the process itself: setpriority getpriority': [
    [141, 140, 0],
    [141, 140, 1],
    [140, 141, 0],
    [140, 141, 1],
  ],
  'scheduling: sched_setparam sched_setscheduler sched_setaffinity sched_setattr': [
    [142, 118, 0],
    [144, 119, 0],
    [203, 122, 0],
    [314, 274, 0],
  ],
  'groups and memory: setpgid migrate_pages move_pages': [
    [109, 154, 0],
    [256, 238, 0],
    [279, 239, 0],
  ],
}
/** These fail when an argument has one of these bits set, or is one of these values. */
export const REFUSED_ARGUMENTS: Record<string, RefusedArgument> = {
  // RLIMIT_DATA counts private memory; shared memory, and memory that grows like a stack, isn't counted anywhere.
  'mmap: MAP_SHARED, MAP_GROWSDOWN': { call: [9, 222], argument: 3, bits: 0x101 },
  // Signals to any process of the same user, sent by the kernel whenever something can be read.
  'fcntl: F_SETOWN, F_SETSIG, F_SETOWN_EX, F_SETLEASE, F_NOTIFY': {
    call: [72, 25],
    argument: 1,
    values: [8, 10, 15, 1024, 1026],
  },
  // TIOCSTI and TIOCLINUX type into the user's terminal; FIOSETOWN and SIOCSPGRP are F_SETOWN by another name.
  'ioctl: TIOCSTI, TIOCLINUX, FIOSETOWN, SIOCSPGRP': {
    call: [16, 29],
    argument: 1,
    values: [0x5412, 0x541c, 0x8901, 0x8902],
  },
}
export interface RefusedArgument {
  readonly call: readonly [x64: number, arm64: number]
  readonly argument: number
  readonly bits?: number
  readonly values?: readonly number[]
}
/** "Not implemented" makes the C library fall back to the older call, whose flags can be judged. */
export const CLONE3: Numbers = [[435, 435]]
export const CLONE = [56, 220] as const
export const CLONE_THREAD = 0x00010000
/** All flags for new namespaces. */
export const CLONE_NEW = 0x7e020000
