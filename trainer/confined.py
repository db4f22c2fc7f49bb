"""Run a script of this folder with less than its user may do, where Linux allows to give that up (Landlock).

    python confined.py --connect 43210 --write WORK_DIR train_llm.py …

The script, and whatever it starts, may then write below the named folders, the temporary folder and /dev only, and
open TCP connections to the named ports only. Reading is not restricted, nor is UDP, which Landlock does not know.
Where the system has no Landlock (Linux before 5.13; before 6.7 for connections; macOS; Windows) the script runs
all the same, and standard error says so.
"""

import ctypes
import os
import runpy
import sys
import tempfile
from pathlib import Path

# linux/landlock.h. Everything that changes a file or a folder, by the version of Landlock that knows it.
WRITES = 1 << 1 | sum(1 << bit for bit in range(4, 13))
REFER, TRUNCATE = 1 << 13, 1 << 14
BIND_TCP, CONNECT_TCP = 1, 2
RULE_PATH, RULE_PORT = 1, 2
CREATE_RULESET, ADD_RULE, RESTRICT_SELF = 444, 445, 446
NO_NEW_PRIVILEGES = 38


class Ruleset(ctypes.Structure):
    _fields_ = [("files", ctypes.c_uint64), ("network", ctypes.c_uint64)]


class PathRule(ctypes.Structure):
    _pack_ = 1
    _layout_ = "ms"
    _fields_ = [("allowed", ctypes.c_uint64), ("folder", ctypes.c_int32)]


class PortRule(ctypes.Structure):
    _fields_ = [("allowed", ctypes.c_uint64), ("port", ctypes.c_uint64)]


def confine(folders, ports):
    """Give up writing outside of the folders and connecting to other ports; returns what was given up, in words."""
    if not sys.platform.startswith("linux"):
        return "nothing: this system has no Landlock"
    libc = ctypes.CDLL(None, use_errno=True)

    def call(number, *arguments):
        result = libc.syscall(ctypes.c_long(number), *arguments)
        if result < 0:
            raise OSError(ctypes.get_errno(), "Landlock")
        return result

    try:
        version = call(CREATE_RULESET, None, ctypes.c_size_t(0), ctypes.c_uint32(1))
    except OSError:
        return "nothing: this kernel has no Landlock"
    writes = WRITES | (REFER if version >= 2 else 0) | (TRUNCATE if version >= 3 else 0)
    knows_network = version >= 4
    rules = Ruleset(writes, BIND_TCP | CONNECT_TCP if knows_network else 0)
    size = ctypes.sizeof(rules) if knows_network else 8
    ruleset = call(CREATE_RULESET, ctypes.byref(rules), ctypes.c_size_t(size), ctypes.c_uint32(0))
    for folder in folders:
        opened = os.open(folder, os.O_PATH | os.O_CLOEXEC)
        rule = PathRule(writes, opened)
        call(ADD_RULE, ctypes.c_int(ruleset), ctypes.c_int(RULE_PATH), ctypes.byref(rule), ctypes.c_uint32(0))
        os.close(opened)
    for port in ports if knows_network else ():
        rule = PortRule(CONNECT_TCP, port)
        call(ADD_RULE, ctypes.c_int(ruleset), ctypes.c_int(RULE_PORT), ctypes.byref(rule), ctypes.c_uint32(0))
    if libc.prctl(NO_NEW_PRIVILEGES, 1, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "no new privileges")
    call(RESTRICT_SELF, ctypes.c_int(ruleset), ctypes.c_uint32(0))
    os.close(ruleset)
    return "other folders" + (" and other connections" if knows_network else "")


def main(arguments):
    folders, ports = [tempfile.gettempdir(), "/dev"], []
    while arguments and arguments[0].startswith("--"):
        option, value, *arguments = arguments
        if option == "--connect":
            ports.append(int(value))
        elif option == "--write":
            Path(value).mkdir(parents=True, exist_ok=True)
            folders.append(value)
        else:
            sys.exit(f"unknown option {option}")
    script, *rest = arguments
    path = Path(__file__).parent / script
    print(f"confined: gave up {confine([f for f in folders if os.path.isdir(f)], ports)}", file=sys.stderr)
    sys.argv = [str(path), *rest]
    runpy.run_path(str(path), run_name="__main__")


if __name__ == "__main__":
    main(sys.argv[1:])
