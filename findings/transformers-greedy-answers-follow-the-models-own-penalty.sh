#!/usr/bin/env bash
# One would guess: `generate(do_sample=False)` without beams gives the likeliest token at each place.
# With transformers 5.23.0 it does unless the model's own generation config, which comes with its files, holds a
# repetition penalty: that is applied to greedy answers too, without a word, and two models with different configs are
# compared by different rules. Passing repetition_penalty=1.0 gives the likeliest tokens.
# Seen: with a penalty of 1.3 in the config 40 greedy tokens are not the likeliest; with 1.0 passed they are.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
python3 -m venv env
env/bin/pip install --quiet uv
env/bin/uv pip install --quiet --python env/bin/python torch==2.15.0 transformers==5.23.0 numpy
env/bin/python - 2>warnings <<'PY'
import sys
import torch
import transformers
from transformers import LlamaConfig, LlamaForCausalLM

torch.manual_seed(0)
sizes = {"vocab_size": 64, "hidden_size": 32, "intermediate_size": 64, "num_hidden_layers": 2, "num_attention_heads": 4}
model = LlamaForCausalLM(LlamaConfig(**sizes)).eval()
model.generation_config.repetition_penalty = 1.3
prompt = torch.tensor([[1, 5, 9]])
likeliest = prompt
for _ in range(40):
    likeliest = torch.cat([likeliest, model(likeliest).logits[:, -1].argmax(-1, keepdim=True)], 1)
options = {"do_sample": False, "max_new_tokens": 40, "pad_token_id": 0, "eos_token_id": None}
greedy = model.generate(prompt, **options)
asked = model.generate(prompt, repetition_penalty=1.0, **options)
same = [bool((answer == likeliest).all()) for answer in (greedy, asked)]
print("transformers", transformers.__version__, "the likeliest tokens: greedy", same[0], "with 1.0 passed", same[1])
as_stated = same == [False, True]
print("as stated: the model's own penalty is applied to greedy answers" if as_stated else "this has changed")
sys.exit(0 if as_stated else 1)
PY
