"""A Python that has torch, transformers and peft loaded, and forks one process for each run that is asked of it.

    python warm.py SOCKET

Loading them takes seconds of a processor, in every run anew; a forked process has them at once and shares their memory.
`warm_run.py` asks on the Unix socket, and is to its caller what the script itself would be. This process opens nothing
that anybody sent: only what it forks does. It ends when its standard input does, which is when its owner is gone, and
while nothing runs also where the machine is short of memory: the next run has it started again.
Linux only: elsewhere threads of the system's own libraries do not survive a fork.
"""

import array
import contextlib
import ctypes
import gc
import importlib
import json
import os
import runpy
import select
import signal
import socket
import sys
import traceback

from lean_imports import leave_out
from warm_run import LENGTH, STATUS

PACKAGES = ["torch", "safetensors.torch", "transformers", "transformers.models.llama.modeling_llama"]
PACKAGES += ["transformers.trainer", "peft"]
# How often it looks whether it is in the way, and what share of the memory is to be left.
LOOK_MS = 10_000
LEAST_SHARE = 0.05
MEMORY = "/proc/meminfo"
PARENT_DEATH_SIGNAL = 1  # linux/prctl.h


def load_packages():
    """What an environment lacks or cannot load, the run that needs it tells in its own words."""
    leave_out("datasets")
    # Asking by NVML leaves CUDA alone, which no forked process could use any more.
    os.environ["PYTORCH_NVML_BASED_CUDA_CHECK"] = "1"
    for name in PACKAGES:
        with contextlib.suppress(Exception):
            importlib.import_module(name)
    # What is loaded is never let go of: a run that looks for garbage need not look here, in memory that it shares.
    gc.collect()
    gc.freeze()


def receive(connection):
    """The standard output and error of the caller, and its request."""
    descriptors = array.array("i")
    head, ancillary, *_ = connection.recvmsg(LENGTH.size, socket.CMSG_SPACE(2 * descriptors.itemsize))
    for _, _, data in ancillary:
        descriptors.frombytes(data)
    (length,) = LENGTH.unpack(head)
    body = b""
    while len(body) < length:
        piece = connection.recv(length - len(body))
        if not piece:
            raise EOFError("the request broke off")
        body += piece
    return descriptors, json.loads(body)


def become(connection, parent):
    """In the forked process: take the caller's place, and run its script to the end."""
    os.setsid()
    # Where this process's parent dies, nobody would tell the caller how it ended.
    ctypes.CDLL(None).prctl(PARENT_DEATH_SIGNAL, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signal.SIG_DFL)
    (output, errors), request = receive(connection)
    os.dup2(output, 1)
    os.dup2(errors, 2)
    os.close(output)
    os.close(errors)
    os.environ.clear()
    # Whoever waits for the caller now waits for this process's parent: see stopping.py.
    os.environ.update(request["environment"], TRAINCHAIN_PARENT_PID=str(parent))
    os.chdir(request["folder"])
    os.setpriority(os.PRIO_PROCESS, 0, request["niceness"])
    script, *_ = sys.argv = request["arguments"]
    sys.path[0] = os.path.dirname(script)
    connection.sendall(LENGTH.pack(os.getpid()))
    connection.close()
    runpy.run_path(script, run_name="__main__")


def fork(listener, connection, others):
    """Fork the process of one run; returns a descriptor that is readable once it has ended, and its number."""
    parent = os.getpid()
    child = os.fork()
    if child:
        try:
            return os.pidfd_open(child), child
        except OSError:
            end_run(child)
            os.waitpid(child, 0)
            raise
    # SystemExit and what nobody caught end as they would in a process of its own.
    code = 1
    try:
        listener.close()
        for descriptor in others:
            os.close(descriptor)
        become(connection, parent)
        code = 0
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
        if isinstance(end.code, str):
            print(end.code, file=sys.stderr)
    except BaseException:
        traceback.print_exc()
    finally:
        with contextlib.suppress(Exception):
            sys.stdout.flush()
            sys.stderr.flush()
        os._exit(code)


def serve(path):
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(path)
    listener.listen(64)
    poll = select.poll()
    poll.register(0, select.POLLIN | select.POLLHUP)
    poll.register(listener, select.POLLIN)
    runs = {}  # by the descriptor of the connection, and by that of the process
    print("ready", flush=True)
    while True:
        # One at a time: what ends a run closes descriptors, whose numbers the next run takes.
        heard = poll.poll(LOOK_MS)
        if not heard:
            if not runs and is_in_the_way():
                return
            continue
        descriptor, _ = heard[0]
        if descriptor == 0:
            for _, _, child in runs.values():
                end_run(child)
            return
        if descriptor == listener.fileno():
            connection, _ = listener.accept()
            others = {number for run in runs.values() for number in (run[0].fileno(), run[1])}
            try:
                process, child = fork(listener, connection, others)
            except OSError:
                # Its caller may try again; the other runs go on.
                traceback.print_exc()
                connection.close()
                continue
            runs[connection.fileno()] = runs[process] = (connection, process, child)
            poll.register(connection, select.POLLRDHUP | select.POLLHUP)
            poll.register(process, select.POLLIN)
            continue
        connection, process, child = runs[descriptor]
        if descriptor != process:
            # The caller is gone: nobody would read what comes.
            end_run(child)
        _, status = os.waitpid(child, 0)
        with contextlib.suppress(OSError):
            connection.sendall(STATUS.pack(os.waitstatus_to_exitcode(status)))
        for number in (connection.fileno(), process):
            poll.unregister(number)
            del runs[number]
        connection.close()
        os.close(process)


def is_in_the_way():
    """Whether less than its share of the machine's memory can still be had; not where that is not told."""
    with contextlib.suppress(OSError, KeyError, ValueError), open(MEMORY) as file:
        sizes = {line.split(":")[0]: int(line.split()[1]) for line in file if line.endswith("kB\n")}
        return sizes["MemAvailable"] < LEAST_SHARE * sizes["MemTotal"]
    return False


def end_run(child):
    """Kill a run's process and all that it has started; just forked, it has no group of its own yet."""
    for kill in (os.killpg, os.kill):
        with contextlib.suppress(ProcessLookupError):
            kill(child, signal.SIGKILL)


if __name__ == "__main__":
    load_packages()
    if "torch" in sys.modules and sys.modules["torch"].cuda.is_initialized():
        sys.exit("CUDA is in use already: nothing can be forked")
    # Where this is not known or not allowed, there is nothing to wait for a run with.
    os.close(os.pidfd_open(os.getpid()))
    address = sys.argv[1]
    try:
        serve(address)
    finally:
        with contextlib.suppress(OSError):
            os.unlink(address)
            os.rmdir(os.path.dirname(address))
