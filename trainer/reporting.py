"""How every script here speaks: JSON lines on standard output, one `failed` line last, and an exit code.

Exit 0 is success, 2 means the user can fix it, 75 that the same run may be retried, 1 a bug.
"""

import errno
import json
import os
import sys
import traceback

USER_CAN_FIX = 2
MAY_BE_RETRIED = 75
BUG = 1

# Packages print progress bars, notices and warnings to standard output; the lines below are the only ones meant
# for it, so everything else is sent to standard error before any package is imported.
_events = os.fdopen(os.dup(sys.stdout.fileno()), "w", buffering=1, encoding="utf-8")
os.dup2(sys.stderr.fileno(), sys.stdout.fileno())


class Failure(Exception):
    """Something went wrong that is worth a sentence: what happened, and what to do about it."""

    def __init__(self, code, message, fix, exit_code=USER_CAN_FIX):
        super().__init__(message)
        self.code, self.message, self.fix, self.exit_code = code, message, fix, exit_code


def report(event, **facts):
    """Print one event."""
    print(json.dumps({"event": event, **facts}, allow_nan=False), file=_events, flush=True)


def as_failure(error):
    """What any exception means to the person whose machine this is."""
    if isinstance(error, Failure):
        return error
    text = f"{type(error).__name__}: {error}".strip()
    if is_out_of_memory(error, text):
        fix = "close other programs, lower --batch-size or --max-length, or train with --quantization nf4"
        return Failure("hardware-insufficient", f"the machine ran out of memory ({text[:300]})", fix, MAY_BE_RETRIED)
    if is_disk_full(error, text):
        fix = "free some space on the disk of --work-dir, then start the same run again: it goes on from its checkpoint"
        return Failure("disk-full", "the disk is full", fix, MAY_BE_RETRIED)
    if isinstance(error, PermissionError):
        return Failure("configuration-invalid", text, "make the folder writable for this user")
    return Failure("internal", text[:1000], "report this with the log: it is a bug", BUG)


def is_out_of_memory(error, text):
    """Each of torch's devices says it in an exception of its own: torch.OutOfMemoryError, and the CPU's is a RuntimeError."""
    words = ("out of memory", "outofmemoryerror", "can't allocate memory", "cannot allocate memory")
    return isinstance(error, MemoryError) or any(word in text.lower() for word in words)


def is_disk_full(error, text):
    """torch and safetensors write by code of their own, which has its own words for it."""
    words = ("no space left on device", "pytorchstreamwriter failed writing file")
    return getattr(error, "errno", None) == errno.ENOSPC or any(word in text.lower() for word in words)


def run(main):
    """Run a script's main function; its failure becomes the last line and the exit code."""
    try:
        main()
    except Exception as error:
        traceback.print_exc()
        failure = as_failure(error)
        report("failed", code=failure.code, message=failure.message, fix=failure.fix)
        sys.exit(failure.exit_code)
