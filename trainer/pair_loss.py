"""The in-batch loss of a sentence encoder: each anchor is to be nearer to its own positive than to those of the other
pairs at hand (multiple negatives ranking loss, arXiv:1705.00652, section 4.4), by the cosine of their embeddings."""

import math

import torch
from torch.nn import functional

from batches import batches
from pair_rows import not_negatives, tokens_of

# What cosines are multiplied by in training, as sentence-transformers does.
SCALE = 20.0
# Between what a measured model's own scale is looked for, and how often the range is halved.
LEAST_SCALE, MOST_SCALE, HALVINGS = 1e-9, 1e9, 50
# Anchors whose cosines with all positives exist at once.
COMPARED_AT_ONCE = 512


def pad_texts(texts, pad_token_id):
    """Lists of ids as (ids, mask), int64 tensors (texts, longest text), padded on the right."""
    width = max(len(text) for text in texts)
    ids, mask = torch.full((len(texts), width), pad_token_id), torch.zeros(len(texts), width, dtype=torch.int64)
    for row, text in enumerate(texts):
        ids[row, : len(text)] = torch.tensor(text)
        mask[row, : len(text)] = 1
    return ids, mask


def embed(encoder, ids, mask):
    """Embeddings (texts, width) of length 1, float32: the mean of the hidden states of a text's own tokens."""
    hidden = encoder(input_ids=ids, attention_mask=mask).last_hidden_state.float()
    own = mask[..., None].float()
    return functional.normalize((hidden * own).sum(1) / own.sum(1), dim=1)


def cosines(anchors, positives, taken):
    """Of anchors with all positives, embeddings (anchors, width) and (positives, width): (anchors, positives). Those
    in taken[i] are no wrong answers to anchor i, and as far from it as can be."""
    near = anchors @ positives.T
    for row, others in enumerate(taken):
        if len(others):
            near[row, others] = -torch.inf
    return near


def ranking_losses(near, numbers, scale=SCALE):
    """In nats, (anchors,), of cosines (anchors, positives): the positive of anchor i is number numbers[i]."""
    return functional.cross_entropy(scale * near, torch.tensor(numbers, device=near.device), reduction="none")


def ranks_of(near, numbers, texts):
    """Of each anchor's own positive among the different ones, from 1, (anchors,); whatever is as near as that comes
    before it. `texts` (positives,) are numbers, the same of positives that are the same text."""
    own = near.gather(1, torch.tensor(numbers, device=near.device)[:, None])
    found = torch.zeros_like(near, dtype=torch.int32)
    return (found.index_add_(1, texts.to(near.device), (near >= own).int()) > 0).sum(1)


def own_scale(near, numbers, texts):
    """What a model's cosines are to be multiplied by, so that models are compared by which texts they hold for near and
    not by how far apart they hold all of them: what lifts or stretches all cosines alike changes cosine times scale by
    no more than a constant.

    It is the scale of least loss, which leaves no model worse than one that tells nothing apart; but none at which the
    anchors are less undecided among their n wrong answers than among √n that are equally near, in the mean. So a model
    that finds every positive has a scale too. A wrong answer that several pairs have, by `texts`, counts once: among
    its copies an anchor is undecided at any scale.
    """
    rows, columns = torch.arange(len(numbers)), torch.tensor(numbers)
    own = near[rows, columns]
    wrong = near.clone()
    wrong[rows, columns] = -torch.inf
    others = torch.full_like(near, -torch.inf).scatter_reduce(1, texts.expand_as(near), wrong, "amax")
    undecided = others.isfinite().sum(1).clamp(min=1).double().log().mean().item() / 2
    finite = near.masked_fill(near.isinf(), 0)

    def may_grow(scale):
        slope = ((scale * near).softmax(1) * finite).sum(1) - own
        entropy = torch.special.entr((scale * others).softmax(1).nan_to_num()).sum(1)
        return slope.mean().item() < 0 and entropy.mean().item() > undecided

    least, most = math.log(LEAST_SCALE), math.log(MOST_SCALE)
    for _ in range(HALVINGS):
        middle = (least + most) / 2
        if may_grow(math.exp(middle)):
            least = middle
        else:
            most = middle
    return math.exp(least)


def numbers_of_texts(texts):
    """(texts,): of each the number of the first one that is the same."""
    first = {}
    return torch.tensor([first.setdefault(tuple(text), number) for number, text in enumerate(texts)])


@torch.inference_mode()
def measure_pairs(model, pairs, pad_token_id, tokens_at_once):
    """(losses in nats, ranks), a list each: how well every pair's positive is told from those of all the others, at the
    model's own scale."""
    encoder = model.get_base_model() if hasattr(model, "get_base_model") else model
    anchors, positives = (
        embed_all(encoder, [pair[name] for pair in pairs], pad_token_id, tokens_at_once)
        for name in ("anchor", "positive")
    )
    # Not every device computes in float64.
    return measure_embeddings(pairs, anchors.cpu().double(), positives.cpu().double())


def measure_embeddings(pairs, anchors, positives):
    """The same of the pairs' embeddings, (pairs, width) each."""
    texts = numbers_of_texts(pair["positive"] for pair in pairs)
    losses, ranks, scale = [], [], None
    for start in range(0, len(pairs), COMPARED_AT_ONCE):
        numbers = list(range(start, min(start + COMPARED_AT_ONCE, len(pairs))))
        taken = list(not_negatives(pairs, numbers))
        near = cosines(anchors[numbers], positives, taken)
        # The first are a sample: rows lie in the order that was drawn for them.
        scale = scale or own_scale(near, numbers, texts)
        losses += ranking_losses(near, numbers, scale).tolist()
        ranks += ranks_of(near, numbers, texts).tolist()
    return losses, ranks


def embed_all(encoder, texts, pad_token_id, tokens_at_once):
    """Embeddings of texts in their order, computed in batches of like length."""
    embeddings = None
    for numbers in batches([len(text) for text in texts], tokens_at_once):
        ids, mask = pad_texts([texts[number] for number in numbers], pad_token_id)
        part = embed(encoder, ids.to(encoder.device), mask.to(encoder.device))
        if embeddings is None:
            embeddings = part.new_empty(len(texts), part.shape[1])
        embeddings[numbers] = part
    return embeddings


def measured_figures(model, pairs, pad_token_id, tokens_at_once):
    """What evaluate.py reports of a model; losses that are no numbers where its embeddings are none."""
    losses, ranks = measure_pairs(model, pairs, pad_token_id or 0, tokens_at_once)
    tokens = sum(tokens_of(pair) for pair in pairs)
    return {
        "loss": sum(losses) / len(losses),
        "rows": len(pairs),
        "tokens": tokens,
        "tokensRead": tokens,
        "rowLosses": [round(loss, 6) for loss in losses],
        "ranks": ranks,
    }
