"""The in-batch loss of a sentence encoder: each anchor is to be nearer to its own positive than to those of the other
pairs at hand (multiple negatives ranking loss, arXiv:1705.00652, section 4.4), by the cosine of their embeddings."""

import torch
from torch.nn import functional

from batches import batches
from pair_rows import not_negatives, tokens_of

# What cosines are multiplied by, as sentence-transformers does.
SCALE = 20.0
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


def ranking_losses(anchors, positives, numbers, taken):
    """(losses in nats, ranks) of anchors against all positives: embeddings (anchors, width) and (positives, width).

    The positive of anchor i is positives[numbers[i]]; those that are no wrong answers to it are in taken[i]. The rank
    is that of its own positive, from 1; whatever is as near as that comes before it.
    """
    scores = SCALE * anchors @ positives.T
    for row, others in enumerate(taken):
        if len(others):
            scores[row, others] = -torch.inf
    targets = torch.tensor(numbers, device=scores.device)
    losses = functional.cross_entropy(scores, targets, reduction="none")
    own = scores.gather(1, targets[:, None])
    return losses, (scores >= own).sum(1)


@torch.inference_mode()
def measure_pairs(model, pairs, pad_token_id, tokens_at_once):
    """(losses in nats, ranks), a list each: how well every pair's positive is told from those of all the others."""
    encoder = model.get_base_model() if hasattr(model, "get_base_model") else model
    anchors, positives = (
        embed_all(encoder, [pair[name] for pair in pairs], pad_token_id, tokens_at_once)
        for name in ("anchor", "positive")
    )
    losses, ranks = [], []
    for start in range(0, len(pairs), COMPARED_AT_ONCE):
        numbers = list(range(start, min(start + COMPARED_AT_ONCE, len(pairs))))
        taken = list(not_negatives(pairs, numbers))
        own_losses, own_ranks = ranking_losses(anchors[numbers], positives, numbers, taken)
        losses += own_losses.double().tolist()
        ranks += own_ranks.tolist()
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
