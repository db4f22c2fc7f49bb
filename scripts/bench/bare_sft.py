"""The peer of `bench train`: trl's SFTTrainer with its defaults, on the same model, rows, epochs, rate and seed.

Prints one JSON line: trained tokens without padding, seconds of training, peak memory.
"""

import argparse
import json
import os
import resource
import sys
import time

import torch
from datasets import Dataset
from peft import LoraConfig
from transformers import BitsAndBytesConfig, TrainerCallback
from trl import SFTConfig, SFTTrainer

parser = argparse.ArgumentParser()
parser.add_argument("--model", required=True)
parser.add_argument("--rows", required=True)
parser.add_argument("--out", required=True)
parser.add_argument("--rank", type=int, required=True)
parser.add_argument("--alpha", type=int, required=True)
parser.add_argument("--epochs", type=int, required=True)
parser.add_argument("--learning-rate", type=float, required=True)
parser.add_argument("--seed", type=int, required=True)
parser.add_argument("--cores", type=int, required=True)
parser.add_argument("--quantization", choices=["none", "nf4"], required=True)
parser.add_argument("--precision", choices=["float32", "default"], default="default")
arguments = parser.parse_args()
torch.set_num_threads(arguments.cores)
printed = os.fdopen(os.dup(1), "w")
os.dup2(2, 1)


class Clock(TrainerCallback):
    def on_train_begin(self, *_, **__):
        self.started = time.monotonic()

    def on_train_end(self, *_, **__):
        self.seconds = time.monotonic() - self.started


def as_messages(line):
    row = json.loads(line)
    context = row.get("input") or ""
    prompt = row["instruction"] + (f"\n\n{context}" if context else "")
    return {
        "prompt": [{"role": "user", "content": prompt}],
        "completion": [{"role": "assistant", "content": row["output"]}],
    }


clock = Clock()
# Everything else is trl's default. A machine without a GPU must say so; whether trl's bf16 autocast is faster there than
# single precision depends on the processor, so the peer is measured both ways.
on_cpu = not (torch.cuda.is_available() or torch.backends.mps.is_available())
machine = {"use_cpu": True} if on_cpu else {}
if arguments.precision == "float32":
    machine["bf16"] = False
settings = SFTConfig(
    **machine,
    output_dir=arguments.out,
    num_train_epochs=arguments.epochs,
    learning_rate=arguments.learning_rate,
    seed=arguments.seed,
    report_to="none",
    save_strategy="no",
)
if arguments.quantization == "nf4":
    four_bit = BitsAndBytesConfig(load_in_4bit=True, bnb_4bit_quant_type="nf4")
    settings.model_init_kwargs = {"quantization_config": four_bit}
with open(arguments.rows, encoding="utf-8") as lines:
    rows = Dataset.from_list([as_messages(line) for line in lines if line.strip()])
trainer = SFTTrainer(
    model=arguments.model,
    args=settings,
    train_dataset=rows,
    peft_config=LoraConfig(
        r=arguments.rank, lora_alpha=arguments.alpha, target_modules="all-linear", task_type="CAUSAL_LM"
    ),
    callbacks=[clock],
)
trainer.train()
trainer.model.save_pretrained(arguments.out)
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
memory_mb = peak / 2**20 if sys.platform == "darwin" else peak / 2**10
if torch.cuda.is_available():
    memory_mb = torch.cuda.max_memory_allocated() / 2**20


def products_per_second(dtype):
    """Floating-point operations a second of a large product of matrices: the best of a few."""
    a, b = torch.ones(1024, 1024, dtype=dtype), torch.ones(1024, 1024, dtype=dtype)
    seconds = []
    for _ in range(20):
        started = time.perf_counter()
        a @ b
        seconds.append(time.perf_counter() - started)
    return 2 * 1024**3 / min(seconds)


# LoRA multiplies each weight twice a token, forward and backward, at two operations each.
fastest = max(products_per_second(dtype) for dtype in (torch.float32, torch.bfloat16)) if on_cpu else None
operations = 4 * sum(parameter.numel() for parameter in trainer.model.parameters())
result = {
    "event": "trained",
    "limit": fastest and fastest / operations,
    "tokens": int(trainer._total_train_tokens),
    "seconds": clock.seconds,
    "memoryMb": memory_mb,
}
print(json.dumps(result), file=printed, flush=True)
