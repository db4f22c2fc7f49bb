"""Which rows each step of a job learns from, and how fast: known before the first step, for all rounds."""

import random

# The share of a job's steps over which the learning rate rises; over the others it falls.
WARM_UP = 0.05
# In older jobs rows are sorted by length within this many steps.
STEPS_SORTED_TOGETHER = 64


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


def plan_sorted_order(lengths, rows_per_step, epochs, seed):
    """The same of an older job, whose steps hold rows of like length. Every step but the last is full."""
    draw = random.Random(seed)
    span = rows_per_step * STEPS_SORTED_TOGETHER
    order, left_over = [], []
    for epoch in range(epochs):
        rows = list(range(len(lengths)))
        draw.shuffle(rows)
        rows = left_over + rows
        # What does not fill a step is taken first in the next epoch.
        full = len(rows) if epoch == epochs - 1 else len(rows) - len(rows) % rows_per_step
        rows, left_over = rows[:full], rows[full:]
        for start in range(0, full, span):
            block = sorted(rows[start : start + span], key=lambda row: lengths[row])
            short = len(block) % rows_per_step
            steps = [block[at : at + rows_per_step] for at in range(short, len(block), rows_per_step)]
            draw.shuffle(steps)
            order += [row for step in steps for row in step] + block[:short]
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
