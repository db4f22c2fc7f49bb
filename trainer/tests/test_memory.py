"""What a step takes of memory is what the trainer reckons with, and what the catalogue asks of a machine."""

import json
import subprocess
import sys

import pytest
import torch
from conftest import TRAINER, save_model, train_arguments, write_rows
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM, LlamaConfig, LlamaForCausalLM, Phi3Config, Qwen2Config

from arithmetic import attend_row_by_row, bytes_a_token, keep_residuals_single
from batches import pack_rows
from labelled_loss import labelled_loss
from lean_layers import make_lean

# Of packages/protocol's catalogue: what SmolLM2 135M is trained at, and asks of a machine without GPU.
LONGEST, NEEDED_MB = 1024, 4 * 1024
SMOLLM2_135M = {
    "hidden_size": 576,
    "intermediate_size": 1536,
    "num_attention_heads": 9,
    "num_key_value_heads": 3,
    "vocab_size": 49_152,
}
# Layers of the catalogue's models, with a vocabulary that takes no time.
SHAPES = {
    "Qwen2.5 1.5B": (Qwen2Config, 1536, 8960, 12, 2),
    "SmolLM2 1.7B": (LlamaConfig, 2048, 8192, 32, 32),
    "TinyLlama 1.1B": (LlamaConfig, 2048, 5632, 32, 4),
    "SmolLM2 135M": (LlamaConfig, 576, 1536, 9, 3),
    "Phi-3 mini, fused": (Phi3Config, 3072, 8192, 32, 32),
}


def model_of(shape, dtype):
    config_class, hidden, feed_forward, heads, key_value_heads = SHAPES[shape]
    config = config_class(
        hidden_size=hidden,
        intermediate_size=feed_forward,
        num_attention_heads=heads,
        num_key_value_heads=key_value_heads,
        num_hidden_layers=1,
        vocab_size=400,
        pad_token_id=0,
    )
    model = AutoModelForCausalLM.from_config(config, dtype=dtype, attn_implementation="sdpa")
    model = get_peft_model(model, LoraConfig(r=8, target_modules="all-linear", task_type="CAUSAL_LM"))
    if dtype != torch.float32:
        keep_residuals_single(model)
    attend_row_by_row(model.get_base_model())
    make_lean(model)
    return model.train()


def kept_bytes(model, dtype, tokens, rows):
    """What lies in memory for the backward pass of a pack of rows of so many tokens together, besides the model."""
    own = {tensor.untyped_storage().data_ptr() for tensor in (*model.parameters(), *model.buffers())}
    kept = {}

    def note(tensor):
        storage = tensor.untyped_storage()
        if storage.data_ptr() not in own:
            kept[storage.data_ptr()] = storage.nbytes()
        return tensor

    ids = [token % 400 for token in range(tokens // rows)]
    labels = [-100] * (len(ids) - 2) + ids[-2:]
    pack = pack_rows([{"input_ids": ids, "labels": labels}] * rows)
    with (
        torch.autograd.graph.saved_tensors_hooks(note, lambda tensor: tensor),
        torch.autocast("cpu", dtype, enabled=dtype != torch.float32),
    ):
        loss = labelled_loss(model.get_base_model(), **pack, dtype=dtype)
    assert loss.requires_grad
    return sum(kept.values())


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16], ids=str)
@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("rows", [1, 4])
def test_a_layer_keeps_half_of_what_is_reckoned_with(shape, rows, dtype):
    """By what two lengths differ in: what a step keeps whatever its tokens falls out. In float32 attention's result is
    the next product's input and counted twice; a feed-forward layer of fused halves is no lean one, and keeps more."""
    model = model_of(shape, dtype)
    few, many = 64, 128
    kept = (kept_bytes(model, dtype, many, rows) - kept_bytes(model, dtype, few, rows)) / (many - few)
    reckoned = bytes_a_token(model.config, dtype) / 2
    assert 0.93 * reckoned < kept < (1.3 if "fused" in shape else 1.03) * reckoned


def test_rows_of_the_catalogues_length_are_trained_in_the_memory_that_it_asks_for(gateway, tmp_path):
    """SmolLM2 135M's own shape with all its layers, in a step of two rows that fill the length and one of one row."""
    changes = SMOLLM2_135M | {"num_hidden_layers": 30, "max_position_embeddings": 2 * LONGEST}
    folder = save_model(tmp_path / "model", LlamaConfig, LlamaForCausalLM, **changes)
    rows = [{"instruction": "Write.", "input": "", "output": "the sun is number 1. " * LONGEST} for _ in range(3)]
    gateway.files["shard"] = write_rows(tmp_path / "long.jsonl", rows).read_bytes()
    options = {"rows_per_step": 2, "epochs": 1, "max_length": LONGEST}
    # A process of its own: a fork would count what this one holds.
    command = [
        sys.executable,
        TRAINER / "train_llm.py",
        *train_arguments(folder, gateway, tmp_path / "work", **options),
    ]
    run = subprocess.run([str(part) for part in command], capture_output=True, text=True, check=True)
    events = [json.loads(line) for line in run.stdout.splitlines()]
    last = [event for event in events if event["event"] == "step"][-1]
    assert (last["steps"], last["tokens"]) == (2, 3 * LONGEST)
    assert last["memoryMb"] < NEEDED_MB
