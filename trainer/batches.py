"""Rows grouped so that they fit into memory together and need little padding, or none."""

from itertools import takewhile

import torch

from chat_rows import IGNORED

# Fewer tokens in common are not worth putting a row together from two pieces.
LEAST_SHARED = 8


def batches(lengths, tokens_at_once, rows_at_once=None):
    """Numbers of rows of like length, shortest first, each batch within the token budget when padded to its longest
    row; a row that is longer than the budget is a batch by itself."""
    batch = []
    for number in sorted(range(len(lengths)), key=lambda number: lengths[number]):
        if batch and (lengths[number] * (len(batch) + 1) > tokens_at_once or len(batch) == rows_at_once):
            yield batch
            batch = []
        batch.append(number)
    yield batch


def pad(examples, pad_token_id):
    """{"input_ids", "labels"}, int64 tensors (rows, longest row), padded on the right.

    Attention is causal, so no token sees padding, and what padding sees has no label: no mask of it is needed. Without
    one, attention runs on its causal kernel: half the work and no matrix of masks."""
    width = max(len(example["input_ids"]) for example in examples)
    shape = (len(examples), width)
    padded = {"input_ids": torch.full(shape, pad_token_id), "labels": torch.full(shape, IGNORED)}
    for row, example in enumerate(examples):
        for name, tensor in padded.items():
            tensor[row, : len(example[name])] = torch.tensor(example[name])
    return padded


def packs(lengths, tokens_at_once, rows_at_once=None):
    """Numbers of rows in their order, each pack within the token budget; a row that is longer is a pack by itself."""
    pack, tokens = [], 0
    for number, length in enumerate(lengths):
        if pack and (tokens + length > tokens_at_once or len(pack) == rows_at_once):
            yield pack
            pack, tokens = [], 0
        pack.append(number)
        tokens += length
    yield pack


def pack_rows(examples, may_share=False):
    """Rows one after another, without padding: {"input_ids", "labels", "position_ids"}, int64 tensors (1, tokens), and
    "row_starts", where each row begins and the last one ends.

    transformers sees by the positions where a row ends, and masks what lies before it. No row's first token is
    predicted, so none has a label. Where they `may_share`, the tokens that all rows begin with, as those of a
    template's system message, are there once: "shared_prefix" is their number, and only the first row has them.
    Attention is causal, so nothing that follows them changes what they come to, and each row's part of their gradient
    adds up."""
    packed = {"input_ids": [], "labels": [], "position_ids": []}
    row_starts = [0]
    shared = common_prefix(examples) if may_share else 0
    for number, example in enumerate(examples):
        known, length = shared if number else 0, len(example["input_ids"])
        packed["input_ids"] += example["input_ids"][known:]
        packed["labels"] += [IGNORED, *example["labels"][1:]][known:]
        packed["position_ids"] += range(known, length)
        row_starts.append(row_starts[-1] + length - known)
    pack = {**{name: torch.tensor([values]) for name, values in packed.items()}, "row_starts": row_starts}
    return {**pack, "shared_prefix": shared} if shared else pack


def common_prefix(examples):
    """How many tokens all rows begin with, none of which is learned nor predicts one that is; 0 for too few."""
    if len(examples) < 2:
        return 0
    # What the first and the last in order have in common, all have.
    ids = [example["input_ids"] for example in examples]
    alike = takewhile(lambda pair: pair[0] == pair[1], zip(min(ids), max(ids), strict=False))
    before = min(sum(1 for _ in takewhile(lambda label: label == IGNORED, example["labels"])) for example in examples)
    shared = min(sum(1 for _ in alike), before - 1)
    return shared if shared >= LEAST_SHARED else 0
