"""Honest work is found again where it ended; work that differs in one row of one step is not."""

import dataclasses
import math
import random
from argparse import Namespace
from itertools import pairwise

import pytest
import torch
from conftest import Gateway, Run, make_rows, train_arguments, write_rows
from safetensors.torch import load_file, save_file

import replay
from base_model import load_tokenizer_and_config
from boundaries import read_boundary
from chat_rows import IGNORED
from optimizer_state import MOMENTS
from prepare_training import Arithmetic, prepare_training
from reporting import Failure
from step_plan import boundary_steps
from tensor_file import write_tensors

# What honest work stays below and a cheat exceeds, both by far.
SAME, LIMIT = 1e-6, 1e-3
JOB = {"epochs": 2, "rows_per_step": 4, "seed": 11, "segments": 4}
DECIDING = ("job-id", "shard-cid", "contributor-wallet", "api-url", "work-dir", "device", "optimizer-state")


class Delivery:
    """A finished run of twenty steps in four segments, or a round of it, and what its referee is told."""

    def __init__(self, model, folder, **changes):
        gateway = Gateway()
        self.shard = write_rows(folder / "shard.jsonl", make_rows(40))
        gateway.files["shard"] = self.shard.read_bytes()
        self.work = folder / "work"
        arguments = train_arguments(model, gateway, self.work, **JOB, **changes)
        run = Run("train_llm.py", arguments, folder)
        assert run.wait() == 0, run.log.read_text()
        gateway.server.shutdown()
        names, values = arguments[::2], arguments[1::2]
        told = [(name, value) for name, value in zip(names, values, strict=True) if name[2:] not in DECIDING]
        self.told = [str(part) for pair in told for part in pair]
        self.told += ["--shard", str(self.shard), "--arithmetic", "cpu/float32/none"]

    def boundary(self, number):
        return self.work / "boundaries" / f"{number}.safetensors"

    def parse(self, *segments, more=()):
        named = [str(part) for segment in segments for part in ("--segment", *segment)]
        return replay.parse_arguments([*self.told, *named, *more])

    def replayed(self, *segments, more=()):
        return replay.replay(self.parse(*segments, more=more))

    def segment(self, number, start=None, end=None):
        return number, start or self.boundary(number), end or self.boundary(number + 1)


@pytest.fixture(scope="module")
def delivery(model_folder, tmp_path_factory):
    return Delivery(model_folder, tmp_path_factory.mktemp("delivery"))


def training_of(delivery):
    arguments = delivery.parse(delivery.segment(0))
    tokenizer, config = load_tokenizer_and_config(arguments.model_name, None)
    arithmetic = Arithmetic("cpu", torch.float32, "none")
    return prepare_training(arguments, delivery.shard, arithmetic, tokenizer, config)


@pytest.fixture(scope="module")
def training(delivery):
    return training_of(delivery)


def test_honest_work_ends_where_it_ended(delivery):
    found = delivery.replayed(*(delivery.segment(number) for number in (3, 0, 1, 2)))
    assert [(one["segment"], one["steps"]) for one in found] == [(3, 5), (0, 5), (1, 5), (2, 5)]
    assert all(one["distance"] <= SAME and one["momentsDistance"] <= SAME for one in found)
    assert [one["startDistance"] for one in found] == [None, 0, None, None]


def test_other_batches_and_threads_end_near_it(delivery, run_script, tmp_path):
    arguments = delivery.parse(delivery.segment(0), delivery.segment(2), more=["--batch-size", "1"])
    assert all(one["distance"] <= 1e-4 and one["momentsDistance"] <= 1e-4 for one in replay.replay(arguments))
    segment = ["--segment", *map(str, delivery.segment(1))]
    code, [event] = run_script("replay.py", [*delivery.told, "--cores", "2", *segment])
    assert code == 0 and event.pop("seconds") > 0 and event.pop("cpuSeconds") > 0
    [one] = event["segments"]
    assert one["distance"] <= 1e-4 and one["startDistance"] is None
    assert {**event, "segments": []} == {"event": "replayed", "segments": [], "arithmetic": "cpu/float32/none"}


def replaced(training, change):
    """The training with the first row of its eighth step changed."""
    examples = list(training.examples)
    examples[7 * 4] = change(examples[7 * 4], examples[2])
    return dataclasses.replace(training, examples=examples)


def other_answer(example, other):
    """The same question, answered with the words of another answer."""
    words = [token for token in other["labels"] if token != IGNORED]
    answer = [token != IGNORED for token in example["labels"]]
    ids, labels = list(example["input_ids"]), list(example["labels"])
    for at in (at for at, is_answer in enumerate(answer) if is_answer):
        ids[at] = labels[at] = words[at % len(words)]
    return {**example, "input_ids": ids, "labels": labels}


def slower(training):
    arguments = Namespace(**vars(training.arguments))
    arguments.learning_rate *= 0.9
    return dataclasses.replace(training, arguments=arguments)


CHEATS = {
    "one row of one step replaced": lambda training: replaced(training, lambda _, other: other),
    "one answer replaced": lambda training: replaced(training, other_answer),
    "a rate ten percent lower": slower,
}


def keep(file, adapter, moments, step, updates=None):
    write_tensors(
        file, {**adapter, **moments}, {"step": str(step), "updates": str(step if updates is None else updates)}
    )
    return file


@pytest.mark.parametrize("cheat", CHEATS)
def test_work_that_differs_in_little_does_not(cheat, delivery, training, tmp_path):
    start = read_boundary(delivery.boundary(1), training.model)
    adapter, moments = replay.train_segment(CHEATS[cheat](training), start, 5, 10)
    end = keep(tmp_path / "end", adapter, moments, 10)
    [found] = delivery.replayed(delivery.segment(1, end=end))
    assert found["distance"] > 10 * LIMIT and found["momentsDistance"] > LIMIT


def test_nor_does_work_that_leaves_a_step_out(delivery, training, tmp_path):
    start = read_boundary(delivery.boundary(1), training.model)
    adapter, moments = replay.train_segment(training, start, 5, 9)
    [found] = delivery.replayed(delivery.segment(1, end=keep(tmp_path / "end", adapter, moments, 10)))
    assert found["distance"] > 10 * LIMIT and found["momentsDistance"] > LIMIT


def test_nor_do_an_end_or_moments_that_are_made_up(delivery, training, tmp_path):
    start, end = (read_boundary(delivery.boundary(number), training.model) for number in (1, 2))
    torch.manual_seed(0)
    lengths = {name: (end.adapter[name] - tensor).norm() for name, tensor in start.adapter.items()}
    moved = {name: torch.nn.functional.normalize(torch.randn_like(one), dim=None) for name, one in end.adapter.items()}
    moved = {name: start.adapter[name] + lengths[name] * direction for name, direction in moved.items()}
    made_up = keep(tmp_path / "made-up", moved, end.moments, 10)
    stays = keep(tmp_path / "stays", start.adapter, end.moments, 10)
    larger = {name: tensor * (1.1 if name.endswith("_sq") else 1) for name, tensor in end.moments.items()}
    larger = keep(tmp_path / "larger", end.adapter, larger, 10)
    found = delivery.replayed(*(delivery.segment(1, end=file) for file in (made_up, stays, larger)))
    assert found[0]["distance"] > 0.5 and found[1]["distance"] == 1
    assert found[2]["distance"] <= SAME and found[2]["momentsDistance"] > LIMIT


def without_rows(training, start, begin, end):
    """Where AdamW leads from a state as if each gradient were 0: known to whoever trains on no row."""
    parameters = {name: torch.nn.Parameter(tensor.clone()) for name, tensor in start.adapter.items()}
    optimizer = torch.optim.AdamW(parameters.values(), weight_decay=0.0)
    for name, parameter in parameters.items():
        moments = {moment: start.moments[f"{name}.{moment}"].clone() for moment in MOMENTS}
        optimizer.state[parameter] = {"step": torch.tensor(float(start.updates)), **moments}
        parameter.grad = torch.zeros_like(parameter)
    for step in range(begin, end):
        optimizer.param_groups[0]["lr"] = training.rate_of(step)
        optimizer.step()
    states = {name: optimizer.state[parameter] for name, parameter in parameters.items()}
    moments = {f"{name}.{moment}": states[name][moment] for name in parameters for moment in MOMENTS}
    return {name: parameter.detach() for name, parameter in parameters.items()}, moments


def without_training(training, folder, start, mean, square, steps):
    """Files of the states after each of `steps`, from one on whose moments are made up and outweigh every gradient."""
    made_up = {name: square if name.endswith("_sq") else mean for name in start.moments}
    state = dataclasses.replace(
        start, moments={name: torch.full_like(start.moments[name], made_up[name]) for name in made_up}
    )
    files = [keep(folder / f"made-up-{steps[0]}", state.adapter, state.moments, steps[0], state.updates)]
    for begin, end in pairwise(steps):
        adapter, moments = without_rows(training, state, begin, end)
        updates = state.updates + end - begin
        state = dataclasses.replace(state, adapter=adapter, moments=moments, updates=updates)
        files.append(keep(folder / f"made-up-{end}", adapter, moments, end, updates))
    return files


@pytest.mark.parametrize("mean,square", [(1e6, 1e38), (1e3, 1e5), (1.0, 0.1)])
def test_moments_that_outweigh_every_gradient_save_no_training(mean, square, delivery, training, tmp_path):
    start = read_boundary(delivery.boundary(1), training.model)
    files = without_training(training, tmp_path, start, mean, square, (5, 10, 15, 20))
    for number, ends in enumerate(pairwise(files), start=1):
        with pytest.raises(Failure, match="larger moments than"):
            delivery.replayed(delivery.segment(number, *ends))


def test_nor_does_a_place_that_no_training_reaches(delivery, training, tmp_path):
    state = read_boundary(delivery.boundary(1), training.model)
    far = {name: tensor + 10 for name, tensor in state.adapter.items()}
    files = [keep(tmp_path / "1", far, state.moments, 5), keep(tmp_path / "2", far, state.moments, 10)]
    with pytest.raises(Failure, match="farther from the start than 5 steps lead"):
        delivery.replayed(delivery.segment(1, *files))


def test_nothing_is_trained_after_what_ends_beyond_its_tolerance(delivery, training, tmp_path):
    end = read_boundary(delivery.boundary(2), training.model)
    made_up = {name: tensor + 0.01 for name, tensor in end.adapter.items()}
    larger = {name: tensor * (1.1 if name.endswith("_sq") else 1) for name, tensor in end.moments.items()}
    ends = keep(tmp_path / "made-up", made_up, end.moments, 10), keep(tmp_path / "larger", end.adapter, larger, 10)
    limits = ["--first-tolerance", "0.02", "--later-tolerance", "0.002"]
    for end in ends:
        named = [delivery.segment(0), delivery.segment(1, end=end), delivery.segment(2), delivery.segment(3)]
        assert [one["segment"] for one in delivery.replayed(*named, more=limits)] == [0, 1]
        wider = ["--first-tolerance", "0.02", "--later-tolerance", "1e9"]
        assert len(delivery.replayed(*named, more=wider)) == len(delivery.replayed(*named)) == 4
    first = [delivery.segment(0), delivery.segment(1)]
    assert len(delivery.replayed(*first, more=["--first-tolerance", "-1", "--later-tolerance", "1"])) == 1


def test_a_start_that_is_not_the_jobs_own_is_seen(delivery, training, tmp_path):
    start = read_boundary(delivery.boundary(0), training.model)
    drawn = random.Random(5)
    moved = {name: tensor + drawn.choice((-1e-4, 1e-4)) for name, tensor in start.adapter.items()}
    adapter, moments = replay.train_segment(training, dataclasses.replace(start, adapter=moved), 0, 5)
    start = keep(tmp_path / "start", moved, start.moments, 0)
    [found] = delivery.replayed(delivery.segment(0, start, keep(tmp_path / "end", adapter, moments, 5)))
    assert found["distance"] <= SAME and found["startDistance"] > LIMIT


def test_a_later_round_goes_on_with_the_moments_of_the_one_before(model_folder, tmp_path):
    (tmp_path / "1").mkdir()
    (tmp_path / "2").mkdir()
    one = Delivery(model_folder, tmp_path / "1", round=1, rounds=2)
    start, moments = one.work / "adapter" / "adapter_model.safetensors", one.work / "optimizer.safetensors"
    changes = {"initial_adapter": start, "optimizer_state": moments}
    two = Delivery(model_folder, tmp_path / "2", round=2, rounds=2, **changes)
    found = two.replayed(two.segment(0), two.segment(3))
    assert all(part["distance"] <= SAME and part["momentsDistance"] <= SAME for part in found)
    assert found[0]["startDistance"] == 0
    # As if it were the first one, it has moments that nothing can have left.
    with pytest.raises(Failure, match="boundary 0 after 0 steps has moments of 10"):
        two.replayed(two.segment(0), more=["--round", "1"])
    found = two.replayed(two.segment(0), more=["--learning-rate", "0.009"])
    assert found[0]["distance"] > 10 * LIMIT
    # Moments that were there before are no reason to train nothing.
    training = training_of(two)
    start = read_boundary(two.boundary(0), training.model)
    files = without_training(training, tmp_path, start, 1e6, 1e38, boundary_steps(10, 4))
    with pytest.raises(Failure, match="larger moments than 10 gradients leave"):
        two.replayed(*(two.segment(number, *ends) for number, ends in enumerate(pairwise(files))))


def changed(tensors, name, tensor):
    return {**tensors, name: tensor}


DAMAGES = {
    "lacks": lambda tensors, name: {key: tensor for key, tensor in tensors.items() if key != name},
    "also holds": lambda tensors, name: changed(tensors, "x", torch.zeros(1)),
    "as F32 [1], not as": lambda tensors, name: changed(tensors, name, torch.zeros(1)),
    "as F16": lambda tensors, name: changed(tensors, name, tensors[name].half()),
    "not finite": lambda tensors, name: changed(tensors, name, tensors[name] * math.nan),
    "that no gradients leave": lambda tensors, name: {
        key: -tensor if key.endswith("_sq") else tensor for key, tensor in tensors.items()
    },
}


@pytest.mark.parametrize("words", [*DAMAGES, "its step in metadata", "no safetensors file"])
def test_a_file_that_is_no_boundary_is_refused_by_its_name(words, delivery, training, tmp_path):
    file, metadata = tmp_path / "odd.safetensors", {"step": "5", "updates": "5"}
    tensors = load_file(delivery.boundary(1))
    damage = DAMAGES.get(words, lambda tensors, name: tensors)
    if words == "its step in metadata":
        metadata["step"] = "five"
    save_file(damage(tensors, next(iter(sorted(tensors)))), file, metadata)
    if words == "no safetensors file":
        file.write_bytes(file.read_bytes()[:-1])
    with pytest.raises(Failure, match="odd.safetensors") as refused:
        read_boundary(file, training.model)
    assert refused.value.code == "boundary-invalid" and words in refused.value.message


def test_what_cannot_be_replayed_is_said(delivery, training, run_script, tmp_path):
    def refusal(*segments, more=()):
        with pytest.raises(Failure) as refused:
            delivery.replayed(*segments, more=more)
        return refused.value.code, refused.value.message

    for arithmetic in ("cuda/bfloat16/nf4", "mps/float32/none", "cpu/float32/nf4", "cpu"):
        assert refusal(delivery.segment(0), more=["--arithmetic", arithmetic])[0] == "arithmetic-unknown"
    assert refusal((9, "a", "b"))[0] == "invalid-input"
    swapped = delivery.segment(1, delivery.boundary(2), delivery.boundary(1))
    assert refusal(swapped) == ("boundary-invalid", "boundary 1 says that it lies after step 10, which is 5")
    start = read_boundary(delivery.boundary(0), training.model)
    warm = {name: torch.full_like(tensor, 1e-3) for name, tensor in start.moments.items()}
    warm = keep(tmp_path / "warm", start.adapter, warm, 0)
    assert "moments of no steps" in refusal(delivery.segment(0, warm))[1]
    far = {name: torch.full_like(tensor, 1e38) for name, tensor in start.adapter.items()}
    far = keep(tmp_path / "far", far, start.moments, 0)
    assert "no number" in refusal(delivery.segment(0, far))[1]
    code, events = run_script("replay.py", [*delivery.told, "--segment", *map(str, swapped)])
    assert (code, events[-1]["event"], events[-1]["code"]) == (2, "failed", "boundary-invalid")
