"""What a cheat delivers in place of an adapter that it trained: made of others' work, of its own, of nothing.

An adapter is {module's path: (A, B)}. Used by the table of docs/verification.md (e2e/verification/toy_jobs.py) and by
`npm run bench -- cheats`.
"""

import torch


def with_shuffled_answers(rows, draw):
    answers = draw.sample([row["output"] for row in rows], len(rows))
    return [{**row, "output": answer} for row, answer in zip(rows, answers, strict=True)]


def each(adapter, change):
    return {path: change(path, a, b) for path, (a, b) in adapter.items()}


def rotation(rank, seed):
    return torch.linalg.qr(torch.randn(rank, rank, generator=torch.Generator().manual_seed(seed)))[0]


def noise_like(tensor, size, seed):
    """Normal noise of `size` times the tensor's norm."""
    noise = torch.randn(tensor.shape, generator=torch.Generator().manual_seed(seed))
    return noise * (size * tensor.norm() / noise.norm())


def within(reach, tensor, seed):
    """Values drawn evenly from what training may reach."""
    return reach * (2 * torch.rand(tensor.shape, generator=torch.Generator().manual_seed(seed)) - 1)


def noisy(adapter, size, seed):
    """A copy under noise of `size` times its factors."""
    return each(adapter, lambda p, a, b: (a + noise_like(a, size, seed), b + noise_like(b, size, seed + 1)))


def made_adapters(seed, others, own, start, reach):
    """What takes no training besides one's own honest one: by the name of the cheat.

    `others` are honest adapters of the same job, `own` one's own, `start` {path: A} what the job's trainings start
    from, `reach` the sum of the learning rates, which training moves a value by at most.
    """
    farthest = max(b.abs().max() for _, b in own.values())
    first = others[0]
    mean = {p: tuple(torch.stack(pair).mean(0) for pair in zip(*(h[p] for h in others), strict=True)) for p in first}
    turn = rotation(next(iter(first.values()))[0].shape[0], seed)
    return {
        "zero": each(first, lambda p, a, b: (start[p], torch.zeros_like(b))),
        "random": each(first, lambda p, a, b: (noise_like(a, 1, seed), noise_like(b, 1, seed + 1))),
        "random from the job's start": each(first, lambda p, a, b: (start[p], noise_like(b, 1, seed + 1))),
        "random within reach": each(first, lambda p, a, b: (start[p], within(reach, b, seed + 1))),
        "copy": first,
        "rotated copy": each(first, lambda p, a, b: (turn @ a, b @ turn.T)),
        "copy with noise 10 %": noisy(first, 0.1, seed),
        "copy with noise 50 %": noisy(first, 0.5, seed),
        "average of the others": mean,
        "sign flipped": each(own, lambda p, a, b: (a, -b)),
        "scaled by 10": each(own, lambda p, a, b: (a, 10 * b)),
        "scaled by 2.5": each(own, lambda p, a, b: (a, 2.5 * b)),
        "scaled within reach": each(own, lambda p, a, b: (a, 1.29 * reach / farthest * b)),
    }
