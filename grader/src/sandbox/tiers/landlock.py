"""Starts a program with Landlock, seccomp and resource limits, where user namespaces aren't available.

Needs no root and no packages. The configuration comes as JSON on descriptor 6:
{argv, env, cwd, execute: [path], read: [path], write: [path], limits: {NAME: value}, seccomp: hex, descriptors, uid}
Numbers are those of linux/landlock.h and linux/prctl.h; the system calls have the same number on x86-64 and arm64.
"""
import ctypes
import json
import os
import resource
import struct

LANDLOCK_CREATE_RULESET, LANDLOCK_ADD_RULE, LANDLOCK_RESTRICT_SELF = 444, 445, 446
PR_SET_PDEATHSIG, PR_SET_SECCOMP, PR_SET_NO_NEW_PRIVS = 1, 22, 38
EXECUTE, WRITE_FILE, READ_FILE, READ_DIR, TRUNCATE = 1, 2, 4, 8, 1 << 14
SIGKILL, SECCOMP_MODE_FILTER = 9, 2

libc = ctypes.CDLL(None, use_errno=True)


def syscall(number, *args):
    result = libc.syscall(ctypes.c_long(number), *args)
    if result < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return result


def prctl(*args):
    if libc.prctl(*[ctypes.c_ulong(arg) for arg in args]) != 0:
        raise OSError(ctypes.get_errno(), "prctl")


def confine_files(config):
    abi = syscall(LANDLOCK_CREATE_RULESET, None, ctypes.c_size_t(0), 1)
    rights = (1 << 13) - 1
    for since, bit in ((2, 13), (3, 14), (5, 15)):
        if abi >= since:
            rights |= 1 << bit
    size = 24 if abi >= 6 else 16 if abi >= 4 else 8
    attributes = struct.pack("=QQQ", rights, 3 if abi >= 4 else 0, 3 if abi >= 6 else 0)[:size]
    ruleset = syscall(LANDLOCK_CREATE_RULESET, attributes, ctypes.c_size_t(size), 0)

    def allow(path, access):
        try:
            fd = os.open(path, os.O_PATH | os.O_CLOEXEC)
        except FileNotFoundError:
            return
        if not os.path.isdir(path):
            access &= EXECUTE | WRITE_FILE | READ_FILE | (TRUNCATE if abi >= 3 else 0)
        syscall(LANDLOCK_ADD_RULE, ruleset, 1, struct.pack("=Qi", access, fd), 0)
        os.close(fd)

    for path in config["execute"]:
        allow(path, EXECUTE | READ_FILE)
    for path in config["read"]:
        allow(path, READ_FILE | READ_DIR)
    for path in config["write"]:
        allow(path, READ_FILE | WRITE_FILE)
    syscall(LANDLOCK_RESTRICT_SELF, ruleset, 0)
    os.close(ruleset)


def confine_system_calls(program):
    buffer = ctypes.create_string_buffer(program, len(program))
    header = struct.pack("HxxxxxxQ", len(program) // 8, ctypes.addressof(buffer))
    header_buffer = ctypes.create_string_buffer(header, len(header))
    prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, ctypes.addressof(header_buffer), 0, 0)


def main():
    config = json.loads(os.fdopen(6, "rb").read())
    os.closerange(6, 8)
    os.closerange(config["descriptors"], 4096)
    if os.getuid() == 0:
        uid = config["uid"]
        os.setgroups([])
        os.setresgid(uid, uid, uid)
        os.setresuid(uid, uid, uid)
    try:
        os.setsid()
    except OSError:
        pass
    parent = os.getppid()
    prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        os._exit(1)
    for name, value in config["limits"].items():
        # SIGXCPU, which is unambiguous, comes at the soft limit on CPU time.
        hard = value + 2 if name == "CPU" else value
        resource.setrlimit(getattr(resource, "RLIMIT_" + name), (value, hard))
    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    confine_files(config)
    confine_system_calls(bytes.fromhex(config["seccomp"]))
    os.chdir(config["cwd"])
    os.execve(config["argv"][0], config["argv"], config["env"])


main()
