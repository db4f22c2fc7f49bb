import hashlib
import json
import math
import struct
from pathlib import Path

import numpy as np
import pytest
from conftest import make_rows, train_arguments, write_rows
from safetensors.numpy import load

from initial_adapter import initial_a

VECTORS = Path(__file__).resolve().parents[2] / "packages" / "lora" / "vectors" / "initial-adapter.json"


def by_hand(seed, path, rank, inputs):
    """The definition, word by word, with nothing but integers and one division."""
    data = hashlib.shake_128(f"trainchain/a0/v1\0{seed}\0{path}".encode()).digest(rank * inputs * 4)
    return [(word * 2.0**-31 - 1.0) / math.sqrt(inputs) for (word,) in struct.iter_unpack("<I", data)]


@pytest.mark.parametrize(("seed", "rank", "inputs"), [(0, 1, 1), (7, 4, 32), (2**32 - 1, 16, 3)])
def test_a0_is_its_definition(seed, rank, inputs):
    path = "model.layers.0.self_attn.q_proj"
    expected = np.array(by_hand(seed, path, rank, inputs), dtype=np.float32).reshape(rank, inputs)
    assert np.array_equal(initial_a(seed, path, rank, inputs), expected)


def test_a0_is_uniform_within_one_over_root_n():
    a = initial_a(3, "model.layers.1.mlp.down_proj", 64, 400)
    assert abs(a).max() <= 1 / math.sqrt(400)
    assert abs(a.std() * math.sqrt(3 * 400) - 1) < 0.02


def test_a0_equals_the_servers():
    for vector in json.loads(VECTORS.read_text()):
        shape = vector["rank"], vector["inFeatures"]
        a = initial_a(vector["seed"], vector["path"], *shape)
        assert hashlib.sha256(a.tobytes()).hexdigest() == vector["sha256"]


def test_every_contributor_starts_from_the_same_adapter(model_folder, gateway, run_script, tmp_path):
    gateway.files["other"] = write_rows(tmp_path / "other.jsonl", make_rows(9, start=50)).read_bytes()
    for number, (shard, wallet) in enumerate([("shard", "0x" + "ab" * 20), ("other", "0x" + "cd" * 20)]):
        changes = {"shard_cid": shard, "contributor_wallet": wallet, "learning_rate": 0, "max_steps": 1}
        arguments = train_arguments(model_folder, gateway, tmp_path / f"work{number}", **changes)
        assert run_script("train_llm.py", arguments)[0] == 0
    first, second = gateway.stored
    assert first == second
    tensors = load(first)
    for key, tensor in tensors.items():
        path = key.removeprefix("base_model.model.")
        if key.endswith("lora_A.weight"):
            assert np.array_equal(tensor, initial_a(11, path.removesuffix(".lora_A.weight"), *tensor.shape))
        else:
            assert not tensor.any()
