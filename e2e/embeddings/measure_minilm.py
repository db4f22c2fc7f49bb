"""What embedding jobs come to on a real encoder: python measure_minilm.py TRAINER [pairs | rates [pairs …]]

Pairs are of the standard library's documentation: the first sentence of a docstring, and what follows it. Two
contributors train on a shard each, at several rates. Prints recall@10 and loss of base, each and their mean on held-out
pairs; what the checks of deliveries look at; and how far drawn segments end when they are done again under other
instruction sets, and with one pair replaced. With `rates`, one contributor's recall and loss alone,
by number of pairs, rate and seed.
"""

import ast
import json
import os
import random
import re
import subprocess
import sys
import sysconfig
import tempfile
from pathlib import Path

trainer = Path(sys.argv[1]).resolve()
asked = sys.argv[2] if len(sys.argv) > 2 else "2000"
sys.path[:0] = [str(trainer), str(trainer / "tests")]

import numpy as np
import torch
from conftest import Gateway, train_arguments
from safetensors.torch import load_file

from base_model import load_encoder, load_tokenizer_and_config
from chat_rows import read_rows
from initial_adapter import initial_a
from pair_loss import measure_pairs
from pair_rows import encode_pairs
from step_plan import rate_factor

MODEL, RANK, EPOCHS, PAIRS_PER_STEP, SEED = "all-minilm-l6-v2", 8, 3, 32, 7


def docstring_pairs():
    seen, pairs = set(), []
    for file in sorted(Path(sysconfig.get_paths()["stdlib"]).rglob("*.py")):
        if "site-packages" in file.parts or "test" in file.parts:
            continue
        try:
            tree = ast.parse(file.read_text("utf-8"))
        except (SyntaxError, UnicodeDecodeError):
            continue
        kinds = (ast.FunctionDef, ast.ClassDef, ast.Module)
        for text in (ast.get_docstring(node) for node in ast.walk(tree) if isinstance(node, kinds)):
            first, _, rest = " ".join((text or "").split()).partition(". ")
            if 20 <= len(first) <= 200 and 60 <= len(rest) and first not in seen and not re.search(">>>", rest):
                seen.add(first)
                pairs.append({"instruction": first, "input": "", "output": rest[:600]})
    random.Random(SEED).shuffle(pairs)
    return pairs


def write(file, rows):
    file.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return file


def run(script, arguments, **environment):
    command = [sys.executable, str(trainer / script), *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, env={**os.environ, **environment}, check=False)
    events = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.returncode == 0, done.stderr[-2000:]
    return events


def scores(model, pairs):
    losses, ranks = measure_pairs(model, pairs, 0, 2048)
    return f"recall@10 {sum(rank <= 10 for rank in ranks) / len(ranks):.3f}, loss {sum(losses) / len(losses):.3f}"


def with_updates(updates):
    """The encoder with the mean of updates (path: ΔW) on it."""
    encoder = load_encoder(MODEL, None, "cpu", torch.float32).eval()
    modules = dict(encoder.named_modules())
    for path in updates[0] if updates else []:
        modules[path].weight.data += sum(update[path] for update in updates) / len(updates)
    return encoder


def updates_of(tensors):
    prefix, suffix = "base_model.model.", ".lora_A.weight"
    paths = [name.removeprefix(prefix).removesuffix(suffix) for name in tensors if name.endswith(suffix)]
    return {
        path: 2.0 * tensors[f"{prefix}{path}.lora_B.weight"] @ tensors[f"{prefix}{path}.lora_A.weight"]
        for path in paths
    }


def cosine(one, other):
    flat = [torch.cat([update[path].flatten() for path in sorted(update)]).double() for update in (one, other)]
    return (flat[0] @ flat[1] / flat[0].norm() / flat[1].norm()).item()


def checks(tensors, rate, steps):
    """Cosine of A with the start; how far A and B went, over the sum of the rates."""
    rates = sum(rate * rate_factor(step, steps, 0.3) for step in range(steps))
    dots, far = np.zeros(3), {"A": 0.0, "B": 0.0}
    for name, tensor in tensors.items():
        path, _, letter = name.removeprefix("base_model.model.").removesuffix(".weight").rpartition(".lora_")
        start = initial_a(SEED, path, *tensor.shape) if letter == "A" else np.zeros(tensor.shape, np.float32)
        far[letter] = max(far[letter], float(np.abs(tensor.numpy() - start).max()) / rates)
        if letter == "A":
            a, b = tensor.double().numpy().ravel(), start.astype(np.float64).ravel()
            dots += [a @ b, a @ a, b @ b]
    return f"start {dots[0] / np.sqrt(dots[1] * dots[2]):.3f}, reach of A {far['A']:.2f}, of B {far['B']:.2f}"


def measure_rates(counts, rates=(3e-4, 1e-3, 3e-3), seeds=(7, 8)):
    folder = Path(tempfile.mkdtemp())
    gateway = Gateway()
    pairs = docstring_pairs()
    held_rows, rest = pairs[:200], pairs[200:]
    tokenizer, _ = load_tokenizer_and_config(MODEL, None)
    held = encode_pairs(tokenizer, read_rows(write(folder / "held.jsonl", held_rows)), 128)
    print(f"{len(held)} pairs held out; base: {scores(with_updates([]), held)}", flush=True)
    for count in counts:
        gateway.files["shard"] = write(folder / "shard.jsonl", rest[:count]).read_bytes()
        # As pairsPerStep of the protocol has it.
        per_step = 2 ** int(np.log2(max(8, min(32, count * EPOCHS / 60))))
        for rate, seed in [(rate, seed) for seed in seeds for rate in rates]:
            work = folder / f"work-{count}-{rate}-{seed}"
            common = {"objective": "in-batch", "epochs": EPOCHS, "rows_per_step": per_step, "max_length": 128}
            common |= {"lora_rank": RANK, "lora_alpha": 2 * RANK, "final_rate": 0.3, "seed": seed, "cores": 2}
            common |= {"learning_rate": rate, "row_order": "drawn"}
            done = run("train_llm.py", train_arguments(MODEL, gateway, work, **common))[-1]
            updates = [updates_of(load_file(work / "adapter" / "adapter_model.safetensors"))]
            told = f"{done['steps']} steps of {per_step} in {done['seconds']:.0f} s"
            print(f"{count} pairs, rate {rate}, seed {seed}: {scores(with_updates(updates), held)}; {told}", flush=True)


def main(count):
    folder = Path(tempfile.mkdtemp())
    pairs = docstring_pairs()[:count]
    held_rows, rest = pairs[: count // 10], pairs[count // 10 :]
    shards = [rest[::2], rest[1::2]]
    tokenizer, _ = load_tokenizer_and_config(MODEL, None)
    held = encode_pairs(tokenizer, read_rows(write(folder / "held.jsonl", held_rows)), 128)
    print(f"{len(pairs)} pairs, {len(held)} held out; base: {scores(with_updates([]), held)}", flush=True)
    gateway = Gateway()
    common = {"objective": "in-batch", "epochs": EPOCHS, "rows_per_step": PAIRS_PER_STEP, "max_length": 128}
    common |= {"lora_rank": RANK, "lora_alpha": 2 * RANK, "final_rate": 0.3, "seed": SEED, "segments": 16, "cores": 2}
    for rate in (1e-3, 3e-4, 3e-3):
        updates = []
        for number, shard in enumerate(shards):
            gateway.files["shard"] = write(folder / "shard.jsonl", shard).read_bytes()
            work = folder / f"work-{rate}-{number}"
            arguments = train_arguments(MODEL, gateway, work, learning_rate=rate, **common)
            done = run("train_llm.py", arguments)[-1]
            tensors = load_file(work / "adapter" / "adapter_model.safetensors")
            updates.append(updates_of(tensors))
            told = f"{checks(tensors, rate, done['steps'])}, {done['steps']} steps in {done['seconds']:.0f} s"
            print(f"rate {rate}: {scores(with_updates(updates[-1:]), held)}; {told}", flush=True)
        print(
            f"rate {rate}, mean: {scores(with_updates(updates), held)}; cosine of the updates {cosine(*updates):.2f}",
            flush=True,
        )

    apart = {"--job-id", "--shard-cid", "--contributor-wallet", "--api-url", "--work-dir", "--device"}
    work = folder / "work-0.001-1"
    arguments = train_arguments(MODEL, gateway, work, learning_rate=1e-3, **common)
    told = [part for pair in zip(arguments[::2], arguments[1::2], strict=True) if pair[0] not in apart for part in pair]
    ends = [work / "boundaries" / f"{number}.safetensors" for number in range(17)]
    named = [part for number in (0, 1, 8, 15) for part in ("--segment", number, *ends[number : number + 2])]
    told += ["--arithmetic", "cpu/float32/none", *named]
    other = [*shards[1]]
    for place in range(0, len(other), 90):
        other[place] = {**other[place], "output": rest[place]["output"]}
    for what, rows, environment in [
        ("again", shards[1], {}),
        ("AVX2", shards[1], {"ATEN_CPU_CAPABILITY": "avx2"}),
        ("SSE", shards[1], {"ATEN_CPU_CAPABILITY": "default"}),
        ("other pairs, one in ninety", other, {}),
    ]:
        shard = write(folder / "again.jsonl", rows)
        segments = run("replay.py", [*told, "--shard", shard], **environment)[0]["segments"]
        figures = [f"{max(one['distance'], one['momentsDistance']):.1e}" for one in segments]
        print(f"replay, {what}: segments 1, 2, 9, 16 of 16 end {', '.join(figures)} of their length away", flush=True)


if asked == "rates":
    measure_rates([int(count) for count in sys.argv[3:]] or [240, 2000])
else:
    main(int(asked))
