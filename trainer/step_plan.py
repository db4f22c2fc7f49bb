"""Which rows each step of a job learns from, and how fast: known before the first step, for all rounds."""

import random

# Of the order in which rows are drawn: whoever trains parts of a run again takes the same rows in each step only if it
# draws them so, too.
PLAN = "2"
# The share of a job's steps over which the learning rate rises; over the others it falls.
WARM_UP = 0.05


def plan_order(rows, epochs, seed):
    """Row numbers in training order, each epoch in an order of its own, all in a line: known before the first step, so
    that a resumed run continues with exactly the rows that the killed one would have taken. Rows of like length are not
    put together: they are often of like content, and steps of them learn less (docs/federation.md)."""
    draw = random.Random(seed)
    order = []
    for _ in range(epochs):
        epoch = list(range(rows))
        draw.shuffle(epoch)
        order += epoch
    return order


def steps_of_round(steps, round_number, rounds):
    """The first of a job's steps that is this round's, and the first that is no longer; at least one step."""
    first = min(steps * (round_number - 1) // rounds, steps - 1)
    return first, max(first + 1, steps * round_number // rounds)


def rate_factor(step, steps, final=0.0):
    """What the learning rate is multiplied by at a step of the whole job: the rounds share one rise and fall. Also
    defined for the step after the last, which schedulers ask for; a job of a single step has nothing to fall over."""
    rising = max(1, int(steps * WARM_UP))
    return (step + 1) / rising if step < rising else final + (1 - final) * (steps - step) / max(1, steps - rising)


def boundary_steps(steps, segments):
    """The steps after which a run's boundaries lie, from 0 to the last: its segments, at most one a step, are as long
    as each other but for one step. None for no segments."""
    segments = min(segments, steps)
    return [number * steps // segments for number in range(segments + 1)] if segments else []
