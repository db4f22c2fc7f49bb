"""The Python side of `bench cheats`: trains with the trainer itself, and makes of that what cheats deliver.

Answers one JSON command a line, as ../federate/worker.py does. A training's folder holds what the trainer leaves:
adapter/ and boundaries/. What is delivered is a folder of adapter_model.safetensors, which commits to the boundaries/
beside it.
"""

import json
import math
import random
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "trainer"))
sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "testing"))
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "federate"))

import prepare_training
import torch
from cheat_adapters import made_adapters, with_shuffled_answers
from hash_tree import leaf_of, root_of
from safetensors import safe_open
from safetensors.torch import load_file, save_file
from step_plan import boundary_steps, rate_factor
from tensor_file import write_tensors
from worker import serve, train

A, B = ".lora_A.weight", ".lora_B.weight"
AGAINST = "factors scaled against each other"
# The share of the stages that was really trained.
STAGES_DONE = {f"{name} of the steps": share for name, share in (("a tenth", 0.1), ("a third", 1 / 3), ("half", 0.5))}
STAGES_DONE["nine tenths of the steps"] = 0.9
# The length of made-up moments in that of gradients of length 1, which the trainer's never exceed.
MADE_UP = {"made-up moments": 1e3, "made-up moments within limits": 0.99}


# --- rows


def write_rows(kind, shard, other, foreign, seed, out):
    """The rows that a cheat trains on in place of its shard; `other` is another contributor's, `foreign` nobody's."""
    own, others, theirs = (read_lines(file) for file in (shard, other, foreign))
    rows = {
        "half of the rows": own[: len(own) // 2],
        "a third of the rows": own[: len(own) // 3],
        "rows of its own choice": theirs[: len(own)],
        "shuffled answers": with_shuffled_answers(own, random.Random(seed)),
        "two shards trained as one": own[::2] + others[1::2],
    }[kind]
    Path(out).write_text("".join(json.dumps(row) + "\n" for row in rows))
    return {}


def read_lines(file):
    return [json.loads(line) for line in Path(file).read_text().splitlines() if line.strip()]


# --- trainings


def train_poisoned(shard, out, options, foreign):
    """Train as asked, but for one row of every step, which is a foreign one."""
    prepare = prepare_training.prepare_training
    given = read_lines(foreign)

    def poisoned(arguments, rows, arithmetic, tokenizer, config):
        training = prepare(arguments, rows, arithmetic, tokenizer, config)
        strange = training.objective.encode(tokenizer, given, arguments.max_length, training.model)
        for step, at in enumerate(range(0, len(training.examples), arguments.rows_per_step)):
            training.examples[at] = strange[step % len(strange)]
        return training

    prepare_training.prepare_training = poisoned
    try:
        return train(shard, out, options)
    finally:
        prepare_training.prepare_training = prepare


def other_base(model, out, seed):
    """Another base model of the same shape: every weight under noise of half of its size."""
    source, folder = Path(model), Path(out)
    folder.mkdir(parents=True)
    for file in source.iterdir():
        if file.is_file() and file.suffix != ".safetensors":
            (folder / file.name).write_bytes(file.read_bytes())
    draw = torch.Generator().manual_seed(seed)
    for file in source.glob("*.safetensors"):
        tensors = load_file(file)
        for name, tensor in tensors.items():
            noise = torch.randn(tensor.shape, generator=draw) * tensor.float().square().mean().sqrt()
            tensors[name] = (tensor.float() + 0.5 * noise).to(tensor.dtype)
        save_file(tensors, folder / file.name, {"format": "pt"})
    return {}


# --- states that a training passed through, and what is made of them


class States:
    """What a training left: the adapter's metadata, and at each boundary its tensors and the moments'."""

    def __init__(self, folder):
        self.folder = Path(folder)
        with safe_open(self.folder / "adapter" / "adapter_model.safetensors", "pt") as opened:
            self.metadata = opened.metadata()
        self.segments = int(self.metadata["segments"])

    def __getitem__(self, number):
        return load_file(self.folder / "boundaries" / f"{number % (self.segments + 1)}.safetensors")

    @property
    def all(self):
        return [self[number] for number in range(self.segments + 1)]

    @property
    def adapter(self):
        """{module's path: (A, B)} in the end."""
        last = self[-1]
        return {name.removesuffix(A): (last[name], last[name.removesuffix(A) + B]) for name in last if name.endswith(A)}


def bent(states, adapter):
    """The states of a training, moved so that they end at another adapter; the first is as it was."""
    wanted = {path + end: tensor for path, pair in adapter.items() for end, tensor in zip((A, B), pair, strict=True)}
    last, count = states[-1], len(states) - 1

    def moved(name, state, share):
        if name not in wanted or share == 0:
            return state[name]
        return wanted[name] if share == 1 else state[name] + share * (wanted[name] - last[name])

    return [{name: moved(name, state, at / count) for name in state} for at, state in enumerate(states)]


def stretched(states, done, least):
    """The first `done` stages as they were, and beyond them so far in the direction they had that the farthest value of
    B has moved by `least`, or a hundredth farther where it has already."""
    start, last = states[0], states[done]
    farthest = max(last[name].abs().max() for name in last if name.endswith(B)).item()
    whole, left = max(1.01, least / farthest), len(states) - 1 - done

    def at(stage):
        factor = 1 + (whole - 1) * (stage - done) / left
        return {n: t if ".exp_avg" in n else start[n] + factor * (t - start[n]) for n, t in last.items()}

    return [*states[: done + 1], *(at(stage) for stage in range(done + 1, len(states)))]


def made_up(states, done, ends, rates, least, size):
    """The first `done` stages as they were, and behind them moments that no gradient left: of `size`, and so large that
    where they lead is told by adding no gradients at all. They go on in the direction that training had, until the
    farthest value of B has moved by `least`, or by a hundredth where it has already. No row is needed."""
    start, last, updates = states[0], states[done], ends[done + 1]
    gone = {name: last[name] - start[name] for name in last if name.endswith((A, B))}
    farthest = max(way.abs().max().item() for name, way in gone.items() if name.endswith(B))
    steps = range(updates, ends[-1])
    lengths = [rates[at] * 0.9 ** (at + 1 - updates) * (1 - 0.9**updates) / (1 - 0.9 ** (at + 1)) for at in steps]
    pace = min(1, max(0.01 * farthest, least - farthest) / math.fsum(lengths)) / farthest
    root = size / math.sqrt(sum(way.numel() for way in gone.values()))
    state = {name: last[name].clone() for name in gone}
    for name, way in gone.items():
        state[name + ".exp_avg"] = -(1 - 0.9**updates) * root * pace * way
        state[name + ".exp_avg_sq"] = torch.full_like(way, (1 - 0.999**updates) * root**2)
    passed = [*states[: done + 1], {name: tensor.clone() for name, tensor in state.items()}]
    for step in steps:
        for name in gone:
            mean, square = state[name + ".exp_avg"].mul_(0.9), state[name + ".exp_avg_sq"].mul_(0.999)
            divisor = (square / (1 - 0.999 ** (step + 1))).sqrt_().add_(1e-8)
            state[name].sub_(rates[step] / (1 - 0.9 ** (step + 1)) * mean / divisor)
        if step + 1 in ends:
            passed.append({name: tensor.clone() for name, tensor in state.items()})
    return passed


def told(run, start, segments):
    """Another training's states told as the job's: as many as it has, from where it begins."""
    picked = [run[math.floor(at * run.segments / segments)] for at in range(1, segments)]
    return [start, *picked, run[-1]]


def deliver(out, states, metadata, final=None):
    """Write what is delivered, and the states that it commits to; `final` in place of the last state's adapter."""
    folder = Path(out)
    (folder / "boundaries").mkdir(parents=True)
    files = []
    for number, step in enumerate(boundary_steps(int(metadata["steps"]), int(metadata["segments"]))):
        files.append(folder / "boundaries" / f"{number}.safetensors")
        write_tensors(files[-1], states[number], {"step": str(step), "updates": str(step)})
    root = {"root": root_of(leaf_of(file) for file in files).hex(), **metadata}
    write_adapter(folder, final or states[-1], root)


def write_adapter(folder, state, metadata):
    adapter = {name: tensor for name, tensor in state.items() if ".exp_avg" not in name}
    write_tensors(folder / "adapter_model.safetensors", adapter, metadata)


def make(name, out, own, others, run, reach, least, rate, final, seed):
    """What a slot delivers as a cheat of this name, made of its own honest training, of those of others in the same
    job, or of `run`, which was not what the job asks for. `reach`: the sum of the learning rates; `least`: how far the
    farthest value of B has to have moved; `rate` and `final`: the job's rate, and its share that is left in the end."""
    mine, segments = States(own), States(own).segments
    plain = {key: value for key, value in mine.metadata.items() if key != "root"}
    stages = STAGES_DONE.get(name)
    if name in ("honest", "states withheld"):
        deliver(out, mine.all, plain)
    elif name == "a forged hash tree":
        deliver(out, mine.all, {**plain, "root": "ab" * 32})
    elif name == "no commitment":
        Path(out).mkdir(parents=True)
        write_adapter(Path(out), mine[-1], {"format": "pt"})
    elif stages:
        deliver(out, stretched(mine.all, round(stages * segments), 1.05 * least), plain)
    elif name in MADE_UP:
        steps = int(plain["steps"])
        ends, rates = boundary_steps(steps, segments), [rate * rate_factor(at, steps, final) for at in range(steps)]
        deliver(out, made_up(mine.all, segments // 3, ends, rates, 1.05 * least, MADE_UP[name]), plain)
    elif name == "extra steps behind the last state":
        deliver(out, mine.all, plain, final=States(run)[-1])
    elif name == "extra steps in the last stage":
        deliver(out, [*mine.all[:-1], States(run)[-1]], plain)
    elif run:
        start = States(run)[0] if name in ("of another rank", "of another job") else mine[0]
        deliver(out, told(States(run), start, segments), plain)
    else:
        theirs = [States(folder) for folder in others]
        start = {path: mine[0][path + A] for path in mine.adapter}
        made = made_adapters(seed, [one.adapter for one in theirs], mine.adapter, start, reach)
        made[AGAINST] = {path: (a * 2.0**64, b / 2.0**64) for path, (a, b) in mine.adapter.items()}
        origin = theirs[0] if name.startswith(("copy", "average", "rotated")) else mine
        deliver(out, bent(origin.all, made[name]), plain)
    return {}


if __name__ == "__main__":
    commands = {"train": train, "rows": write_rows, "poisoned": train_poisoned, "base": other_base, "make": make}
    serve(commands)
