"""A training's end before its time: asked for, or because nobody waits for it any more."""

import os
import threading
import time

from reporting import MAY_BE_RETRIED, Failure


def is_orphan():
    """Whether the program that started this run is gone: nobody would do anything with the result."""
    parent = os.environ.get("TRAINCHAIN_PARENT_PID")
    return parent is not None and os.name == "posix" and os.getppid() != int(parent)


def end_with_caller():
    """From now on, end this process once the program that started it is gone: it holds memory and cores."""

    def watch():
        while not is_orphan():
            time.sleep(0.5)
        os._exit(MAY_BE_RETRIED)

    threading.Thread(target=watch, daemon=True).start()


def stopped():
    return Failure("training-failed", "stopped as asked", "start the same run again: it goes on", MAY_BE_RETRIED)


def stop_at_once(*_):
    """A signal handler for when there is nothing to save first."""
    raise stopped()
