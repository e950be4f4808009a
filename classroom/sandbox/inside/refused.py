"""Calls that the kernel refuses this process, and all that it starts, from here on.

Limits count the memory of a process and the files of the scratch folder. What is refused is what
they do not count, what outlives a worker, and what leads out of it; Python, NumPy and what
notebooks do need none of it. A filter of the kernel's own kind (seccomp): libseccomp's Python
bindings come with distributions, not from PyPI, and all that they would write is in ``program``.
bubblewrap installs it for the whole sandbox, its own first process included, which may be of the
same user; the worker then gives up the one call that it needed itself.
"""

import ctypes
import errno
import os
import struct

#: Each call's number on x86-64 and on ARM's 64 bits; None where there is no such call.
REFUSED: dict[str, tuple[int | None, int | None]] = {
    # keys: those of whoever grades, and of the submission before
    "add_key": (248, 217),
    "request_key": (249, 218),
    "keyctl": (250, 219),
    # memory that no process's limit counts
    "memfd_create": (319, 279),
    "shmget": (29, 194),
    "shmat": (30, 196),
    "shmctl": (31, 195),
    "msgget": (68, 186),
    "semget": (64, 190),
    "mq_open": (240, 180),
    "inotify_init": (253, None),
    "inotify_init1": (294, 26),
    "io_setup": (206, 0),
    "vmsplice": (278, 75),
    "userfaultfd": (323, 282),
    # namespaces and mounts
    "unshare": (272, 97),
    "setns": (308, 268),
    "mount": (165, 40),
    "umount2": (166, 39),
    "pivot_root": (155, 41),
    "chroot": (161, 51),
    # other processes, and the kernel
    "ptrace": (101, 117),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "kcmp": (312, 272),
    "bpf": (321, 280),
    "perf_event_open": (298, 241),
    "kexec_load": (246, 104),
    "kexec_file_load": (320, 294),
    "init_module": (175, 105),
    "finit_module": (313, 273),
    "delete_module": (176, 106),
}

#: From here on calls have one number everywhere. libc does without them, since older kernels lack
#: them; so all are refused (io_uring, memfd_secret, clone3, another way to mount) but for these.
#: The other calling convention of x86-64 (x32) lies above too.
NEW = 424
ALLOWED_NEW = {"close_range": 436, "openat2": 437, "faccessat2": 439, "epoll_pwait2": 441}

#: Refused by their first argument.
CLONE, SOCKET = (56, 220), (41, 198)
BETWEEN_PROCESSES = 1  # AF_UNIX: every other family of sockets is a network's
NAMESPACES = 0x7E02_0000  # CLONE_NEWNS, CGROUP, UTS, IPC, USER, PID, NET: one bit each

#: The column above, and what the kernel calls the architecture.
MACHINES = {"x86_64": (0, 0xC000_003E), "aarch64": (1, 0xC000_00B7)}

# The filter's language, from linux/filter.h and linux/seccomp.h
LOAD, IF_EQUAL, IF_AT_LEAST, IF_ANY_BIT, RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
NUMBER, ARCHITECTURE, ARGUMENT, SECOND = 0, 4, 16, 24  # places in what it looks at
ALLOW = 0x7FFF_0000
NOT_PERMITTED, UNKNOWN = (0x0005_0000 | error for error in (errno.EPERM, errno.ENOSYS))

# From sys/prctl.h, linux/keyctl.h
SET_SECCOMP, FILTER, NO_NEW_PRIVILEGES = 22, 2, 38
JOIN_SESSION_KEYRING = 1


def program(machine: str, *, joining: bool = False) -> bytes:
    """The filter: a step is an operation, how many steps to skip if yes and if no, and a number.

    Args:
        machine: as the kernel names it.
        joining: whether a new session keyring may be asked for, which is empty.
    """
    column, architecture = MACHINES[machine]
    steps = [
        (LOAD, 0, 0, ARCHITECTURE),
        (IF_EQUAL, 1, 0, architecture),
        (RETURN, 0, 0, UNKNOWN),
        (LOAD, 0, 0, NUMBER),
    ]
    if joining:
        steps += [
            (IF_EQUAL, 0, 8, REFUSED["keyctl"][column] or 0),
            (LOAD, 0, 0, ARGUMENT),
            (IF_EQUAL, 0, 5, JOIN_SESSION_KEYRING),
            (LOAD, 0, 0, SECOND),
            (IF_EQUAL, 0, 3, 0),
            (LOAD, 0, 0, SECOND + 4),
            (IF_EQUAL, 0, 1, 0),
            (RETURN, 0, 0, ALLOW),
            (RETURN, 0, 0, NOT_PERMITTED),
        ]
    for numbers in REFUSED.values():
        if (number := numbers[column]) is not None:
            steps += [(IF_EQUAL, 0, 1, number), (RETURN, 0, 0, NOT_PERMITTED)]
    for number in ALLOWED_NEW.values():
        steps += [(IF_EQUAL, 0, 1, number), (RETURN, 0, 0, ALLOW)]
    steps += [(IF_AT_LEAST, 0, 1, NEW), (RETURN, 0, 0, UNKNOWN)]
    steps += [
        (IF_EQUAL, 0, 4, CLONE[column]),
        (LOAD, 0, 0, ARGUMENT),
        (IF_ANY_BIT, 1, 0, NAMESPACES),
        (RETURN, 0, 0, ALLOW),
        (RETURN, 0, 0, NOT_PERMITTED),
    ]
    steps += [
        (IF_EQUAL, 0, 4, SOCKET[column]),
        (LOAD, 0, 0, ARGUMENT),
        (IF_EQUAL, 1, 0, BETWEEN_PROCESSES),
        (RETURN, 0, 0, NOT_PERMITTED),
        (RETURN, 0, 0, ALLOW),
    ]
    steps += [(RETURN, 0, 0, ALLOW)]
    return b"".join(struct.pack("=HBBI", *step) for step in steps)


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("steps", ctypes.c_char_p))


def refuse() -> None:
    """A new, empty session keyring; then no more of the calls above.

    Raises:
        OSError: where the kernel does not do so.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    machine = os.uname().machine
    keyctl = REFUSED["keyctl"][MACHINES[machine][0]]
    joined = libc.syscall(keyctl, JOIN_SESSION_KEYRING, None)
    if joined < 0 and ctypes.get_errno() != errno.ENOSYS:  # which a kernel without keys says
        raise OSError(ctypes.get_errno(), "no new keyring")
    steps = program(machine)
    filter_ = _Program(len(steps) // 8, steps)
    for call in (
        (NO_NEW_PRIVILEGES, 1, 0, 0, 0),
        (SET_SECCOMP, FILTER, ctypes.byref(filter_), 0, 0),
    ):
        if libc.prctl(*call):
            error = ctypes.get_errno()
            raise OSError(error, f"the kernel takes no filter of calls: {os.strerror(error)}")
