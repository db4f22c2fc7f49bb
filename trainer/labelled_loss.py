"""The loss of the labelled positions alone, without the logits of a whole batch.

The projection on the vocabulary is the largest product of a small model and its logits are the largest tensor of any.
Of an instruction row only the answer has labels, so only those positions are projected, so many at a time; and because
the head is frozen, the gradient of the loss is made in the same pass as the loss and only that, one vector a position,
is kept for the backward pass (as in Liger's fused linear cross-entropy, arXiv:2410.10989, section 3.2).
"""

import math

import torch
from torch.nn import functional

from chat_rows import IGNORED

# Positions whose logits exist at once, and those of them that are worked on in single precision at once: the latter
# stay in the processor's cache.
PROJECTED_AT_ONCE = 256
EXPONENTIATED_AT_ONCE = 16
# What configurations call it.
CHANGES_OF_LOGITS = ("final_logit_softcapping", "logit_scale", "logits_scaling")


class _LabelledLoss(torch.autograd.Function):
    @staticmethod
    def forward(ctx, hidden, weight, labels, dtype):
        weight = weight.to(dtype)
        loss = torch.zeros((), dtype=torch.float32, device=hidden.device)
        gradient = torch.empty_like(hidden)
        few = EXPONENTIATED_AT_ONCE if hidden.device.type == "cpu" else PROJECTED_AT_ONCE
        with torch.autocast(hidden.device.type, enabled=False):
            for start in range(0, len(hidden), PROJECTED_AT_ONCE):
                positions = slice(start, start + PROJECTED_AT_ONCE)
                logits = functional.linear(hidden[positions].to(dtype), weight)
                for part, label in zip(logits.split(few), labels[positions, None].split(few), strict=True):
                    log_odds = functional.log_softmax(part, dim=1, dtype=torch.float32)
                    loss -= log_odds.gather(1, label).sum()
                    # The gradient by the logits: the probabilities, less one at the label.
                    slope = log_odds.exp_()
                    part.copy_(slope.scatter_add_(1, label, slope.new_full(label.shape, -1.0)))
                gradient[positions] = logits @ weight
        ctx.save_for_backward(gradient)
        return loss

    @staticmethod
    def backward(ctx, scale):
        (gradient,) = ctx.saved_tensors
        return gradient * scale, None, None, None


def labelled_loss(model, input_ids, labels, dtype, **packing):
    """Sum of the labelled tokens' losses in nats, a float32 scalar whose gradient reaches the model's hidden states.

    `model` is a causal language model with a frozen head, not PEFT's wrapper; ids and labels are int64 (rows, width),
    or a pack of rows with what else `pack_rows` says of it; the products of the head are computed in `dtype`.
    """
    labelled = labels[:, 1:] != IGNORED
    targets = labels[:, 1:][labelled]
    if not has_plain_head(model):
        logits = model(input_ids=input_ids, use_cache=False, **packing).logits[:, :-1][labelled]
        return functional.cross_entropy(logits.float(), targets, reduction="sum")
    hidden = model.base_model(input_ids=input_ids, use_cache=False, **packing).last_hidden_state
    return _LabelledLoss.apply(hidden[:, :-1][labelled], model.get_output_embeddings().weight, targets, dtype)


def labelled_losses(model, input_ids, labels, **packing):
    """Each labelled token's loss in nats, float32, in the order of rows and positions, without gradients."""
    labelled = labels[:, 1:] != IGNORED
    targets = labels[:, 1:][labelled]
    if has_plain_head(model):
        hidden = model.base_model(input_ids=input_ids, use_cache=False, **packing).last_hidden_state[:, :-1][labelled]
        head = model.get_output_embeddings()
        logits = (head(part) for part in hidden.split(PROJECTED_AT_ONCE))
    else:
        logits = model(input_ids=input_ids, use_cache=False, **packing).logits[:, :-1][labelled]
        logits = logits.split(PROJECTED_AT_ONCE)
    pairs = zip(logits, targets.split(PROJECTED_AT_ONCE), strict=True)
    return torch.cat([functional.cross_entropy(part.float(), label, reduction="none") for part, label in pairs])


def has_plain_head(model):
    """Whether the logits are the hidden states times the head's weight and nothing else: some models scale or cap them.
    Found out once for each model: by what its configuration says, and by comparing."""
    if not hasattr(model, "trainchain_plain_head"):
        model.trainchain_plain_head = _compare_heads(model)
    return model.trainchain_plain_head


@torch.no_grad()
def _compare_heads(model):
    head = model.get_output_embeddings()
    config = model.config.get_text_config()
    # A cap far above the logits of a few tokens would show on others only.
    if any(getattr(config, name, None) not in (None, 1, 1.0) for name in CHANGES_OF_LOGITS):
        return False
    if type(head) is not torch.nn.Linear or head.bias is not None or model.base_model is model:
        return False
    ids = torch.arange(1, 5, device=head.weight.device)[None]
    logits = model(input_ids=ids, use_cache=False).logits.float()
    hidden = model.base_model(input_ids=ids, use_cache=False).last_hidden_state
    own = head(hidden.to(head.weight.dtype)).float()
    largest = logits.abs().max().item()
    return math.isfinite(largest) and torch.allclose(own, logits, rtol=0.05, atol=0.02 * largest)
