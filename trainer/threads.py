"""How many threads compute, and how they wait. OpenMP reads it once, when torch is loaded."""

import os


def plan_threads(cores):
    """Before torch is loaded: at most so many threads where a number is given, which sleep while they wait for one
    another. On a busy machine most of their time went into spinning."""
    if cores:
        os.environ["OMP_NUM_THREADS"] = str(cores)
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
