"""Toy jobs with real adapters, honest and not, for the acceptance checks.

    python toy_jobs.py OUT ROWS

Makes a Llama of two layers, has every contributor of many jobs train it with the trainer's own start, rows and
loss, makes of some of them what a cheat would deliver, and measures each on rows that nobody trained on and on those
of its own slot. Writes
OUT/config.json, OUT/job-N/*.safetensors and OUT/jobs.json.
"""

import json
import multiprocessing
import random
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "trainer"))
sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "scripts" / "testing"))

import torch
from chat_rows import encode_rows, end_tokens, read_rows
from cheat_adapters import each, made_adapters, with_shuffled_answers
from evaluate import row_nats
from initial_adapter import initial_a, lora_layers, set_initial_adapter
from make_toy_model import make_tokenizer
from peft import LoraConfig, get_peft_model
from safetensors.torch import save_file
from step_plan import rate_factor
from transformers import LlamaConfig, LlamaForCausalLM

JOBS, JOBS_WITH_CHEATS = 20, 3
CONTRIBUTORS, SHARD_ROWS, HELD_OUT_ROWS, PRETRAINING_ROWS = 3, 80, 20, 200
RANK, ALPHA, EPOCHS, BATCH, LEARNING_RATE = 8, 16, 3, 8, 6e-3
MAX_LENGTH = 96


def make_base(tokenizer, examples, seed):
    torch.manual_seed(seed)
    config = LlamaConfig(
        vocab_size=len(tokenizer), hidden_size=64, intermediate_size=176, num_hidden_layers=2,
        num_attention_heads=4, num_key_value_heads=2, max_position_embeddings=MAX_LENGTH, tie_word_embeddings=True,
        bos_token_id=None, eos_token_id=tokenizer.eos_token_id, pad_token_id=tokenizer.pad_token_id,
        architectures=["LlamaForCausalLM"],
    )  # fmt: skip
    model = LlamaForCausalLM(config)
    train(model, model.parameters(), examples, tokenizer.pad_token_id, seed, epochs=5, learning_rate=4e-3)
    return model.requires_grad_(False)


def train(model, parameters, examples, pad, seed, epochs=EPOCHS, learning_rate=LEARNING_RATE, steps=None):
    """AdamW with the trainer's rise and fall of the learning rate; `steps` breaks it off early."""
    draw = random.Random(seed)
    parameters = list(parameters)
    optimizer = torch.optim.AdamW(parameters, lr=learning_rate, weight_decay=0.0, fused=True)
    batches = [batch for _ in range(epochs) for batch in shuffled_batches(examples, draw)]
    for step, batch in enumerate(batches[:steps]):
        for group in optimizer.param_groups:
            group["lr"] = learning_rate * rate_factor(step, len(batches))
        width = max(len(example["input_ids"]) for example in batch)
        ids = torch.tensor([e["input_ids"] + [pad] * (width - len(e["input_ids"])) for e in batch])
        labels = torch.tensor([e["labels"] + [-100] * (width - len(e["labels"])) for e in batch])
        model(input_ids=ids, labels=labels, use_cache=False).loss.backward()
        torch.nn.utils.clip_grad_norm_(parameters, 1.0)
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)


def shuffled_batches(examples, draw):
    examples = draw.sample(examples, len(examples))
    return [examples[at : at + BATCH] for at in range(0, len(examples), BATCH)]


class Bench:
    """A base model with one LoRA adapter on it, which is trained, read, replaced and measured over and over."""

    def __init__(self, base, pad):
        config = LoraConfig(r=RANK, lora_alpha=ALPHA, target_modules="all-linear", task_type="CAUSAL_LM")
        self.model, self.pad = get_peft_model(base, config), pad
        self.layers = dict(lora_layers(self.model))

    def trained(self, start, examples, order, steps=None):
        """The adapter {path: (A, B)} that honest work leaves, from the start that seed `start` gives."""
        set_initial_adapter(self.model, start)
        parameters = [p for p in self.model.parameters() if p.requires_grad]
        train(self.model, parameters, examples, self.pad, order, steps=steps)
        weights = ((path, layer.lora_A["default"].weight, layer.lora_B["default"].weight) for path, layer in self.layers.items())
        return {path: (a.detach().clone(), b.detach().clone()) for path, a, b in weights}

    @torch.no_grad()
    def row_losses(self, adapter, examples):
        """Held-out nats a token of each row under an adapter; None for the base model."""
        if adapter is None:
            with self.model.disable_adapter():
                rows = row_nats(self.model, examples, self.pad, 8192)
        else:
            for path, (a, b) in adapter.items():
                self.layers[path].lora_A["default"].weight.copy_(a)
                self.layers[path].lora_B["default"].weight.copy_(b)
            rows = row_nats(self.model, examples, self.pad, 8192)
        return [nats / tokens for nats, tokens in rows]


def with_scrambled_answers(rows, draw):
    words = [word for row in rows for word in row["output"].split()]
    return [{**row, "output": " ".join(draw.choices(words, k=len(row["output"].split())))} for row in rows]


def cheats(seed, honest, spare, foreign):
    """What needs no training of its own, as scripts/testing/cheat_adapters.py makes it, and another job's."""
    steps = EPOCHS * SHARD_ROWS // BATCH
    reach = LEARNING_RATE * sum(rate_factor(step, steps) for step in range(steps))
    start = {p: torch.from_numpy(initial_a(seed, p, *a.shape)) for p, (a, _) in honest[0].items()}
    return made_adapters(seed, honest, spare, start, reach) | {"of another job": foreign}


def run_job(seed):
    """One job from its own shuffle of the rows to its adapters on disk; returns what jobs.json says of it."""
    out, bench, other_bench, encode, rows = shared
    torch.set_num_threads(1)
    draw = random.Random(seed)
    rows = draw.sample(rows, len(rows))
    held_out, rows = encode(rows[:HELD_OUT_ROWS]), rows[HELD_OUT_ROWS:]
    shards = [rows[at * SHARD_ROWS : (at + 1) * SHARD_ROWS] for at in range(CONTRIBUTORS + 1)]
    honest = [bench.trained(seed, encode(shard), slot) for slot, shard in enumerate(shards[:CONTRIBUTORS])]
    adapters = {f"honest {slot}": adapter for slot, adapter in enumerate(honest)}
    if seed < JOBS_WITH_CHEATS:
        last = encode(shards[CONTRIBUTORS])
        wrong = encode(with_shuffled_answers(shards[CONTRIBUTORS], draw))
        tenth = EPOCHS * len(last) // BATCH // 10
        others = encode(rows[(CONTRIBUTORS + 1) * SHARD_ROWS :])
        adapters |= cheats(seed, honest, bench.trained(seed, last, 9), bench.trained(seed + 1000, last, 9))
        adapters["shuffled answers"] = bench.trained(seed, wrong, 9)
        adapters["rows of its own choice"] = bench.trained(seed, others, 9)
        adapters["a tenth of the steps"] = bench.trained(seed, last, 9, steps=tenth)
        adapters["on another base model"] = other_bench.trained(seed, last, 9)
        adapters["of another shape"] = each(honest[0], lambda p, a, b: (torch.cat([a, a], dim=1), b))
    own_rows = [encode(shard) for shard in shards]

    def measure(adapter, held_out, own):
        return {"heldOut": bench.row_losses(adapter, held_out), "own": bench.row_losses(adapter, own)}

    folder = out / f"job-{seed}"
    folder.mkdir()
    delivered = []
    for number, (name, adapter) in enumerate(adapters.items()):
        file = folder / f"{number}.safetensors"
        letters = ((p, letter, t) for p, pair in adapter.items() for letter, t in zip("AB", pair, strict=True))
        save_file({f"base_model.model.{p}.lora_{letter}.weight": t.contiguous() for p, letter, t in letters}, file)
        own = own_rows[min(number, CONTRIBUTORS)]
        loads = name != "of another shape"
        delivered.append({"name": name, "file": str(file), "rows": measure(adapter, held_out, own) if loads else None})
    base = [measure(None, held_out, own) for own in own_rows]
    return {"seed": seed, "base": base, "adapters": delivered}


def main():
    global shared
    out, rows = Path(sys.argv[1]), read_rows(sys.argv[2])
    torch.set_num_threads(1)
    tokenizer = make_tokenizer([row[key] for row in rows for key in ("instruction", "input", "output")], 512)

    def encode(some):
        return encode_rows(tokenizer, some, MAX_LENGTH, end_tokens(tokenizer))

    # The bases know the questions and the answers' words, but not what an answer is.
    known = encode(with_scrambled_answers(rows[:PRETRAINING_ROWS], random.Random(0)))
    base, other_base = (make_base(tokenizer, known, seed) for seed in (1, 2))
    base.config.save_pretrained(out)
    pad = tokenizer.pad_token_id
    shared = out, Bench(base, pad), Bench(other_base, pad), encode, rows[PRETRAINING_ROWS:]
    with multiprocessing.get_context("fork").Pool(2) as pool:
        jobs = pool.map(run_job, range(JOBS), chunksize=1)
    training = {"epochs": EPOCHS, "learningRate": LEARNING_RATE, "rowsPerStep": BATCH}
    facts = {"rank": RANK, "alpha": ALPHA, "shardRows": SHARD_ROWS, "training": training, "jobs": jobs}
    (out / "jobs.json").write_text(json.dumps(facts))


if __name__ == "__main__":
    main()
