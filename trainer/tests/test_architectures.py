"""Every architecture that jobs may be of has the layers that the platform derives, and the plain step's gradients."""

import json
from pathlib import Path

import pytest
import torch
import transformers
from conftest import save_model
from test_training_step import own_step, plain_step
from transformers import AutoConfig, AutoModelForCausalLM

FILE = Path(__file__).parents[2] / "packages/lora/src/llama-modules.vectors.json"
VECTORS = json.loads(FILE.read_text("utf-8"))


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["config"]["architectures"][0])
def test_an_architecture_has_these_linear_layers_and_is_trained_as_plainly(vector, tmp_path):
    [architecture] = vector["config"]["architectures"]
    config = AutoConfig.for_model(**vector["config"])
    with torch.device("meta"):
        model = AutoModelForCausalLM.from_config(config)
    assert type(model).__name__ == architecture
    head = model.get_output_embeddings()
    linear = [
        (name, part) for name, part in model.named_modules() if type(part) is torch.nn.Linear and part is not head
    ]
    assert sorted([name, part.in_features, part.out_features] for name, part in linear) == vector["layers"]

    tiny = {"head_dim": 8} if hasattr(config, "head_dim") else {}
    folder = save_model(tmp_path, type(config), getattr(transformers, architecture), **tiny)
    loss, expected = plain_step(folder)
    own_loss, own = own_step(folder)
    assert own_loss == pytest.approx(loss, rel=1e-6)
    assert (own - expected).norm() < 1e-5 * expected.norm()
