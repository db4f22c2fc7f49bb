"""Compares merged adapters with PEFT's own merges. argv: FOLDER, which holds base/ inputs; see peft-oracle.test.ts.

`make FOLDER` saves a tiny Llama and three trained-looking adapters of mixed rank and alpha with PEFT.
`compare FOLDER` loads our merges beside PEFT's `cat` and `svd` and prints the largest differences of logits.
"""

import json
import pathlib
import sys

import torch
from peft import LoraConfig, PeftModel, get_peft_model
from transformers import LlamaConfig, LlamaForCausalLM

ADAPTERS = [(4, 8), (8, 4), (6, 24)]
WEIGHTS = [100, 250, 37]
SVD_RANK = 5

command, folder = sys.argv[1], pathlib.Path(sys.argv[2])


def base_model() -> LlamaForCausalLM:
    torch.manual_seed(0)
    config = LlamaConfig(
        vocab_size=64,
        hidden_size=32,
        intermediate_size=48,
        num_hidden_layers=2,
        num_attention_heads=4,
        num_key_value_heads=2,
    )
    return LlamaForCausalLM(config).eval()


def make() -> None:
    base_model().save_pretrained(folder / "base")
    for i, (rank, alpha) in enumerate(ADAPTERS):
        peft = get_peft_model(base_model(), LoraConfig(r=rank, lora_alpha=alpha, target_modules="all-linear"))
        torch.manual_seed(i + 1)
        for name, parameter in peft.named_parameters():
            if "lora_B" in name:
                torch.nn.init.normal_(parameter, std=0.2)
        peft.save_pretrained(folder / str(i))


def logits_of(model) -> torch.Tensor:
    tokens = torch.arange(48).reshape(2, 24) % 64
    with torch.no_grad():
        return model(tokens).logits


def compare() -> None:
    peft = PeftModel.from_pretrained(base_model(), folder / "0", adapter_name="0").eval()
    for i in range(1, len(ADAPTERS)):
        peft.load_adapter(folder / str(i), adapter_name=str(i))
    names = [str(i) for i in range(len(ADAPTERS))]
    weights = [weight / sum(WEIGHTS) for weight in WEIGHTS]
    differences = {"base": 0.0}
    base = logits_of(base_model())
    for ours, combination, options in [("exact", "cat", {}), ("svd", "svd", {"svd_rank": SVD_RANK})]:
        peft.base_model.add_weighted_adapter(names, weights, combination, combination, **options)
        peft.set_adapter(combination)
        theirs = logits_of(peft)
        merged = logits_of(PeftModel.from_pretrained(base_model(), folder / ours).eval())
        differences[ours] = float((merged - theirs).abs().max())
        differences["base"] = max(differences["base"], float((merged - base).abs().max()))
    print(json.dumps(differences))


{"make": make, "compare": compare}[command]()
