"""Run a script in a process that warm.py forks, as if it were this one: same output, folder, environment and end.

    python warm_run.py SOCKET SCRIPT ARGUMENTS…

Where nobody listens on the socket, this process becomes the script itself. A signal that asks to end is passed on; when
this process is killed, the run is.
"""

import array
import contextlib
import json
import os
import signal
import socket
import struct
import sys

# What warm.py and this say to each other: a request's length or a process, and how a run ended.
LENGTH = struct.Struct("!I")
STATUS = struct.Struct("!i")
# Of reporting.py, which takes over standard output where it is imported.
MAY_BE_RETRIED = 75
CALLER = os.getppid()


def main(path, arguments):
    # Asked to end before there is a run to pass it on to, this process waits until there is.
    signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGTERM])
    connection = socket.socket(socket.AF_UNIX)
    try:
        connection.connect(path)
    except OSError:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGTERM])
        os.execv(sys.executable, [sys.executable, *arguments])
    request = {
        "arguments": arguments,
        "environment": dict(os.environ),
        "folder": os.getcwd(),
        "niceness": os.getpriority(os.PRIO_PROCESS, 0),
    }
    try:
        status = run(connection, json.dumps(request).encode())
    except OSError as error:
        give_up(error)
    if status < 0:
        # Ended as it was, so that its caller is told the same.
        if -status != signal.SIGKILL:
            signal.signal(-status, signal.SIG_DFL)
        os.kill(os.getpid(), -status)
    sys.exit(status)


def run(connection, body):
    """Hand over the request and wait for the run's end: its exit code, or minus the signal that ended it."""
    descriptors = array.array("i", [1, 2])
    connection.sendmsg([LENGTH.pack(len(body))], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, descriptors)])
    connection.sendall(body)
    (child,) = LENGTH.unpack(whole(connection, LENGTH.size))

    def pass_on(number, _):
        with contextlib.suppress(ProcessLookupError):
            os.kill(child, number)

    signal.signal(signal.SIGTERM, pass_on)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGTERM])
    (status,) = STATUS.unpack(whole(connection, STATUS.size))
    return status


def whole(connection, size):
    """So many bytes; an end before them is that of warm.py, and of the run with it. Ends once the caller is gone."""
    data = b""
    connection.settimeout(0.5)
    while len(data) < size:
        try:
            piece = connection.recv(size - len(data))
        except TimeoutError:
            if os.getppid() != CALLER:
                sys.exit(MAY_BE_RETRIED)
            continue
        if not piece:
            give_up("it is gone")
        data += piece
    return data


def give_up(why):
    """No fault of what was to be run: that the process which runs are forked from failed."""
    print(f"the process that runs are forked from failed: {why}", file=sys.stderr)
    sys.exit(MAY_BE_RETRIED)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
