"""A run leaves the states that it passed through, and an adapter that commits to them, whatever ends it on the way."""

import json
import signal

import pytest
import torch
from conftest import train_arguments
from safetensors import safe_open
from safetensors.torch import load_file

from hash_tree import leaf_of, root_of
from step_plan import boundary_steps

EVERY_STEP = {"TRAINCHAIN_CHECKPOINT_STEPS": "1"}


def metadata_of(file):
    with safe_open(file, framework="pt") as opened:
        return opened.metadata()


def kept(work):
    return {file.name: file.read_bytes() for file in (work / "boundaries").iterdir()}


@pytest.mark.parametrize(("steps", "segments"), [(10, 3), (7, 7), (3, 8), (1, 4), (100, 16)])
def test_segments_are_as_even_as_whole_steps_allow(steps, segments):
    ends = boundary_steps(steps, segments)
    lengths = [end - start for start, end in zip(ends, ends[1:], strict=False)]
    assert (ends[0], ends[-1], len(lengths)) == (0, steps, min(segments, steps))
    assert max(lengths) - min(lengths) <= 1 and min(lengths) >= 1
    assert boundary_steps(steps, 0) == []


@pytest.fixture(scope="module")
def whole(model_folder, tmp_path_factory):
    """The work folder of an uninterrupted run of three segments."""
    from conftest import Gateway, Run, make_rows, write_rows

    folder = tmp_path_factory.mktemp("whole")
    gateway = Gateway()
    gateway.files["shard"] = write_rows(folder / "source.jsonl", make_rows(20)).read_bytes()
    run = Run("train_llm.py", train_arguments(model_folder, gateway, folder / "work", segments=3), folder)
    assert run.wait() == 0, run.log.read_text()
    gateway.server.shutdown()
    return folder / "work"


def test_boundaries_hold_adapter_and_moments_and_the_adapter_commits_to_them(whole):
    files = [whole / "boundaries" / f"{number}.safetensors" for number in range(4)]
    assert sorted(kept(whole)) == [file.name for file in files]
    assert [metadata_of(file) for file in files] == [{"step": str(at), "updates": str(at)} for at in (0, 1, 3, 5)]
    first, last = load_file(files[0]), load_file(files[3])
    delivered = load_file(whole / "adapter" / "adapter_model.safetensors")
    assert len(last) == 3 * len(delivered) and all(tensor.dtype == torch.float32 for tensor in last.values())
    assert all(torch.equal(last[name], tensor) for name, tensor in delivered.items())
    assert not any(tensor.any() for name, tensor in first.items() if "exp_avg" in name or "lora_B" in name)
    root = root_of([leaf_of(file) for file in files]).hex()
    facts = {"segments": "3", "steps": "5", "root": root, "arithmetic": "cpu/float32/none"}
    assert metadata_of(whole / "adapter" / "adapter_model.safetensors") == {"format": "pt", **facts}
    finished = json.loads((whole / "finished.json").read_text())
    assert {name: str(finished[name]) for name in facts} == facts


@pytest.mark.parametrize(("ended_by", "at"), [(signal.SIGKILL, 1), (signal.SIGKILL, 4), (signal.SIGTERM, 2)])
def test_a_run_that_was_ended_and_goes_on_commits_to_the_same(
    ended_by, at, whole, model_folder, gateway, run_script, tmp_path
):
    arguments = train_arguments(model_folder, gateway, tmp_path / "work", segments=3)
    run = run_script.start("train_llm.py", arguments, env=EVERY_STEP)
    run.wait_for("checkpoint", step=at)
    run.signal(ended_by)
    run.wait()
    code, events = run_script("train_llm.py", arguments, env=EVERY_STEP)
    assert code == 0 and any(event["event"] == "resumed" for event in events)
    assert kept(tmp_path / "work") == kept(whole)
    assert gateway.stored == [(whole / "adapter" / "adapter_model.safetensors").read_bytes()]


def test_a_boundary_that_is_lost_before_the_checkpoint_is_made_again(
    whole, model_folder, gateway, run_script, tmp_path
):
    arguments = train_arguments(model_folder, gateway, tmp_path / "work", segments=3)
    run = run_script.start("train_llm.py", arguments, env=EVERY_STEP)
    run.wait_for("checkpoint", step=4)
    run.signal(signal.SIGKILL)
    run.wait()
    (tmp_path / "work" / "boundaries" / "1.safetensors").unlink()
    assert run_script("train_llm.py", arguments)[0] == 0
    assert kept(tmp_path / "work") == kept(whole)


def test_another_run_in_the_folder_keeps_nothing_of_it_and_without_segments_nothing_is_kept(
    model_folder, gateway, run_script, tmp_path
):
    for segments in (2, 0):
        arguments = train_arguments(model_folder, gateway, tmp_path / "work", segments=segments, max_steps=2)
        assert run_script("train_llm.py", arguments)[0] == 0
        assert (tmp_path / "work" / "boundaries").exists() == bool(segments)
    assert metadata_of(tmp_path / "work" / "adapter" / "adapter_model.safetensors") == {"format": "pt"}
