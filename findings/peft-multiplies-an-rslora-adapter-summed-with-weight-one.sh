#!/usr/bin/env bash
# One would guess: adding one adapter with weight 1 gives that adapter, and half of it twice as well.
# So it is with peft 0.21.2 for plain LoRA, but for the combination "linear", which weighs A and B by the roots of the
# weights and then multiplies the sums: half of an adapter twice is the adapter doubled. Of an adapter with rank-stabilised
# scaling (alpha over the root of the rank) every combination comes out too large: at rank 8 one adapter with weight 1 is
# 2.83 times itself, which is the root of 8.
# Seen, size over the size that the weights ask for:
#   LoRA linear 1: 1.0, linear ½ + ½: 2.0, cat 1: 1.0, cat ½ + ½: 1.0, svd 1: 1.0
#   rsLoRA linear 1: 2.83, linear ½ + ½: 5.66, cat 1: 2.83, cat ½ + ½: 4.0, svd 1: 2.83
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
python3 -m venv env
env/bin/pip install --quiet uv
env/bin/uv pip install --quiet --python env/bin/python torch==2.15.0 transformers==5.23.0 peft==0.21.2 numpy
env/bin/python - 2>warnings <<'PY'
import sys
import peft
import torch
from transformers import LlamaConfig, LlamaForCausalLM

torch.manual_seed(0)
seen = {}
for scaling in ("LoRA", "rsLoRA"):
    sizes = {"vocab_size": 64, "hidden_size": 32, "intermediate_size": 64, "num_hidden_layers": 1, "num_attention_heads": 4}
    lora = peft.LoraConfig(
        task_type="CAUSAL_LM", target_modules=["q_proj"], r=8, lora_alpha=16, use_rslora=scaling == "rsLoRA", init_lora_weights=False
    )
    model = peft.get_peft_model(LlamaForCausalLM(LlamaConfig(**sizes)), lora, adapter_name="own")
    layer = model.base_model.model.model.layers[0].self_attn.q_proj
    for kind, weights in [("linear", [1.0]), ("linear", [0.5, 0.5]), ("cat", [1.0]), ("cat", [0.5, 0.5]), ("svd", [1.0])]:
        name = f"{kind}-{len(weights)}"
        model.add_weighted_adapter(["own"] * len(weights), weights, name, combination_type=kind)
        seen[f"{scaling} {name}"] = round((layer.get_delta_weight(name).norm() / layer.get_delta_weight("own").norm()).item(), 2)
print("peft", peft.__version__, seen)
stated = {
    "LoRA linear-1": 1.0, "LoRA linear-2": 2.0, "LoRA cat-1": 1.0, "LoRA cat-2": 1.0, "LoRA svd-1": 1.0,
    "rsLoRA linear-1": 2.83, "rsLoRA linear-2": 5.66, "rsLoRA cat-1": 2.83, "rsLoRA cat-2": 4.0, "rsLoRA svd-1": 2.83,
}
print("as stated: weights that sum to one do not give the adapter back" if seen == stated else "this has changed")
sys.exit(0 if seen == stated else 1)
PY
