"""In which precision a model is trained, and how many tokens of it at once."""

import time
from itertools import pairwise
from pathlib import Path

import psutil
import torch
from transformers import AttentionInterface, AttentionMaskInterface
from transformers.integrations.sdpa_attention import sdpa_attention_forward
from transformers.masking_utils import sdpa_mask

from base_model import guess_parameters, pick_dtype
from run_folder import write_whole

# Below this, most of a step is no product of matrices, so that half precision would cost exactness and gain nothing.
SMALL_MODEL = 50_000_000
# A processor with units for bfloat16 multiplies two to six times as fast in it, one without at most as fast.
FASTER = 1.4
# More tokens at once gain no speed.
MOST_TOKENS = {"cpu": 1024, "mps": 2048, "cuda": 8192}
# Of the memory that is free now, the share that activations may take.
SHARE_OF_FREE_MEMORY = 0.5
# How far attention row by row may lie from that over a whole pack, as a share of what attending across rows does:
# SmolLM2 came to 0 and to 0.06.
EXACT, ROUNDED = 1e-3, 0.25
GIB = 2**30


def pick_training_dtype(device, config):
    """float32 or bfloat16 (float16 on GPUs without it): what this device computes fastest in. On a CPU that is
    measured, because no flag tells whether its units for bfloat16 are used."""
    if device != "cpu" or guess_parameters(config) < SMALL_MODEL or not computes_in_bfloat16():
        return pick_dtype(device, config)
    return torch.bfloat16


def computes_in_bfloat16():
    """Whether this processor multiplies matrices clearly faster in bfloat16 than in float32: the best of a few."""

    def best(dtype):
        a, b = torch.ones(512, 1024, dtype=dtype), torch.ones(1024, 1024, dtype=dtype)
        seconds = []
        for _ in range(7):
            started = time.perf_counter()
            torch.nn.functional.linear(a, b)
            seconds.append(time.perf_counter() - started)
        return min(seconds)

    return best(torch.float32) > FASTER * best(torch.bfloat16)


def settle_dtype(file, wanted, device, config):
    """The dtype of a run: as wanted, else as the run began in, else as this device is fastest in; written to the file,
    so that a run that goes on does so in the same arithmetic."""
    file = Path(file)
    if wanted == "auto" and file.exists():
        wanted = file.read_text()
    dtype = pick_training_dtype(device, config) if wanted == "auto" else getattr(torch, wanted)
    write_whole(file, str(dtype).removeprefix("torch."))
    return dtype


def bytes_a_token(config, dtype, recomputed=False):
    """What a token takes in memory at the peak of a step, for a decoder of lean layers. Between the forward and the
    backward pass each layer keeps inputs of both norms and attention's q, k, v and result in float32, and in the
    training's dtype the inputs of its products and the two halves of its feed-forward layer (tests/test_memory.py).
    Twice that, as room for what exists for a moment and for what the allocator cannot give back: measured peaks came
    to 0.74 to 0.76 of it in eight layers and more, and to 0.85 to 1.06 in two.

    Where activations are computed again, each layer keeps what comes into it in float32, and one of them at a time all
    else. That is the least that a row of this length can be trained in, and what is asked of machines follows it
    (packages/protocol, token-memory.ts)."""
    config = config.get_text_config()
    hidden, size = config.hidden_size, torch.finfo(dtype).bits // 8
    heads = config.num_attention_heads
    head_size = getattr(config, "head_dim", None) or hidden // heads
    queries, key_values = heads * head_size, (getattr(config, "num_key_value_heads", None) or heads) * head_size
    feed_forward = getattr(config, "intermediate_size", None) or 4 * hidden
    layer = 4 * (2 * hidden + 2 * queries + 2 * key_values) + size * (2 * hidden + queries + 3 * feed_forward)
    if recomputed:
        return 2 * (layer + 4 * config.num_hidden_layers * hidden)
    return 2 * config.num_hidden_layers * layer


def free_bytes(device):
    """Memory that this process may still take, on the device."""
    if device == "cuda":
        return torch.cuda.mem_get_info()[0]
    if device == "mps":
        return torch.mps.recommended_max_memory() - torch.mps.current_allocated_memory()
    free = psutil.virtual_memory().available
    for limit, used in (
        ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory.current"),
        ("/sys/fs/cgroup/memory/memory.limit_in_bytes", "/sys/fs/cgroup/memory/memory.usage_in_bytes"),
    ):
        try:
            free = min(free, int(Path(limit).read_text()) - int(Path(used).read_text()))
        except (OSError, ValueError):  # No such limit: "max", or no control group.
            continue
    return max(0, free)


def plan_memory(device, config, dtype, longest, free=None):
    """(tokens at once, whether activations are computed again in the backward pass): as many as pay, or fit. Where the
    longest row, which is never divided, does not fit otherwise, activations are not kept: a third slower, far smaller.
    """
    budget = (free_bytes(device) if free is None else free) * SHARE_OF_FREE_MEMORY
    fitting = int(budget / bytes_a_token(config, dtype))
    if fitting < longest:
        return min(longest, MOST_TOKENS[device]), True
    return min(MOST_TOKENS[device], fitting), False


def keep_residuals_single(model):
    """In half precision, let what runs past the layers stay in float32: roundings of all layers would add up there."""
    model.get_input_embeddings().register_forward_hook(lambda module, inputs, output: output.float())


def attend_row_by_row(model):
    """Compute the attention of packed rows row by row: over a whole pack most of it would be masked away. On a CPU it
    is computed in float32, where torch's kernel for it is twice as fast as in bfloat16. Tried first, and left alone
    where the values would be others, or the model does not tell its layers where rows start."""
    config = model.config.get_text_config()
    if config._attn_implementation != "sdpa":
        return
    # Two rows that begin alike, whole and without the second one's beginning.
    ids = torch.tensor([[1, 2, 3, 4, 1, 2, 5, 6]], device=model.device)
    positions = torch.arange(8, device=model.device)[None] % 4
    once = torch.tensor([0, 1, 2, 3, 6, 7], device=model.device)

    def logits(tokens=slice(None), **packing):
        options = {"input_ids": ids[:, tokens], "position_ids": positions[:, tokens], "use_cache": False}
        return model(**options, **packing).logits.float()

    with torch.no_grad(), torch.autocast(model.device.type, model.dtype, enabled=model.dtype != torch.float32):
        expected = logits()
        AttentionInterface.register("sdpa_by_row", _attend)
        AttentionMaskInterface.register("sdpa_by_row", _mask)
        model.set_attn_implementation("sdpa_by_row")
        own, unaware = logits(row_starts=[0, 4, 8]), logits(row_starts=[0, 8])
        shared = logits(once, row_starts=[0, 4, 6], shared_prefix=2)
    # As far as what a model comes to that is not told where rows start. Half precision rounds attention's own way far.
    near = (EXACT if model.dtype == torch.float32 else ROUNDED) * (unaware - expected).norm()
    if not (own - expected).norm() < near:
        model.set_attn_implementation("sdpa")
        return
    # A layer that sees only what is near would need a mask of its own for each row.
    sees_all = set(getattr(config, "layer_types", None) or ["full_attention"]) == {"full_attention"}
    sees_all = sees_all and getattr(config, "sliding_window", None) is None
    model.trainchain_shares_prefix = sees_all and bool((shared - expected[:, once]).norm() < near)


def shares_prefix(model):
    """Whether rows of a pack that begin with the same tokens may have these computed once: after attend_row_by_row."""
    return getattr(model, "trainchain_shares_prefix", False)


def _mask(batch_size, q_length, *sizes, attention_mask=None, local_size=None, **options):
    """None where each row sees all that lies before it: torch's kernel for that needs none."""
    if attention_mask is None and (local_size is None or local_size >= q_length):
        return None
    options = {**options, "attention_mask": attention_mask, "local_size": local_size}
    return sdpa_mask(batch_size, q_length, *sizes, **options)


def _attend(module, query, key, value, attention_mask, row_starts=None, shared_prefix=0, **options):
    row_starts = row_starts or [0, query.shape[2]]
    if query.device.type == "cpu":
        query, key, value = query.float(), key.float(), value.float()
    # Slices would each have a gradient of the whole pack's size.
    lengths = [end - start for start, end in pairwise(row_starts)]
    rows = list(zip(*(tensor.split(lengths, 2) for tensor in (query, key, value)), strict=True))
    if shared_prefix:
        if attention_mask is not None:
            raise ValueError("rows that share their beginning are attended to without a mask")
        # Each row is made whole again; what its beginning comes to is known from the first one.
        beginning = [tensor[:, :, :shared_prefix] for tensor in rows[0]]
        whole = [[torch.cat(parts, 2) for parts in zip(beginning, row, strict=True)] for row in rows[1:]]
        rows = [rows[0], *whole]
    outputs = []
    with torch.autocast(query.device.type, enabled=query.device.type != "cpu"):
        for start, length, row in zip(row_starts, lengths, rows, strict=False):
            own = slice(start, start + length)
            mask = None if attention_mask is None else attention_mask[..., own, own]
            outputs.append(sdpa_attention_forward(module, *row, mask, **options)[0][:, -length:])
    return (outputs[0] if len(outputs) == 1 else torch.cat(outputs, 1)), None
