"""What is left where the power goes: names, which a system writes early, and of contents those that were synced."""

import json
import os
import shutil
import signal
from types import SimpleNamespace

import pytest
import torch
from conftest import train_arguments
from peft import LoraConfig, get_peft_model
from test_train_yolo import archive_of
from test_train_yolo import train_arguments as image_arguments
from transformers import AutoModelForCausalLM

import image_trainer
import job_trainer
from boundaries import BoundaryKeeper
from gateway import download
from image_export import write_bundle
from run_folder import write_whole

EVERY_STEP = {"TRAINCHAIN_CHECKPOINT_STEPS": "1"}


@pytest.fixture
def outlasting(monkeypatch):
    """Tells whether all files of a folder would outlast a power cut; `checks` are made at each sync."""
    synced, checks, really = set(), [], os.fsync

    def fsync(descriptor):
        assert all(check() for check in checks)
        really(descriptor)
        synced.add(os.fstat(descriptor).st_ino)

    monkeypatch.setattr(os, "fsync", fsync)

    def is_safe(folder):
        files = list(folder.iterdir()) if (folder / "complete").exists() else []
        # An empty file has no content to lose.
        return bool(files) and all(file.stat().st_ino in synced or not file.stat().st_size for file in files)

    is_safe.checks = checks
    return is_safe


def save_checkpoint(folder):
    folder.mkdir(parents=True)
    for name in ("adapter_model.safetensors", "optimizer.pt", "trainer_state.json"):
        (folder / name).write_text(name)
    return folder


def test_an_older_checkpoint_goes_only_after_the_newer_one_is_on_the_disk(outlasting, tmp_path):
    progress = job_trainer.Progress(None, "cpu", [1] * 9, [1] * 9, tmp_path)
    for step in (1, 2, 3):
        checkpoint = save_checkpoint(tmp_path / f"checkpoint-{step}")
        progress.on_save(None, SimpleNamespace(global_step=step), None)
        assert list(tmp_path.iterdir()) == [checkpoint] and outlasting(checkpoint)
        # Whenever the power goes from here on, one that claims to be whole is, and all that claim it are.
        outlasting.checks[:] = [
            lambda: any(map(outlasting, tmp_path.iterdir())),
            lambda: all(outlasting(path) for path in tmp_path.iterdir() if (path / "complete").exists()),
        ]


def test_an_image_models_older_checkpoint_goes_only_after_the_newer_one_is_on_the_disk(outlasting, tmp_path):
    checkpoint = tmp_path / "checkpoint"
    progress = image_trainer.Progress(None, "cpu", False, checkpoint)
    weights = SimpleNamespace(last=tmp_path / "last.pt", best=tmp_path / "best.pt")
    for epoch in (1, 2, 3):
        weights.last.write_text(f"last {epoch}")
        weights.best.write_text(f"best {epoch}")
        progress.keep(weights, epoch)
        assert outlasting(checkpoint) and (checkpoint / "last.pt").read_text() == f"last {epoch}"
        outlasting.checks[:] = [lambda: outlasting(checkpoint)]


def test_a_file_appears_under_its_name_only_with_its_content_on_the_disk(outlasting, tmp_path):
    (tmp_path / "complete").touch()
    write_whole(tmp_path / "run.json", "{}")
    assert outlasting(tmp_path)


def test_what_is_fetched_or_bundled_appears_only_with_its_content_on_the_disk(outlasting, gateway, tmp_path):
    for name, write in (
        ("shard.jsonl", lambda file: download(gateway.url, "shard", file)),
        ("model.tar", lambda file: write_bundle([tmp_path / "source.jsonl"], file)),
    ):
        folder = tmp_path / name.replace(".", "-")
        folder.mkdir()
        (folder / "complete").touch()
        write(folder / name)
        assert outlasting(folder)


def test_the_boundaries_before_a_checkpoint_are_on_the_disk_with_it(outlasting, model_folder, tmp_path):
    base = AutoModelForCausalLM.from_pretrained(model_folder)
    model = get_peft_model(base, LoraConfig(target_modules=["q_proj"]))
    objects = {"model": model, "optimizer": torch.optim.AdamW(model.parameters())}
    keeper = BoundaryKeeper(tmp_path / "boundaries", [0, 2, 4])
    keeper.on_train_begin(None, SimpleNamespace(global_step=0), None, **objects)
    (tmp_path / "boundaries" / "complete").touch()
    for step in (1, 2, 3, 4):
        keeper.on_step_end(None, SimpleNamespace(global_step=step), None, **objects)
        keeper.on_save(None, SimpleNamespace(global_step=step), None, **objects)
        assert keeper.are_whole_until(step) and outlasting(tmp_path / "boundaries")


@pytest.fixture(scope="module")
def whole_run(model_folder, tmp_path_factory):
    """An uninterrupted run's work folder."""
    from conftest import Gateway, Run, make_rows, write_rows

    folder = tmp_path_factory.mktemp("whole")
    gateway = Gateway()
    gateway.files["shard"] = write_rows(folder / "source.jsonl", make_rows(20)).read_bytes()
    run = Run("train_llm.py", train_arguments(model_folder, gateway, folder / "work", segments=3), folder)
    assert run.wait() == 0, run.log.read_text()
    yield folder / "work"
    gateway.server.shutdown()


def left_by(work):
    files = [*(work / "boundaries").iterdir(), work / "adapter" / "adapter_model.safetensors"]
    return {file.name: file.read_bytes() for file in files}


def empty(folder):
    for file in folder.iterdir():
        file.write_bytes(b"")


def halve(name):
    return lambda folder: (folder / name).write_bytes(
        (folder / name).read_bytes()[: (folder / name).stat().st_size // 2]
    )


DAMAGES = {
    "empty": empty,
    "half an adapter": halve("adapter_model.safetensors"),
    "half an optimiser": halve("optimizer.pt"),
    "half a state": halve("trainer_state.json"),
}


@pytest.mark.parametrize("name", DAMAGES)
@pytest.mark.parametrize("has_older", [True, False])
def test_a_run_goes_on_from_the_checkpoint_before_or_begins_anew_and_commits_to_the_same(
    name, has_older, whole_run, model_folder, gateway, run_script, tmp_path
):
    work = tmp_path / "work"
    arguments = train_arguments(model_folder, gateway, work, segments=3)
    run = run_script.start("train_llm.py", arguments, env=EVERY_STEP)
    run.wait_for("checkpoint", step=2)
    run.signal(signal.SIGKILL)
    run.wait()
    newest = job_trainer.newest_checkpoint(work / "checkpoints")
    step = job_trainer.step_of(newest)
    damaged = newest
    if has_older:
        damaged = newest.with_name(f"checkpoint-{step + 1}")
        shutil.rmtree(damaged, ignore_errors=True)
        shutil.copytree(newest, damaged)
    DAMAGES[name](damaged)
    code, events = run_script("train_llm.py", arguments)
    assert code == 0
    assert [event["step"] for event in events if event["event"] == "resumed"] == ([step] if has_older else [])
    assert left_by(work) == left_by(whole_run)


def test_a_folder_that_no_longer_says_whose_it_is_begins_anew(model_folder, gateway, run_script, tmp_path):
    arguments = train_arguments(model_folder, gateway, tmp_path / "work", max_steps=1)
    assert run_script("train_llm.py", arguments)[0] == 0
    for left in (b"", b'{"job_id', b"\xff\x00"):
        (tmp_path / "work" / "run.json").write_bytes(left)
        code, events = run_script("train_llm.py", arguments)
        assert code == 0 and any(event["event"] == "step" for event in events)
        assert json.loads((tmp_path / "work" / "run.json").read_text())["job_id"] == "7"


@pytest.mark.parametrize("damage", [empty, halve("last.pt"), lambda folder: (folder / "complete").write_text("")])
@pytest.mark.parametrize("has_older", [True, False])
def test_an_image_run_goes_on_from_the_checkpoint_before_or_begins_anew(
    damage, has_older, gateway, run_script, tmp_path
):
    gateway.files["archive"] = archive_of("")
    arguments = image_arguments(gateway, tmp_path / "work", epochs=2, export_format="onnx")
    run = run_script.start("train_yolo.py", arguments)
    run.wait_for("checkpoint", step=1)
    run.signal(signal.SIGKILL)
    run.wait()
    checkpoint = tmp_path / "work" / "checkpoint"
    if has_older:
        shutil.copytree(checkpoint, checkpoint.with_name("checkpoint.old"))
    damage(checkpoint)
    code, events = run_script("train_yolo.py", arguments)
    assert code == 0
    first = next(event["epoch"] for event in events if event["event"] == "epoch")
    assert first == (2 if has_older else 1)
