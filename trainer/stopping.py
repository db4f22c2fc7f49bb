"""A training's end before its time: asked for, or because nobody waits for it any more."""

import os

from reporting import MAY_BE_RETRIED, Failure


def is_orphan():
    """Whether the program that started this run is gone: nobody would seal and submit the result."""
    parent = os.environ.get("TRAINCHAIN_PARENT_PID")
    return parent is not None and os.name == "posix" and os.getppid() != int(parent)


def stopped():
    return Failure("training-failed", "stopped as asked", "start the same run again: it goes on", MAY_BE_RETRIED)


def stop_at_once(*_):
    """A signal handler for when there is nothing to save first."""
    raise stopped()
