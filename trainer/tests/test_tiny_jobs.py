"""Jobs at the lower end: one row, one step, one image a class, and what becomes of them when they are stopped."""

import io
import itertools
import math
import zipfile

import pytest
import torch
from conftest import make_rows, train_arguments, write_rows
from safetensors.torch import load
from test_train_yolo import CLASSES, picture
from test_train_yolo import train_arguments as image_arguments

from step_plan import rate_factor


def test_the_learning_rate_is_finite_for_every_count_of_steps():
    """The scheduler asks for one step more than is trained."""
    for steps, final in itertools.product(range(1, 42), (0.0, 0.3)):
        factors = [rate_factor(step, steps, final) for step in range(steps + 1)]
        assert all(math.isfinite(factor) and 0 <= factor <= 1 for factor in factors)
        assert factors[0] > 0 and factors[-1] == final


@pytest.mark.parametrize(("rows", "quantization"), [(1, "none"), (10, "nf4")])
def test_a_job_of_one_step_trains(rows, quantization, model_folder, gateway, run_script, tmp_path):
    gateway.files["shard"] = write_rows(tmp_path / "few.jsonl", make_rows(rows)).read_bytes()
    changes = {"epochs": 1, "rows_per_step": 16, "quantization": quantization}
    code, events = run_script("train_llm.py", train_arguments(model_folder, gateway, tmp_path / "work", **changes))
    assert code == 0, events[-1]
    assert [event["steps"] for event in events if event["event"] == "step"] == [1]
    assert any(tensor.abs().sum() > 0 for key, tensor in load(gateway.stored[0]).items() if "lora_B" in key)


def test_more_rounds_than_steps_give_each_a_step_and_hand_on_their_moments(model_folder, gateway, run_script, tmp_path):
    gateway.files["shard"] = write_rows(tmp_path / "few.jsonl", make_rows(1)).read_bytes()
    start = moments = None
    for number in (1, 2, 3):
        work = tmp_path / str(number)
        changes = {"epochs": 1, "round": number, "rounds": 3, "initial_adapter": start, "optimizer_state": moments}
        code, events = run_script("train_llm.py", train_arguments(model_folder, gateway, work, **changes))
        assert code == 0, events[-1]
        start, moments = work / "adapter" / "adapter_model.safetensors", work / "optimizer.safetensors"
        assert moments.exists() == (number < 3)


def test_a_run_stopped_in_its_last_step_ends_well_with_its_loss(model_folder, gateway, run_script, tmp_path):
    arguments = train_arguments(model_folder, gateway, tmp_path / "work", max_steps=1)
    # Nobody waits any more: seen at the step's end, as SIGTERM is.
    code, events = run_script("train_llm.py", arguments, env={"TRAINCHAIN_PARENT_PID": "1"})
    assert code == 75
    loss = next(event["loss"] for event in events if event["event"] == "step")
    code, events = run_script("train_llm.py", arguments)
    assert code == 0, events[-1]
    assert round(events[-1]["loss"], 5) == loss


# Images of each class, and of them in one step: also steps of a single image, which batch norm cannot learn from.
@pytest.mark.parametrize(("images", "changes"), [([1, 1], {}), ([2, 3], {"batch_size": 1}), ([5, 4], {})])
def test_a_handful_of_images_trains_for_one_epoch(images, changes, gateway, run_script, tmp_path):
    held_out = [("val", 0, 100), ("val", 1, 100)]
    gateway.files["archive"] = archive_of(
        *(("train", number, at) for number, count in enumerate(images) for at in range(count)), *held_out
    )
    arguments = image_arguments(gateway, tmp_path / "work", epochs=1, export_format="onnx", **changes)
    code, events = run_script("train_yolo.py", arguments)
    assert code == 0, events[-1]


def test_moments_of_an_optimizer_that_made_no_step_are_not_written(tmp_path):
    from optimizer_state import save_moments

    model = torch.nn.Linear(2, 2)
    save_moments(tmp_path / "moments", model, torch.optim.AdamW(model.parameters()))
    assert not (tmp_path / "moments").exists()


def archive_of(*images):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for split, number, at in images:
            archive.writestr(f"{split}/{CLASSES[number]}/{at}.png", picture(number == 0, at))
    return file.getvalue()
